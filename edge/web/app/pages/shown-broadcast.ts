// The broadcast in the place of the picture: the one on air, or one that ended while it was watched.

import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { ChannelView } from "#schema/api/channels.ts";
import { after, wallMs } from "../clock.ts";
import type { HeadStart } from "../player/early/head-start.ts";
import { serverMs } from "../server-clock.ts";

/** A broadcast that has ended is played to its end, but the player is removed after this time. */
const ENDED_SHOWN_MS = 20_000;
/** Then the page says that the channel is off air. */
const OVER_SHOWN_MS = 10 * 60_000;

/** What the player needs. Before the channel's data are loaded, the broadcast is not known. */
interface Shown {
  url: string;
  broadcastId: string | null;
  isPreview: boolean;
}

/** A broadcast that has ended while it was watched. */
export interface OverBroadcast {
  lengthMs: number | null;
  /** The last picture; null: there was none. */
  picture: HTMLCanvasElement | null;
}

/**
 * The broadcast in the player: the one on air, or one that has just ended, until it has been played to its end. `url` null: not to be played.
 * `rewound` and `ended` are to be called by the player.
 */
export function useShown(
  channel: ChannelView | null,
  url: string | null,
  { early, engine }: HeadStart,
  box: RefObject<HTMLElement | null>,
) {
  const shown = useSignal<Shown | null>(engine ? { url: early.url, broadcastId: null, isPreview: false } : null);
  const over = useSignal<OverBroadcast | null>(null);
  const isRewound = useSignal(false);
  const known = useRef(false);
  known.current = channel !== null;
  useEffect(() => {
    void early.isOnAir.then((isOnAir) => {
      if (isOnAir && !known.current) shown.value = { url: early.url, broadcastId: null, isPreview: false };
    });
  }, [early, shown]);
  const live = channel?.live ?? null;
  const broadcastId = live?.broadcastId ?? null;
  /** Of the broadcast that was on air last. */
  const span = useRef<{ startedAt: string; endedMs: number | null } | null>(null);
  if (live) span.current = { startedAt: live.startedAt, endedMs: null };
  else if (span.current) span.current.endedMs ??= serverMs(wallMs());
  const end = () => {
    const { startedAt, endedMs = null } = span.current ?? {};
    const lengthMs = startedAt && endedMs ? endedMs - Date.parse(startedAt) : null;
    over.value = { lengthMs, picture: lastPicture(box.current?.querySelector("video") ?? null) };
    shown.value = null;
  };
  useEffect(() => {
    if (live) {
      over.value = null;
      shown.value = url === null ? null : { url, broadcastId: live.broadcastId, isPreview: live.phase === "preview" };
      return;
    }
    if (!channel || !shown.value) return;
    // It ended before the page was opened; or it was a preview, whose media go at once.
    if (shown.value.broadcastId === null || shown.value.isPreview) {
      shown.value = null;
      return;
    }
    // Who is behind has more to see.
    return isRewound.value ? undefined : after(ENDED_SHOWN_MS, end);
  }, [broadcastId, url, channel === null, isRewound.value]);
  const ended = over.value;
  useEffect(() => {
    if (!ended) return;
    return after(OVER_SHOWN_MS, () => {
      over.value = null;
    });
  }, [ended]);
  const onAirNow = useRef(live);
  onAirNow.current = live;
  const playedToEnd = () => {
    if (!onAirNow.current && shown.peek()) end();
  };
  const rewound = (is: boolean) => {
    isRewound.value = is;
  };
  return { shown: shown.value, rewound, ended: playedToEnd, over: over.value };
}

function lastPicture(video: HTMLVideoElement | null): HTMLCanvasElement | null {
  if (!video || video.videoWidth === 0) return null;
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  return canvas;
}
