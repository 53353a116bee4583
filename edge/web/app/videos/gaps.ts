// Where nothing of a video was recorded: its EXT-X-GAP segments (RFC 8216bis §4.4.4.7), joined.

/** In the video. */
export interface Span {
  fromMs: number;
  toMs: number;
}

/** Less is the rounding of lengths. */
const JOIN_MS = 1;

/** Ascending. In seconds, as hls.js has them. */
export function spansOf(
  segments: readonly { start: number; duration: number; gap?: boolean | undefined }[],
): readonly Span[] {
  const spans: Span[] = [];
  for (const { start, duration, gap } of segments) {
    if (!gap) continue;
    const span = { fromMs: Math.round(start * 1_000), toMs: Math.round((start + duration) * 1_000) };
    const last = spans.at(-1);
    if (last && span.fromMs - last.toMs <= JOIN_MS) last.toMs = span.toMs;
    else spans.push(span);
  }
  return spans;
}
