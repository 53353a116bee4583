// What to do about an error that hls.js could not get over by itself, and when a still picture means that it has hung.

import { backoffMs } from "../../../client/backoff.ts";

export type Recovery =
  /** Decoder and buffers anew, same source. */
  | { how: "media"; delayMs: 0 }
  /** Loading goes on where it stopped. */
  | { how: "resume"; delayMs: number }
  /** A new player on the same video element. */
  | { how: "reload"; delayMs: number };

const PAUSES = { firstMs: 500, longestMs: 8_000 };

/** `failures`: fatal errors in a row, from 0; a picture that moved for a while starts them anew. `chance`: 0–1. */
export function recoveryFrom({
  type,
  details,
  failures,
  chance,
}: {
  type: string;
  details: string;
  failures: number;
  chance: number;
}): Recovery {
  const delayMs = Math.round(backoffMs(PAUSES, failures, chance));
  if (type === "mediaError" && failures === 0) return { how: "media", delayMs: 0 };
  if (type === "networkError" && failures === 0 && !details.startsWith("manifest")) return { how: "resume", delayMs };
  return { how: "reload", delayMs };
}

/** hls.js catches up by speed only while it is near its aim, and jumps only beyond 8 s: between them it would stay behind. */
const DRIFT_SECONDS = 4;
const DRIFT_LOOKS = 4;

/** Looks every second: true once when the player has been behind for long enough and what it would jump to is buffered. */
export class Drift {
  private looks = 0;

  look({ latencySeconds, bufferedAheadSeconds }: { latencySeconds: number | null; bufferedAheadSeconds: number }) {
    this.looks = latencySeconds !== null && latencySeconds > DRIFT_SECONDS ? this.looks + 1 : 0;
    if (this.looks < DRIFT_LOOKS || latencySeconds === null) return false;
    if (bufferedAheadSeconds < latencySeconds - DRIFT_SECONDS / 2) return false;
    this.looks = 0;
    return true;
  }
}

export interface Look {
  atMs: number;
  playheadSeconds: number;
  /** End of the newest part that the playlist lists; null before the first playlist. */
  edgeSeconds: number | null;
  /** False while paused, ended, or waiting for a tap. */
  wantsToPlay: boolean;
}

const STILL_MAX_MS = 8_000;

/** Looks every second: the playhead still for 8 s while the playlist goes on means the source is loaded anew. */
export class Watchdog {
  private since: Look | null = null;

  /** True once when it is time to reload. */
  look(now: Look): boolean {
    const since = this.since;
    if (!since || !now.wantsToPlay || now.playheadSeconds !== since.playheadSeconds) {
      this.since = now;
      return false;
    }
    if (now.atMs - since.atMs < STILL_MAX_MS) return false;
    this.since = now;
    return now.edgeSeconds !== null && (since.edgeSeconds === null || now.edgeSeconds > since.edgeSeconds);
  }
}

interface Stretch {
  startSeconds: number;
  durationSeconds: number;
  /** EXT-X-GAP: nothing will ever be there. */
  gap: boolean;
}

/** Buffered ahead less than this, the playhead is about to stand still. */
const DRY_SECONDS = 0.25;

/** Where to jump when what comes next is a gap with media behind it; null: nowhere. hls.js would try each gap in turn first.
 *  `stretches`: segments, then the parts of the open one, ascending. */
export function overGap({
  playheadSeconds,
  bufferedAheadSeconds,
  stretches,
}: {
  playheadSeconds: number;
  bufferedAheadSeconds: number;
  stretches: Stretch[];
}): number | null {
  if (bufferedAheadSeconds > DRY_SECONDS) return null;
  const endSeconds = playheadSeconds + bufferedAheadSeconds;
  const next = stretches.findIndex(
    ({ startSeconds, durationSeconds }) => startSeconds + durationSeconds > endSeconds + 0.1,
  );
  if (!stretches[next]?.gap) return null;
  const media = stretches.slice(next).find(({ gap }) => !gap);
  return media ? media.startSeconds + 0.01 : null;
}
