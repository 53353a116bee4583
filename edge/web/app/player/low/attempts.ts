// What follows when a connection has ended: another one after a while, or another way of delivery.

import { liveClose } from "#schema/wire/live-stream.ts";
import { backoffMs, spreadMs } from "../../../../client/backoff.ts";
import type { FallBackReason } from "../latency-choice.ts";

/** Nobody waits longer for a first picture. */
const BEFORE_PICTURE_MAX = 2;
/** A server that restarts is away for some seconds, and so are its playlists. */
const AFTER_PICTURE_MAX = 4;
const PAUSES = { firstMs: 300, longestMs: 4_000 };
/** A picture that played this long makes good for failures before it. */
const GOOD_MS = 10_000;
const MEDIA_ERRORS_MAX = 2;
const MANY_SOCKETS_MS = 2_000;

/** `reason` null: there is nothing to play. */
export type Next = { phase: "again"; afterMs: number } | { phase: "over"; reason: FallBackReason | null };

export class Attempts {
  private failures = 0;
  private mediaErrors = 0;
  private hasPlayed = false;

  /** The connection ended with this code. `playedMs`: media came for so long; null: none came. `chance`: 0–1. */
  closed(code: number, playedMs: number | null, chance: number): Next {
    this.played(playedMs);
    if (code === liveClose.tooSlow) return { phase: "over", reason: "slow" };
    if (code === liveClose.channelGone) return { phase: "over", reason: null };
    if (code === liveClose.badFrame) return { phase: "over", reason: "network" };
    return this.failed(chance, code === liveClose.tooManySockets ? MANY_SOCKETS_MS : 0);
  }

  /** The server said that it goes away, and when to come back. */
  sentAway(retryAfterMs: number, playedMs: number | null, chance: number): Next {
    this.played(playedMs);
    return { phase: "again", afterMs: retryAfterMs + spreadMs(PAUSES.firstMs, chance) };
  }

  /** No picture came in time: the viewer has waited for long enough. */
  noPicture = (): Next => ({ phase: "over", reason: "network" });

  /** The browser could not append or decode what came. */
  mediaError(playedMs: number | null, chance: number): Next {
    this.played(playedMs);
    if (++this.mediaErrors >= MEDIA_ERRORS_MAX) return { phase: "over", reason: "media" };
    return { phase: "again", afterMs: backoffMs(PAUSES, 0, chance) };
  }

  private failed(chance: number, atLeastMs: number): Next {
    const failures = this.failures++;
    if (this.failures >= (this.hasPlayed ? AFTER_PICTURE_MAX : BEFORE_PICTURE_MAX))
      return { phase: "over", reason: "network" };
    return { phase: "again", afterMs: atLeastMs + backoffMs(PAUSES, failures, chance) };
  }

  private played(ms: number | null) {
    if (ms === null) return;
    this.hasPlayed = true;
    if (ms < GOOD_MS) return;
    this.failures = 0;
    this.mediaErrors = 0;
  }
}
