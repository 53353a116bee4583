// The channel that a page beside its stream is about.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ChannelView } from "#schema/api/channels.ts";
import { call } from "../session.ts";

/** For Follow and what it is about; null: not known yet. The page works without it. */
export function useChannel(login: string): ChannelView | null {
  const channel = useSignal<ChannelView | null>(null);
  useEffect(() => {
    const ending = new AbortController();
    call<ChannelView>(`/channels/${login}`, { signal: ending.signal }).then(
      (found) => {
        channel.value = found;
      },
      () => {},
    );
    return () => ending.abort();
  }, [login, channel]);
  return channel.value;
}
