// Limits of lines that wait for a moderator.

/** Of a room. Over it a line that would be held is refused: `busy`. */
export const HELD_LINES_MAX = 100;
/** Of one person in a room, so that one cannot fill the queue. */
export const HELD_OF_PERSON_MAX = 10;
export const HOLD_MIN_MS = 30_000;
export const HOLD_MAX_MS = 60 * 60_000;
/** Hosts that are no links in a room. */
export const ALLOWED_HOSTS_MAX = 100;
