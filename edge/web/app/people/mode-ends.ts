// When a mode of a room ends by itself, for those who switch modes: how long it may be put on for, and what is said of its end.

import type { RoomSettings } from "#schema/api/chat.ts";
import type { TimedMode } from "#schema/wire/timed-modes.ts";
import { wallMs } from "../clock.ts";
import { momentText } from "../ui/dates.ts";
import { words as chatWords } from "../words/chat.ts";
import { words } from "../words/modes.ts";

const HOUR_MS = 3_600_000;

/** Null: until somebody puts it off. Other times by command. */
export const ENDS_AFTER = [null, HOUR_MS / 6, HOUR_MS] as const;

/** In ms since 1970; null: the mode is off, or nobody has given it an end. */
export const endOf = ({ untilMs }: RoomSettings, mode: TimedMode | null): number | null =>
  (mode && untilMs?.[mode]) ?? null;

/** `until 21:30`; from half a day on with the date. */
export function endText(endMs: number, nowMs = wallMs()): string {
  const at = new Date(endMs).toISOString();
  return words.until(endMs - nowMs < 12 * HOUR_MS ? chatWords.clock(at) : momentText(at));
}
