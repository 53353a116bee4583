// The lengths of segments and parts: the targets, fixed by the first segment of a broadcast, and the expected length of the next segment.

export const SEGMENT_MIN_MS = 1_900;
/** A keyframe this early still begins a segment when waiting for the next keyframe would break TARGETDURATION. */
export const SEGMENT_SHORT_MS = 1_000;
/** EXTINF is rounded before it is compared with TARGETDURATION (RFC 8216bis §4.4.3.1). */
const ROUNDING_MS = 450;
const PART_IDEAL_MS = 500;
/** RFC 8216bis §4.4.3.7: all parts but the last of a segment have at least this share of PART-TARGET. */
export const PART_SHARE_MIN = 0.85;
const TARGET_DURATION_MIN_MS = 2_000;
const TARGET_DURATION_MAX_MS = 10_000;
const TARGET_DURATION_GUESS_MS = 2_000;
/** Tolerance for equal lengths: encoders give times in milliseconds, and some jitter more. */
const STEADY_MS = 20;
const FRAGMENT_GUESS_MS = 33.4;

/** The first segment of a rendition: the ends of its fragments, and its length. */
export interface Sample {
  endsMs: number[];
  lengthMs: number;
}

export class Rhythm {
  /** Length of the last segment that ran from keyframe to keyframe; expected of the next segment too. */
  segmentMs: number;
  /** The last two segments had the same length, so a segment may be taken to end at the expected time. */
  steady = false;

  constructor(
    readonly targetDurationMs: number,
    readonly partTargetMs: number,
    lengths: { partMs: number; segmentMs: number; fragmentMs: number },
  ) {
    this.partMs = lengths.partMs;
    this.segmentMs = lengths.segmentMs;
    this.fragmentMs = lengths.fragmentMs;
  }

  /** Length of an even part, and of the fragments in it. */
  readonly partMs: number;
  readonly fragmentMs: number;

  /** Longest allowed segment. */
  get segmentMaxMs() {
    return this.targetDurationMs + ROUNDING_MS;
  }

  learn(segmentMs: number) {
    this.steady = Math.abs(segmentMs - this.segmentMs) <= STEADY_MS;
    this.segmentMs = segmentMs;
  }

  /** Number of even parts for a segment of the expected length: each of whole fragments, none over PART-TARGET. */
  partsIn(lengthMs: number): number {
    const roomMs = Math.max(1, Math.floor(this.partTargetMs / this.fragmentMs)) * this.fragmentMs;
    return Math.max(1, Math.ceil((lengthMs - 5) / roomMs));
  }

  /** The rhythm from the first segment of each rendition. */
  static of(samples: Sample[]): Rhythm {
    const lengthMs = Math.max(...samples.map((sample) => sample.lengthMs));
    const targetDurationMs = clamp(
      Math.ceil((lengthMs - 100) / 1000) * 1000,
      TARGET_DURATION_MIN_MS,
      TARGET_DURATION_MAX_MS,
    );
    const best = partCounts(lengthMs)
      .map((count) => trial(samples, count))
      .reduce((a, b) => (b.fits && !a.fits ? b : a));
    return new Rhythm(targetDurationMs, best.partTargetMs, {
      partMs: lengthMs / best.count,
      segmentMs: lengthMs,
      fragmentMs: samples[0]!.lengthMs / Math.max(1, samples[0]!.endsMs.length),
    });
  }

  /** The rhythm of a former owner; the length of fragments is a guess. */
  static resumed(saved: { targetDurationMs: number; partTargetMs: number; segmentMs: number }): Rhythm {
    const partMs = saved.partTargetMs * 0.97;
    return new Rhythm(saved.targetDurationMs, saved.partTargetMs, {
      partMs,
      segmentMs: saved.segmentMs,
      fragmentMs: Math.min(partMs, FRAGMENT_GUESS_MS),
    });
  }
}

/** Null: the first segment of the broadcast is not whole yet. */
export const targetDurationOf = (rhythm: Rhythm | null) => rhythm?.targetDurationMs ?? TARGET_DURATION_GUESS_MS;

/** Counts of parts worth trying, best first. */
function partCounts(lengthMs: number): number[] {
  const ideal = Math.max(1, Math.round(lengthMs / PART_IDEAL_MS));
  return [ideal, ideal + 1, ideal - 1, ideal + 2].filter((count) => count >= 1 && lengthMs / count <= 700);
}

function trial(samples: Sample[], count: number) {
  const cuts = samples.map((sample) => evenly(sample, count));
  const longestMs = Math.max(...cuts.flat());
  const shortestMs = Math.min(...cuts.flatMap((parts) => parts.slice(0, -1)), longestMs);
  // Rounded up to the next 10 ms with a little room, since timestamps jitter by a millisecond.
  const partTargetMs = Math.ceil((longestMs + 4) / 10) * 10;
  return { count, partTargetMs, fits: shortestMs >= partTargetMs * PART_SHARE_MIN };
}

function evenly({ endsMs, lengthMs }: Sample, count: number): number[] {
  const parts: number[] = [];
  let cutMs = 0;
  let posMs = 0;
  for (const endMs of endsMs) {
    const fragmentMs = endMs - posMs;
    posMs = endMs;
    if (
      parts.length >= count - 1 ||
      !nearestCut({ cutMs, posMs, fragmentMs, targetMs: (lengthMs - cutMs) / (count - parts.length) })
    )
      continue;
    parts.push(posMs - cutMs);
    cutMs = posMs;
  }
  parts.push(lengthMs - cutMs);
  return parts;
}

/** The end of this fragment is nearer to the part's target end than the end of the next fragment will be. */
export function nearestCut(at: { cutMs: number; posMs: number; fragmentMs: number; targetMs: number }): boolean {
  return at.posMs - at.cutMs >= at.targetMs - at.fragmentMs / 2;
}

const clamp = (value: number, min: number, max: number) => Math.min(max, Math.max(min, value));
