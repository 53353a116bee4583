// An answer of the API that is asked for again and again while the page is visible. What was there stays while the server is away.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { errorText } from "../api.ts";
import { call } from "../session.ts";
import { capitalized } from "../ui/capitalized.ts";
import { poll } from "../ui/poll.ts";

export interface Polled<Value> {
  /** Null until the first answer. */
  value: Value | null;
  /** Of the newest question; null: it was answered. */
  trouble: string | null;
  /** Asks once more, at once. */
  reload(): Promise<void>;
}

/** A changed path begins anew, with what the old one gave until the first answer. */
export function usePolled<Value>(path: string, everyMs: number): Polled<Value> {
  const value = useSignal<Value | null>(null);
  const trouble = useSignal<string | null>(null);
  const ask = async (signal?: AbortSignal) => {
    try {
      value.value = await call<Value>(path, { ...(signal ? { signal } : {}) });
      trouble.value = null;
    } catch (error) {
      if (!signal?.aborted) trouble.value = capitalized(errorText(error));
    }
  };
  useEffect(() => poll(everyMs, ask), [path]);
  return { value: value.value, trouble: trouble.value, reload: () => ask() };
}
