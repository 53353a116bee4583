// Decides whether a segment begins at a fragment: at a keyframe, because the current segment gets too long, or because time is missing.

import { type Rhythm, SEGMENT_MIN_MS, SEGMENT_SHORT_MS } from "../numbers/rhythm.ts";
import { HOLE_MS, type Moment } from "./feed.ts";

interface Boundary {
  /** Time without media between the current segment and the new one; 0: none. */
  holeMs: number;
  /** The current segment ran from keyframe to keyframe. */
  regular: boolean;
}

/** Null: the current segment continues. Until the rhythm is known only keyframes count. */
export function boundaryAt(
  { ptsMs, key, current, reachMs, posMs }: Moment,
  { rhythm, keyframeIntervalMs }: { rhythm: Rhythm | null; keyframeIntervalMs: number },
): Boundary | null {
  const lengthMs = ptsMs - current.startMs;
  // RTMP rounds to the millisecond, and SEGMENT_MIN_MS need not be exact.
  const whole = key && lengthMs >= SEGMENT_MIN_MS - 10;
  if (!rhythm) return whole ? { holeMs: 0, regular: false } : null;
  const missingMs = lengthMs - posMs;
  if (missingMs > HOLE_MS) return { holeMs: missingMs, regular: false };
  if (posMs > 0 && reachMs > rhythm.segmentMaxMs) return { holeMs: 0, regular: false };
  const early = key && lengthMs >= SEGMENT_SHORT_MS && lengthMs + keyframeIntervalMs > rhythm.segmentMaxMs;
  return whole || early ? { holeMs: 0, regular: current.keyed } : null;
}
