// The parts of a highlight that is being made, as they are typed.

import { type Signal, signal } from "@preact/signals";
import { HIGHLIGHT_MS_MAX, HIGHLIGHT_PART_MS_MIN } from "#schema/wire/highlight-limits.ts";
import { END_SLACK_MS } from "#schema/wire/video-end.ts";
import { uptimeText } from "../ui/ticker.ts";
import { words } from "../words/highlights.ts";
import { readTime } from "./time-text.ts";

export interface TypedPart {
  /** Names its two fields: `begins-<id>`, `ends-<id>`. */
  id: number;
  begins: Signal<string>;
  ends: Signal<string>;
}

/** What a part has at first. */
const PART_MS = 60_000;

let made = 0;
/** From there on, a minute, or to the end. */
export function partFrom(startMs: number, durationMs: number): TypedPart {
  const endMs = Math.min(durationMs, startMs + PART_MS);
  return { id: made++, begins: signal(uptimeText(startMs)), ends: signal(uptimeText(endMs)) };
}

export interface ReadPart {
  startMs: number;
  endMs: number;
}

/** Null: it is not whole. */
export function readPart({ begins, ends }: TypedPart): ReadPart | null {
  const [startMs, endMs] = [readTime(begins.value), readTime(ends.value)];
  return startMs === null || endMs === null || endMs <= startMs ? null : { startMs, endMs };
}

export const lengthOf = (parts: readonly TypedPart[]): number =>
  parts.reduce((sum, part) => {
    const { startMs, endMs } = readPart(part) ?? { startMs: 0, endMs: 0 };
    return sum + endMs - startMs;
  }, 0);

/** What is wrong, by the names of fields. */
export function errorsOf(parts: readonly TypedPart[], durationMs: number): Record<string, string | null> {
  const isTooLong = lengthOf(parts) > HIGHLIGHT_MS_MAX;
  return Object.fromEntries(
    parts.flatMap(({ id, begins, ends }, i): [string, string | null][] => {
      const [startMs, endMs] = [readTime(begins.value), readTime(ends.value)];
      const endError =
        endMs === null
          ? words.enterTime
          : startMs !== null && endMs - startMs < HIGHLIGHT_PART_MS_MIN
            ? words.endsBefore
            : endMs > durationMs + END_SLACK_MS
              ? words.behindEnd(uptimeText(durationMs))
              : isTooLong && i === parts.length - 1
                ? words.tooLong
                : null;
      return [
        [`begins-${id}`, startMs === null ? words.enterTime : null],
        [`ends-${id}`, endError],
      ];
    }),
  );
}
