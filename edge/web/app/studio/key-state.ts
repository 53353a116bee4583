// The channel's stream key as far as it may be shown, and a new one.

import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { NewStreamKeyView, StreamKeyView } from "#schema/api/stream-keys.ts";
import { errorText } from "../api.ts";
import { call } from "../session.ts";

export interface KeyState {
  /** Null until it is loaded. */
  known: Signal<Pick<StreamKeyView, "hint" | "rtmpUrl" | "rtmpsUrl" | "whipUrl"> | null>;
  /** The new key; kept in memory until the page is left. */
  fresh: Signal<string | null>;
  trouble: Signal<string | null>;
  /** Makes a new key; the present one ends. Rejects with an ApiError. */
  renew(): Promise<void>;
}

export function useKeyState(login: string): KeyState {
  const path = `/channels/${login}/stream-key`;
  const known: KeyState["known"] = useSignal(null);
  const fresh = useSignal<string | null>(null);
  const trouble = useSignal<string | null>(null);
  useEffect(() => {
    const ending = new AbortController();
    call<StreamKeyView>(path, { signal: ending.signal }).then(
      (found) => {
        known.value = found;
      },
      (error) => {
        if (!ending.signal.aborted) trouble.value = errorText(error);
      },
    );
    return () => ending.abort();
  }, [path, known, trouble]);
  const renew = async () => {
    const { streamKey, ...servers } = await call<NewStreamKeyView>(path, { method: "POST" });
    fresh.value = streamKey;
    trouble.value = null;
    known.value = { ...servers, hint: streamKey.slice(-4) };
  };
  return { known, fresh, trouble, renew };
}
