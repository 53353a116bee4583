// The streamer's channel, loaded once for all forms of the dashboard.

import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
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
  /** What another answer has told of it, which counts over a load that is under way. */
  learn(part: Partial<ChannelView>): void;
  /** Throws ApiError. */
  change(change: ChannelChange): Promise<void>;
}

export function useOwnChannel(login: string): OwnChannel {
  const channel = useSignal<ChannelView | null>(null);
  const trouble = useSignal<string | null>(null);
  const learnt = useRef<Partial<ChannelView>>({});
  const path = `/channels/${login}`;
  useEffect(() => {
    const ending = new AbortController();
    call<ChannelView>(path, { signal: ending.signal }).then(
      (found) => {
        channel.value = { ...found, ...learnt.current };
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
  const learn = (part: Partial<ChannelView>) => {
    learnt.current = { ...learnt.current, ...part };
    const known = channel.peek();
    if (known) channel.value = { ...known, ...part };
  };
  return { channel, trouble, learn, change };
}
