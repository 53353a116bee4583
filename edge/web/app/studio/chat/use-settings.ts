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
  /** The answer has all of them. Throws ApiError. */
  change(part: object): Promise<void>;
}

export function useSettings<View>(path: string): Settings<View> {
  const now = useSignal<View | null>(null);
  const trouble = useSignal<string | null>(null);
  useEffect(() => {
    const ending = new AbortController();
    call<View>(path, { signal: ending.signal }).then(
      (view) => {
        now.value = view;
      },
      (error) => {
        if (!ending.signal.aborted) trouble.value = capitalized(errorText(error));
      },
    );
    return () => ending.abort();
  }, [path, now, trouble]);
  return {
    now,
    trouble: trouble.value,
    async change(part) {
      now.value = await call<View>(path, { method: "PATCH", body: part });
    },
  };
}
