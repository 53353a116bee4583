// What follows when sending has ended without being asked to: again after a while, or not.

import type { BroadcastHealth } from "#schema/api/broadcasts.ts";
import { backoffMs, spreadMs } from "../../../../client/backoff.ts";
import type { SignalingRefusal } from "../../webrtc/signaling.ts";
import type { LiveTrouble } from "../../words/go-live.ts";

/**
 * - `refused`: by the server, at the offer.
 * - `unreachable`: the server did not answer.
 * - `unsupported`: the browser has no H.264 to send.
 * - `no-connection`: none came about.
 * - `lost`: it stood, and the network or the relay is gone.
 * - `closed`: it stood, and the server ended it.
 */
export type SendingEnd =
  | { why: "refused"; refusal: SignalingRefusal }
  | { why: "unreachable" | "unsupported" | "no-connection" | "lost" | "closed" };

/** `trouble` null: the broadcast is over, as somebody wanted. */
export type Next = { phase: "again"; afterMs: number } | { phase: "over"; trouble: LiveTrouble | null };

const FIRST_TRIES_MAX = 2;
const PAUSES = { firstMs: 500, longestMs: 8_000 };
/** The server waits for an encoder for 90 s; after some more another broadcast would begin. */
const TRY_FOR_MS = 120_000;
const GOOD_MS = 10_000;

const over = (trouble: LiveTrouble | null): Next => ({ phase: "over", trouble });

export class LiveAttempts {
  private failures = 0;
  private wasLive = false;
  private liveMs: number | null = null;
  private lostMs: number | null = null;

  /** It is sent. */
  live(nowMs: number) {
    this.wasLive = true;
    this.liveMs = nowMs;
  }

  /** `chance`: 0–1. */
  ended(end: SendingEnd, nowMs: number, chance: number): Next {
    // A connection that held for a while makes good for failures before it.
    if (this.liveMs !== null && nowMs - this.liveMs >= GOOD_MS) {
      this.failures = 0;
      this.lostMs = null;
    }
    this.liveMs = null;
    this.lostMs ??= nowMs;
    if (end.why === "unsupported") return over("unsupported");
    if (end.why === "refused") return this.refused(end.refusal, nowMs, chance);
    return this.again(end.why === "no-connection" ? "network" : "refused", { nowMs, chance });
  }

  private refused({ status, retryAfterMs }: SignalingRefusal, nowMs: number, chance: number): Next {
    const atLeastMs = retryAfterMs ?? 0;
    switch (status) {
      case 404:
      case 405:
      case 501:
        return over("no-relay");
      case 400:
      case 406:
      case 415:
      case 422:
        return over("unsupported");
      case 429:
      case 503:
        return this.wasLive ? this.again("full", { nowMs, chance, atLeastMs }) : over("full");
      case 403:
        return over("refused");
      default:
        // 401 too: a ticket that came too late, or was used. The next try has another one.
        return this.again("refused", { nowMs, chance, atLeastMs });
    }
  }

  private again(
    trouble: LiveTrouble,
    { nowMs, chance, atLeastMs = 0 }: { nowMs: number; chance: number; atLeastMs?: number },
  ): Next {
    const failures = this.failures++;
    if (!this.wasLive && this.failures >= FIRST_TRIES_MAX) return over(trouble);
    if (this.wasLive && nowMs - (this.lostMs ?? nowMs) >= TRY_FOR_MS) return over("gave-up");
    return { phase: "again", afterMs: spreadMs(atLeastMs, chance) + backoffMs(PAUSES, failures, chance) };
  }
}

/**
 * The server has ended a session that was live: because the broadcast was ended, because another encoder took its place, or because a part of
 * the server is gone. Null: the last, so that it is tried again.
 */
export function afterServerClose({ phase }: Pick<BroadcastHealth, "phase">): Next | null {
  if (phase === "offline") return over(null);
  // The channel waits for us while it is lost. Something else is sent while it is on air.
  return phase === "lost" ? null : over("other-encoder");
}
