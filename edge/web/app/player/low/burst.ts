// Tells when the media that the server had ready are in: from then on they come no faster than they are made.

import { lagSeconds } from "../arrivals.ts";

/** A fragment that makes up for less does not belong to it. */
const CAUGHT_UP_SECONDS = 0.01;
/** Nothing was made up for this long: two pictures of a slow source. */
const CALM_MS = 70;

export class Burst {
  private least = Number.POSITIVE_INFINITY;
  private fastMs: number | null = null;

  /** The fragment that begins at this media time has come. */
  fragment(atMs: number, startSeconds: number) {
    const lag = lagSeconds(atMs, startSeconds);
    if (lag > this.least - CAUGHT_UP_SECONDS) return;
    this.least = lag;
    this.fastMs = atMs;
  }

  /** False before the first fragment. */
  isOver(nowMs: number): boolean {
    return this.fastMs !== null && nowMs - this.fastMs >= CALM_MS;
  }
}
