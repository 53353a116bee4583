// Modes of a room that may end by themselves, and when.

/** The fields of RoomSettings that put a mode on. */
export const TIMED_MODES = [
  "slowMs",
  "followersOnly",
  "emoteOnly",
  "subscribersOnly",
  "uniqueMs",
  "linksOff",
  "verifiedOnly",
  "accountAgeMs",
  "shield",
] as const;
export type TimedMode = (typeof TIMED_MODES)[number];

/** By mode, in ms since 1970. A mode without an end is left out. */
export type ModeEnds = Partial<Record<TimedMode, number>>;

/** How long a mode may be put on for. */
export const MODE_FOR_MIN_MS = 10_000;
export const MODE_FOR_MAX_MS = 30 * 24 * 60 * 60_000;

/** When the next mode ends by itself; null: none does. */
export const nextEndMs = ({ untilMs = {} }: { untilMs?: ModeEnds | undefined }): number | null => {
  const ends = Object.values(untilMs);
  return ends.length === 0 ? null : Math.min(...ends);
};
