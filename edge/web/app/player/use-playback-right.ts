// Connects a page with the right to watch its channel.

import { useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { ChannelView } from "#schema/api/channels.ts";
import type { PlaybackView } from "#schema/api/playback.ts";
import type { Proof } from "#schema/wire/proof.ts";
import { call, session, whenSessionKnown } from "../session.ts";
import { viewerName, withViewer } from "../viewer-name.ts";
import { PlaybackRight } from "./playback-right.ts";

export interface PlaybackRightHere {
  right: PlaybackRight;
  /** What to play; null: nothing is on air, or nothing may be played yet. */
  url: string | null;
}

/** `channel` null: not loaded yet. */
export function usePlaybackRight(login: string, channel: ChannelView | null): PlaybackRightHere {
  const right = useMemo(() => {
    const ask = async (password: string | null) => {
      await whenSessionKnown();
      const post = (proof?: Proof) => {
        const body = { viewer: viewerName(), ...(password !== null && { password }), proof };
        return call<PlaybackView>(`/channels/${login}/playback`, { method: "POST", body });
      };
      return post().catch(async (error) => (await import("../prove.ts")).again(error, post));
    };
    return new PlaybackRight({ login, ask });
  }, [login]);
  useEffect(() => () => right.stop(), [right]);
  const live = channel?.live ?? null;
  const needed = live !== null && (isRestricted(channel) || live.phase === "preview");
  useEffect(() => {
    if (needed) right.want();
    else if (channel) right.unwant();
  }, [right, needed, channel === null]);
  useAgainForAnotherUser(right);
  const openUrl = useMemo(() => (live ? withViewer(live.hlsUrl) : null), [live?.broadcastId, live?.hlsUrl]);
  const state = right.state.value;
  if (state.phase === "granted") return { right, url: state.url };
  return { right, url: state.phase === "open" && !needed ? openUrl : null };
}

/** The media of these need a playback token. */
export const isRestricted = (channel: Pick<ChannelView, "visibility"> | null) =>
  channel?.visibility === "followers" || channel?.visibility === "password";

/** Who was refused as a visitor may watch as a user. */
function useAgainForAnotherUser(right: PlaybackRight) {
  const known = useRef<string | null | undefined>(undefined);
  useSignalEffect(() => {
    const now = session.value;
    if (now.phase === "loading") return;
    const id = now.phase === "in" ? now.user.id : null;
    const changed = known.current !== undefined && known.current !== id;
    known.current = id;
    if (changed && right.state.peek().phase === "refused") void right.ask();
  });
}
