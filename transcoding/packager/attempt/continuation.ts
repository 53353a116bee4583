// Joins a new attempt to the media that the broadcast lists already (design: What players see of a fault; reference: continuity).
//
//   nothing listed                                  begin
//   same session, same parameters, our own media    butt: continue at the very end, times moved; the date jumps to the true time
//   same session, same parameters, a former owner's gaps over the hole, times as they are; without a hole as short as can be, for the numbers
//                                                   that the former owner may have listed
//   other parameters, another session, or a clock   gaps over the hole, then a discontinuity
//   that went back far

import { GAP_SHORTEST_MS, GAPS_MAX, gapSlots, gapsIn, type Slot } from "../numbers/slots.ts";
import type { Timeline } from "../timeline.ts";

interface Joined {
  gaps: Slot[];
  slot: Slot;
  butt: boolean;
}

/** Shortest gap. */
const GAP_MIN_MS = 100;
/** Keyframes of a former owner's session that are this much older than the end of its media begin there: dates are rounded. */
const SAME_MS = 20;
/** A new session may seem to begin before the last one ended, since clocks differ. A larger overlap is taken for a wrong clock. */
const OVERLAP_MAX_MS = 10_000;
/** A new attempt may repeat so much of its session, which is left out. More is taken for a clock that went back: it might never catch up. */
const REPEATED_MAX_MS = 30_000;

interface JoinOptions {
  timeline: Timeline;
  session: string;
  /** Of the source. */
  initHash: string;
  /** Times of the first keyframe: the session's time, and wall time. */
  ptsMs: number;
  atMs: number;
}

/** Null: the keyframe is older than the listed media; a later keyframe may fit. */
export function join({ timeline, session, initHash, ptsMs, atMs }: JoinOptions): Joined | null {
  const { slots, tail, rhythm, startNumber } = timeline;
  const { last } = slots;
  const media = { startMs: ptsMs, atMs, durationMs: null, gap: false, keyed: true };
  if (!last || !tail || !rhythm) {
    const number = Math.max(startNumber, slots.nextNumber);
    return { gaps: [], slot: { ...media, number, discontinuity: false }, butt: false };
  }
  const lastMs = last.durationMs ?? 0;
  const sameParameters = tail.session === session && (tail.initHash ?? initHash) === initHash;
  if (sameParameters && tail.own) {
    const aheadMs = ptsMs - (last.startMs + lastMs);
    if (aheadMs >= -1)
      return { gaps: [], slot: { ...media, number: last.number + 1, discontinuity: false }, butt: true };
    if (aheadMs > -REPEATED_MAX_MS) return null;
  }
  const fromMs = last.atMs + lastMs;
  const holeMs = atMs - fromMs;
  const needed = Math.max(0, startNumber - (last.number + 1));
  // Where the media of a former owner ends: what that owner made behind is made once more.
  const continues = sameParameters && !tail.own && holeMs >= -SAME_MS && holeMs < GAP_MIN_MS;
  const gapMinMs = needed > GAPS_MAX || continues ? GAP_SHORTEST_MS : GAP_MIN_MS;
  const clockWentBack = holeMs <= (tail.session === session ? -REPEATED_MAX_MS : -OVERLAP_MAX_MS);
  if (holeMs < needed * gapMinMs && !clockWentBack && !continues) return null;
  const spanned = holeMs >= GAP_MIN_MS ? gapsIn(holeMs, rhythm.targetDurationMs).count : 0;
  const count = Math.max(needed, spanned);
  const spannedMs = Math.max(Math.min(holeMs, count * rhythm.targetDurationMs), count * gapMinMs);
  const span = {
    fromNumber: last.number + 1,
    fromMs: Math.max(fromMs, atMs - spannedMs),
    holeMs: spannedMs,
    startMs: ptsMs,
  };
  const slot = { ...media, number: last.number + 1 + count, discontinuity: !sameParameters || clockWentBack };
  // No date goes back.
  const gaps = gapSlots(span, count).map((gap) => ({ ...gap, atMs: Math.min(gap.atMs, atMs) }));
  return { gaps, slot, butt: false };
}
