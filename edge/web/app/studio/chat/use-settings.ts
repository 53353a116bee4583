// Settings of a room that are read once and changed by parts.

import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { errorText } from "../../api.ts";
import { call } from "../../session.ts";
import { capitalized } from "../../ui/capitalized.ts";

interface Settings<View> {
  /** Null until they are loaded. */
  now: Signal<View | null>;
  /** Why they could not be loaded. */
  trouble: string | null;
  /** Answers all of them as they are now. Throws ApiError. */
  change(part: object): Promise<View>;
  /** Never rejects. */
  reload(): Promise<void>;
}

export function useSettings<View>(path: string): Settings<View> {
  const now = useSignal<View | null>(null);
  const trouble = useSignal<string | null>(null);
  const load = async (signal?: AbortSignal) => {
    try {
      now.value = await call<View>(path, signal ? { signal } : {});
      trouble.value = null;
    } catch (error) {
      if (!signal?.aborted) trouble.value = capitalized(errorText(error));
    }
  };
  useEffect(() => {
    const ending = new AbortController();
    void load(ending.signal);
    return () => ending.abort();
  }, [path]);
  return {
    now,
    trouble: trouble.value,
    async change(part) {
      const changed = await call<View>(path, { method: "PATCH", body: part });
      now.value = changed;
      return changed;
    },
    reload: () => load(),
  };
}
