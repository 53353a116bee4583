// Decides how to recover from errors that hls.js cannot, and from a picture that hangs or reaches a gap.

import { backoffMs } from "../../../client/backoff.ts";

export type Recovery =
  /** Reset the decoder and buffers; the source stays. */
  | { how: "media"; delayMs: 0 }
  /** Continue loading where it stopped. */
  | { how: "resume"; delayMs: number }
  /** Create a new player on the same video element. */
  | { how: "reload"; delayMs: number };

const PAUSES = { firstMs: 500, longestMs: 8_000 };

/** `failures`: fatal errors in a row, from 0; reset once the picture has moved for a while. `chance`: 0–1. */
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

interface PlaybackSample {
  atMs: number;
  playheadSeconds: number;
  /** End of the newest part in the playlist; null before the first playlist. */
  edgeSeconds: number | null;
  /** False while paused, ended, or waiting for a tap. */
  wantsToPlay: boolean;
}

const STILL_MAX_MS = 8_000;

/** Checked every second: the source is reloaded if the playhead stands still for 8 s while the playlist grows. */
export class Watchdog {
  private since: PlaybackSample | null = null;

  /** True once when it is time to reload. */
  check(now: PlaybackSample): boolean {
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

/** In seconds, as hls.js has it. */
interface MediaRange {
  start: number;
  duration: number;
  /** EXT-X-GAP: the media will never exist. */
  gap?: boolean | undefined;
}

/** With less buffered ahead than this, the playhead is about to stop. */
const BUFFER_EMPTY_SECONDS = 0.25;

/**
 * Position in seconds after a gap that comes next, if there is media after it; else null. hls.js alone would try each gap first.
 * `ranges`: segments, then the parts of the open segment, ascending.
 */
export function gapJump({
  playheadSeconds,
  bufferedAheadSeconds,
  ranges,
}: {
  playheadSeconds: number;
  bufferedAheadSeconds: number;
  ranges: readonly MediaRange[];
}): number | null {
  if (bufferedAheadSeconds > BUFFER_EMPTY_SECONDS) return null;
  const endSeconds = playheadSeconds + bufferedAheadSeconds;
  const next = ranges.findIndex(({ start, duration }) => start + duration > endSeconds + 0.1);
  if (!ranges[next]?.gap) return null;
  const media = ranges.slice(next).find(({ gap }) => !gap);
  return media ? media.start + 0.01 : null;
}
