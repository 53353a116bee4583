// How a segment is cut into parts that are as even as its pictures allow.

/** RFC 8216bis §4.4.3.7: all parts but the last of a segment have at least this share of PART-TARGET. */
export const PART_SHARE_MIN = 0.85;
/** PART-TARGET is rounded up to a multiple of this, with room for timestamps that jitter by a millisecond. */
const ROUNDED_TO_MS = 5;
const JITTER_MS = 2;
const FRAGMENT_GUESS_MS = 33.4;
/** Longest part worth trying, as a multiple of the ideal. */
const STRETCH_MAX = 1.5;

/** The first segment of a rendition: the ends of its fragments, and its length. */
export interface Sample {
  endsMs: number[];
  lengthMs: number;
}

export class PartPlan {
  constructor(
    /** PART-TARGET. */
    readonly targetMs: number,
    /** Length of an even part, and of the fragments in it. */
    readonly partMs: number,
    readonly fragmentMs: number,
  ) {}

  /** Number of even parts for a segment of the expected length: each of whole fragments, none over PART-TARGET. `offMs`: by how much the length
   *  of fragments may be off. */
  partsIn(lengthMs: number, { fragmentMs, offMs = 0 }: { fragmentMs: number; offMs?: number }): number {
    const fragments = Math.max(1, Math.floor((this.targetMs + 0.5) / (fragmentMs - offMs)));
    const roomMs = offMs > 0 ? Math.min(this.targetMs, fragments * fragmentMs) : fragments * fragmentMs;
    return Math.max(1, Math.ceil((lengthMs - 5) / roomMs));
  }

  /** The plan of a broadcast, from its first segment: parts near `idealMs`, and even. */
  static of(sample: Sample, idealMs: number): PartPlan {
    const fragmentMs = sample.lengthMs / Math.max(1, sample.endsMs.length);
    const best = partCounts(sample.lengthMs, { idealMs, fragmentMs })
      .map((count) => trial(sample, count))
      .reduce((a, b) => (b.fits && !a.fits ? b : a));
    return new PartPlan(best.targetMs, sample.lengthMs / best.count, fragmentMs);
  }

  /** The plan of a rung, whose pictures may be longer than the source's: the source's PART-TARGET where whole pictures fill it, else its own. */
  static beside(source: PartPlan, { fragmentMs, idealMs }: { fragmentMs: number; idealMs: number }): PartPlan {
    const { targetMs } = source;
    if (fitting(targetMs, fragmentMs) >= targetMs * PART_SHARE_MIN) return PartPlan.kept(targetMs, fragmentMs);
    const partMs = Math.max(1, Math.round(idealMs / fragmentMs)) * fragmentMs;
    return new PartPlan(targetFor(partMs), partMs, fragmentMs);
  }

  /** The plan where PART-TARGET is listed already, whether pictures fill it or not. */
  static kept(targetMs: number, fragmentMs: number): PartPlan {
    return new PartPlan(targetMs, Math.max(fragmentMs, fitting(targetMs, fragmentMs)), fragmentMs);
  }

  /** The plan of a former owner; the length of fragments is a guess. */
  static resumed(targetMs: number): PartPlan {
    const partMs = targetMs * 0.97;
    return new PartPlan(targetMs, partMs, Math.min(partMs, FRAGMENT_GUESS_MS));
  }
}

const fitting = (targetMs: number, fragmentMs: number) => Math.floor((targetMs + 0.5) / fragmentMs) * fragmentMs;

const targetFor = (longestMs: number) => Math.ceil((longestMs + JITTER_MS) / ROUNDED_TO_MS) * ROUNDED_TO_MS;

/** Counts of parts worth trying, best first: those whose parts are nearest to the ideal. */
function partCounts(lengthMs: number, { idealMs, fragmentMs }: { idealMs: number; fragmentMs: number }): number[] {
  const ideal = Math.max(1, Math.round(lengthMs / Math.max(idealMs, fragmentMs)));
  const off = (count: number) => Math.abs(Math.log(lengthMs / count / idealMs));
  const counts = Array.from({ length: 2 * ideal }, (_, i) => i + 1).filter(
    (count) =>
      lengthMs / count >= fragmentMs - 1 && lengthMs / count <= Math.max(STRETCH_MAX * idealMs, fragmentMs + 1),
  );
  return counts.length > 0 ? counts.sort((a, b) => off(a) - off(b)) : [ideal];
}

function trial(sample: Sample, count: number) {
  const parts = evenly(sample, count);
  const longestMs = Math.max(...parts);
  const shortestMs = Math.min(...parts.slice(0, -1), longestMs);
  const targetMs = targetFor(longestMs);
  return { count, targetMs, fits: shortestMs >= targetMs * PART_SHARE_MIN };
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
