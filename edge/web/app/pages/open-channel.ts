// The channel of a page, kept up to date, and the start of its media.

import { useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { ChannelView } from "#schema/api/channels.ts";
import { type HeadStart, takeHeadStart } from "../player/early/head-start.ts";
import { wantedLatency } from "../player/latency-mode.ts";
import { preloadPlayer } from "../player/preload-player.ts";
import { session } from "../session.ts";
import { ChannelWatcher } from "./channel-watcher.ts";

interface OpenChannel {
  watcher: ChannelWatcher;
  /** Null: not known yet, or there is none. */
  channel: ChannelView | null;
  isMissing: boolean;
  /** Missing, but it was there when the page was opened. */
  wasThere: boolean;
}

export function useOpenChannel(login: string): OpenChannel {
  const watcher = useMemo(() => new ChannelWatcher(login), [login]);
  useEffect(() => {
    watcher.start();
    return () => watcher.stop();
  }, [watcher]);
  useReloadForOwner(login, watcher);
  const state = watcher.state.value;
  return {
    watcher,
    channel: state.phase === "known" ? state.channel : null,
    isMissing: state.phase === "missing",
    wasThere: state.phase === "missing" && state.wasThere,
  };
}

/** For pages with a player. What has begun stops with the page, and when there is no such channel. */
export function useHeadStart(login: string, { isMissing }: Pick<OpenChannel, "isMissing">): HeadStart {
  const start = useMemo(() => takeHeadStart(login), [login]);
  const stopPlaying = () => {
    start.early.stop();
    start.engine?.stop();
  };
  useEffect(() => {
    preloadPlayer(wantedLatency(window.location.search));
    return stopPlaying;
  }, [start]);
  useEffect(() => {
    if (isMissing) stopPlaying();
  }, [isMissing]);
  return start;
}

/** Only the channel owner is shown a preview, so the channel is loaded again once the page knows that the visitor is the owner. */
function useReloadForOwner(login: string, watcher: ChannelWatcher) {
  const known = useRef(false);
  useSignalEffect(() => {
    const now = session.value;
    const isOwner = now.phase === "in" && now.user.login === login;
    if (isOwner && !known.current) void watcher.load();
    known.current = isOwner;
  });
}
