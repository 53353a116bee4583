// BANDWIDTH and AVERAGE-BANDWIDTH of a rendition, as measured (RFC 8216bis §4.4.6.2).

const BANDWIDTH_MIN = 100_000;
/** The next segments may be denser than those measured. */
const ROOM = 1.2;

interface Measured {
  bytes: number;
  durationMs: number;
}

export interface Bandwidth {
  /** Bits per second. */
  peak: number;
  average: number;
}

/** The peak is the densest run of segments that lasts between half a target duration and one and a half, plus 20 %. Null: nothing measured. */
export function bandwidthOf(segments: readonly Measured[], targetDurationMs: number): Bandwidth | null {
  let peak = 0;
  let bytes = 0;
  let durationMs = 0;
  for (const [i, segment] of segments.entries()) {
    bytes += segment.bytes;
    durationMs += segment.durationMs;
    peak = Math.max(peak, densestFrom(segments.slice(i), targetDurationMs));
  }
  if (durationMs === 0) return null;
  const average = (bytes * 8000) / durationMs;
  return {
    peak: rounded(Math.max(BANDWIDTH_MIN, peak, average) * ROOM),
    average: rounded(Math.max(BANDWIDTH_MIN, average)),
  };
}

function densestFrom(segments: readonly Measured[], targetDurationMs: number): number {
  let densest = 0;
  let bytes = 0;
  let durationMs = 0;
  for (const segment of segments) {
    bytes += segment.bytes;
    durationMs += segment.durationMs;
    if (durationMs > targetDurationMs * 1.5) break;
    if (durationMs >= targetDurationMs / 2) densest = Math.max(densest, (bytes * 8000) / durationMs);
  }
  return densest;
}

const rounded = (bitsPerSecond: number) => Math.ceil(bitsPerSecond / 1000) * 1000;
