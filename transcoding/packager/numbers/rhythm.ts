// The lengths of segments and parts: the targets, fixed by the source's first segment, and the expected length of the next segment.

import { PartPlan, type Sample } from "./part-plan.ts";

export const SEGMENT_MIN_MS = 1_900;
/** A keyframe this early still begins a segment when waiting for the next keyframe would break TARGETDURATION. */
export const SEGMENT_SHORT_MS = 1_000;
/** EXTINF is rounded before it is compared with TARGETDURATION (RFC 8216bis §4.4.3.1). */
const ROUNDING_MS = 450;
/** So much longer than the longest segment an EXTINF may still be. */
export const ROUNDING_LEFT_MS = 45;
const TARGET_DURATION_MIN_MS = 2_000;
const TARGET_DURATION_MAX_MS = 10_000;
const TARGET_DURATION_GUESS_MS = 2_000;
/** Longest segment of all: without a keyframe until then, it is cut where it stands. */
export const SEGMENT_MAX_MS = TARGET_DURATION_MAX_MS + ROUNDING_MS;
/** Tolerance for equal lengths: encoders give times in milliseconds, and some jitter more. */
const STEADY_MS = 20;

export class Rhythm {
  /** Length of the last segment that ran from keyframe to keyframe; expected of the next segment too. */
  segmentMs: number;
  /** The last two segments had the same length, so a segment may be taken to end at the expected time. */
  steady = false;

  constructor(
    readonly targetDurationMs: number,
    /** Of the source. */
    readonly parts: PartPlan,
    segmentMs: number,
  ) {
    this.segmentMs = segmentMs;
  }

  /** Longest allowed segment. */
  get segmentMaxMs() {
    return this.targetDurationMs + ROUNDING_MS;
  }

  learn(segmentMs: number) {
    this.steady = Math.abs(segmentMs - this.segmentMs) <= STEADY_MS;
    this.segmentMs = segmentMs;
  }

  /** The rhythm from the source's first segment. `partMs`: the wanted length of parts. */
  static of(sample: Sample, { partMs }: { partMs: number }): Rhythm {
    const { lengthMs } = sample;
    const targetDurationMs = Math.ceil((lengthMs - 100) / 1000) * 1000;
    return new Rhythm(
      Math.min(TARGET_DURATION_MAX_MS, Math.max(TARGET_DURATION_MIN_MS, targetDurationMs)),
      PartPlan.of(sample, partMs),
      lengthMs,
    );
  }

  /** The rhythm of a former owner. */
  static resumed(saved: { targetDurationMs: number; partTargetMs: number; segmentMs: number }): Rhythm {
    return new Rhythm(saved.targetDurationMs, PartPlan.resumed(saved.partTargetMs), saved.segmentMs);
  }
}

/** Null: the first segment of the broadcast is not whole yet. */
export const targetDurationOf = (rhythm: Rhythm | null) => rhythm?.targetDurationMs ?? TARGET_DURATION_GUESS_MS;
