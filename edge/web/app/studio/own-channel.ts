// The streamer's channel, loaded once for all forms of the dashboard.

import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ChannelView } from "#schema/api/channels.ts";
import { errorText } from "../api.ts";
import { call } from "../session.ts";

export type ChannelChange = Partial<
  Pick<ChannelView, "title" | "category" | "tags" | "visibility" | "autoStart" | "record" | "clips" | "downloads">
> & {
  playbackPassword?: string;
};

export interface OwnChannel {
  /** Null until it is loaded. */
  channel: Signal<ChannelView | null>;
  /** Why it could not be loaded. */
  trouble: Signal<string | null>;
  /** Throws ApiError. */
  change(change: ChannelChange): Promise<void>;
}

export function useOwnChannel(login: string): OwnChannel {
  const channel = useSignal<ChannelView | null>(null);
  const trouble = useSignal<string | null>(null);
  const path = `/channels/${login}`;
  useEffect(() => {
    const ending = new AbortController();
    call<ChannelView>(path, { signal: ending.signal }).then(
      (found) => {
        channel.value = found;
      },
      (error) => {
        if (!ending.signal.aborted) trouble.value = errorText(error);
      },
    );
    return () => ending.abort();
  }, [path, channel, trouble]);
  const change = async (body: ChannelChange) => {
    channel.value = await call<ChannelView>(path, { method: "PATCH", body });
  };
  return { channel, trouble, change };
}
