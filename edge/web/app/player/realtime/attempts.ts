// What follows when a session has ended or did not come about: another one after a while, or another way of delivery.

import { backoffMs, spreadMs } from "../../../../client/backoff.ts";
import type { SignalingRefusal } from "../../webrtc/signaling.ts";
import type { FallBackReason } from "../latency-choice.ts";

/**
 * - `refused`: by the server.
 * - `unsupported`: the browser cannot make an offer that the server could take.
 * - `unreachable`: the server did not answer.
 * - `no-connection`, `no-picture`, `lost`: see SessionWatch.
 */
export type SessionEnd =
  | { why: "refused"; refusal: SignalingRefusal }
  | { why: "unsupported" | "unreachable" | "no-connection" | "no-picture" | "lost" };

/** `reason` null: there is nothing to play. */
export type Next = { phase: "again"; afterMs: number } | { phase: "over"; reason: FallBackReason | null };

/** Another delivery shows the picture meanwhile, so that nobody waits for these. */
const BEFORE_PICTURE_MAX = 2;
const AFTER_PICTURE_MAX = 5;
const PAUSES = { firstMs: 300, longestMs: 8_000 };
/** A picture that played this long makes good for failures before it. */
const GOOD_MS = 10_000;
const NOT_LIVE_MS = 1_000;

const over = (reason: FallBackReason | null): Next => ({ phase: "over", reason });

export class RealtimeAttempts {
  private failures = 0;
  private hasPlayed = false;

  /** `playedMs`: a picture was shown for so long; null: none was. `chance`: 0–1. */
  ended(end: SessionEnd, playedMs: number | null, chance: number): Next {
    if (playedMs !== null) this.hasPlayed = true;
    if (playedMs !== null && playedMs >= GOOD_MS) this.failures = 0;
    if (end.why === "unsupported") return over("browser");
    if (end.why === "refused") return this.refused(end.refusal, chance);
    const isBlocked = end.why === "no-connection" || end.why === "no-picture";
    return isBlocked && !this.hasPlayed ? over("network") : this.again("network", 0, chance);
  }

  private refused({ status, retryAfterMs }: SignalingRefusal, chance: number): Next {
    switch (status) {
      case 404:
        return over(null);
      case 405:
      case 501:
        return over("not-built");
      case 400:
      case 406:
      case 415:
      case 422:
        return over("browser");
      case 409:
        return this.again("network", retryAfterMs ?? NOT_LIVE_MS, chance);
      case 429:
      case 503:
        return this.hasPlayed ? this.again("busy", retryAfterMs ?? 0, chance) : over("busy");
      default:
        return this.again("network", retryAfterMs ?? 0, chance);
    }
  }

  private again(reason: FallBackReason, atLeastMs: number, chance: number): Next {
    const failures = this.failures++;
    if (this.failures >= (this.hasPlayed ? AFTER_PICTURE_MAX : BEFORE_PICTURE_MAX)) return over(reason);
    return { phase: "again", afterMs: spreadMs(atLeastMs, chance) + backoffMs(PAUSES, failures, chance) };
  }
}
