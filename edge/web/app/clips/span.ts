// The two handles of the clip maker: how far they may go.

import { CLIP_MS_DEFAULT, CLIP_MS_MAX, CLIP_MS_MIN } from "#schema/wire/clip-limits.ts";

export interface Span {
  startMs: number;
  endMs: number;
}

/** What the maker shows of a video. */
const WINDOW_MS = 90_000;
/** Behind the moment that somebody wants to keep. */
const AFTER_MS = 30_000;

/** The last 90 s, of a video those around the moment; and what is chosen at first. */
export function spansAt(atMs: number | null, durationMs: number): { window: Span; chosen: Span } {
  const end = atMs === null ? durationMs : Math.min(durationMs, atMs + AFTER_MS);
  const window = { startMs: Math.max(0, end - WINDOW_MS), endMs: Math.max(end, Math.min(durationMs, WINDOW_MS)) };
  const endMs = Math.min(window.endMs, Math.max(atMs ?? durationMs, window.startMs + CLIP_MS_MIN));
  return { window, chosen: { startMs: Math.max(window.startMs, endMs - CLIP_MS_DEFAULT), endMs } };
}

/** With a handle moved there: within the window, and from 5 to 60 s long. The other handle gives way only at the longest. */
export function moved(span: Span, handle: keyof Span, toMs: number, window: Span): Span {
  const { startMs, endMs } = span;
  if (handle === "startMs") {
    const start = Math.min(Math.max(window.startMs, toMs), endMs - CLIP_MS_MIN);
    return { startMs: start, endMs: Math.min(endMs, start + CLIP_MS_MAX) };
  }
  const end = Math.max(Math.min(window.endMs, toMs), startMs + CLIP_MS_MIN);
  return { startMs: Math.max(startMs, end - CLIP_MS_MAX), endMs: end };
}
