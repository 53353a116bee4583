// Decides whether a segment of the source begins at a fragment: at a keyframe, because the current segment gets too long, or because time is
// missing.

import { type Rhythm, SEGMENT_MAX_MS, SEGMENT_MIN_MS, SEGMENT_SHORT_MS } from "../numbers/rhythm.ts";
import type { Slot } from "../numbers/slots.ts";
import { HOLE_MS } from "./fragment-times.ts";

/** Where a source has no keyframes, or is not offered, its segments begin at multiples of this on the session's clock. Rungs of such a source have their keyframes
 *  there too, without anybody telling them. */
export const GRID_MS = 2_000;

/** A fragment that may begin a segment. */
export interface Moment {
  ptsMs: number;
  /** The fragment begins with a keyframe. */
  key: boolean;
  current: Slot;
  /** Length of the current segment with the fragment (`reachMs`) and without it (`posMs`). */
  reachMs: number;
  posMs: number;
}

interface Boundary {
  /** Time without media between the current segment and the new one; 0: none. */
  holeMs: number;
  /** The current segment ran from keyframe to keyframe. */
  regular: boolean;
}

interface Measure {
  rhythm: Rhythm | null;
  keyframeIntervalMs: number;
  /** Viewers may play the source. Else segments need no keyframe of it: its rungs have one wherever a segment begins. */
  sourceOffered: boolean;
}

/** Null: the current segment continues. */
export function boundaryAt(
  { ptsMs, key, current, reachMs, posMs }: Moment,
  { rhythm, keyframeIntervalMs, sourceOffered }: Measure,
): Boundary | null {
  const lengthMs = ptsMs - current.startMs;
  const missingMs = lengthMs - posMs;
  if (missingMs > HOLE_MS) return { holeMs: missingMs, regular: false };
  const maxMs = rhythm?.segmentMaxMs ?? SEGMENT_MAX_MS;
  if (posMs > 0 && reachMs > maxMs) return { holeMs: 0, regular: false };
  // RTMP rounds to the millisecond, and SEGMENT_MIN_MS need not be exact.
  if (key && lengthMs >= SEGMENT_MIN_MS - 10) return { holeMs: 0, regular: rhythm !== null && current.keyed };
  const gridMs = Math.floor(ptsMs / GRID_MS) * GRID_MS;
  const gridded = gridMs > current.startMs + SEGMENT_SHORT_MS;
  if (!sourceOffered && gridded) return { holeMs: 0, regular: false };
  if (!rhythm) return null;
  const early = key && lengthMs >= SEGMENT_SHORT_MS && lengthMs + keyframeIntervalMs > maxMs;
  if (early) return { holeMs: 0, regular: current.keyed };
  const onGrid = !current.keyed && gridded && gridMs + GRID_MS - current.startMs > maxMs;
  return onGrid ? { holeMs: 0, regular: false } : null;
}
