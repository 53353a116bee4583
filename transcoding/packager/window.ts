// How much of the past a playlist lists.

/** Segments with media. */
const LISTED = 8;
/** RFC 8216bis §6.2.2: never less than three target durations; half of one more, for segments that are about to leave. */
const LISTED_TARGET_DURATIONS = 3.5;
/** With gaps. A hole longer than this (200 s at 2 s) pushes the old segments out. */
export const LISTED_MAX = 100;

/** Index of the first segment to list when the last is at `to`. */
export function listedFrom(
  segments: readonly { initHash: string | null; closed: boolean; durationMs: number }[],
  { to, targetDurationMs }: { to: number; targetDurationMs: number },
): number {
  let media = 0;
  let durationMs = 0;
  let from = to;
  for (let i = to; i >= 0 && to - i < LISTED_MAX; i--) {
    const segment = segments[i]!;
    from = i;
    if (segment.initHash !== null && segment.closed) {
      media++;
      durationMs += segment.durationMs;
    }
    if (media >= LISTED && durationMs >= targetDurationMs * LISTED_TARGET_DURATIONS) break;
  }
  return from;
}
