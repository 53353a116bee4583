// Which moment of the day a recording shows where. Its playlist goes on without a break while the encoder or we were away: a bar that ends at the
// live edge has such times as holes.

import type { Span } from "../../videos/gaps.ts";

/** What was live without a break. */
export interface Run {
  /** Wall time of its first picture, ms since 1970. */
  atMs: number;
  /** Its place in the playlist. */
  startSeconds: number;
  seconds: number;
}

/** As hls.js has it. */
interface Segment {
  start: number;
  duration: number;
  programDateTime: number | null;
  gap?: boolean | undefined;
}

/** Less is the rounding of lengths and dates, and an encoder that came back at once. */
const HOLE_MS = 500;

const endMs = ({ atMs, seconds }: Run) => atMs + seconds * 1_000;
const endSeconds = ({ startSeconds, seconds }: Run) => startSeconds + seconds;

/** Ascending in the playlist: its clock. What has no date is in none. */
export function runsOf(segments: readonly Segment[]): Run[] {
  const runs: Run[] = [];
  for (const { start, duration, programDateTime: atMs } of segments) {
    if (atMs === null) continue;
    const last = runs.at(-1);
    const isBeside = last && Math.abs(start - endSeconds(last)) * 1_000 < HOLE_MS;
    if (isBeside && Math.abs(atMs - endMs(last)) < HOLE_MS) last.seconds = start + duration - last.startSeconds;
    else runs.push({ atMs, startSeconds: start, seconds: duration });
  }
  return runs;
}

/** The runs of what is there. Segments without media (EXT-X-GAP) are between them. */
export const mediaRunsOf = (segments: readonly Segment[]): Run[] => runsOf(segments.filter(({ gap }) => !gap));

/** Place of this wall time in the playlist; of a hole, what comes behind it. Null: nothing so late is recorded. */
export function secondsAt(runs: readonly Run[], wallMs: number): number | null {
  const at = runs.findLastIndex(({ atMs }) => atMs <= wallMs);
  const run = runs[at];
  if (run && wallMs < endMs(run)) return run.startSeconds + (wallMs - run.atMs) / 1_000;
  return runs[at + 1]?.startSeconds ?? null;
}

/** Wall time of this place of the playlist; behind its end, that of the end. Null: nothing is recorded. */
export function wallAt(runs: readonly Run[], seconds: number): number | null {
  const run = runs.findLast(({ startSeconds }) => startSeconds <= seconds) ?? runs[0];
  if (!run) return null;
  return run.atMs + Math.min(run.seconds, Math.max(0, seconds - run.startSeconds)) * 1_000;
}

/** Wall time of the last picture's end; null: nothing is recorded. */
export function endOf(runs: readonly Run[]): number | null {
  const last = runs.at(-1);
  return last ? endMs(last) : null;
}

/** Times between the runs of which nothing is recorded, as ms after `fromMs`, ascending. */
export function holesOf(runs: readonly Run[], fromMs: number): Span[] {
  const holes: Span[] = [];
  for (const [i, run] of runs.entries()) {
    const before = runs[i - 1];
    const span = before && { fromMs: Math.round(endMs(before) - fromMs), toMs: Math.round(run.atMs - fromMs) };
    if (span && span.toMs - span.fromMs >= HOLE_MS) holes.push(span);
  }
  return holes;
}
