// What is done about the buffer of live media: what leaves it, and where the picture goes when it has come to a gap.

/** Seconds; ascending, apart from each other. */
export interface Range {
  start: number;
  end: number;
}

/** So much of what was played can be shown again at once. */
export const KEPT_SECONDS = 10;
/** Removed in pieces, for each removal takes a while. */
const REMOVED_SECONDS = 5;
/** With less ahead, the picture stands or is about to. */
const EMPTY_SECONDS = 0.04;
/** Before a gap a browser may need more than this to show anything: Chromium never ended a seek to 0.15 s before one. */
const STANDING_SECONDS = 0.5;
/** Sound and picture do not begin at the same moment. */
const WITHIN_SECONDS = 0.02;

export const rangesOf = ({ buffered }: Pick<HTMLMediaElement, "buffered">): Range[] =>
  Array.from({ length: buffered.length }, (_, n) => ({ start: buffered.start(n), end: buffered.end(n) }));

/** What to remove; null: nothing, or too little. `all`: as much as can be spared, since the buffer is full. */
export function removable(ranges: readonly Range[], atSeconds: number, { all = false } = {}): Range | null {
  const first = ranges[0];
  const end = atSeconds - (all ? 1 : KEPT_SECONDS);
  if (!first || end - first.start < (all ? 0.5 : REMOVED_SECONDS)) return null;
  return { start: first.start, end };
}

/** Where live is played: this far from the end, but not before the newest gap. Null: there is nothing. */
export function livePlace(ranges: readonly Range[], targetSeconds: number): number | null {
  const last = ranges.at(-1);
  return last ? Math.max(last.start + WITHIN_SECONDS, last.end - targetSeconds) : null;
}

/** Where to go from a gap that the picture has come to; null: it plays, or nothing is behind the gap. `stands`: it shows nothing new. */
export function overGap(
  ranges: readonly Range[],
  { atSeconds, targetSeconds, stands }: { atSeconds: number; targetSeconds: number; stands: boolean },
): number | null {
  const last = ranges.at(-1);
  const neededSeconds = stands ? STANDING_SECONDS : EMPTY_SECONDS;
  const isIn = ({ start, end }: Range) => start - WITHIN_SECONDS <= atSeconds && atSeconds < end - neededSeconds;
  if (!last || ranges.some(isIn) || atSeconds >= last.start) return null;
  return livePlace(ranges, targetSeconds);
}
