// Chat limits that edges, rooms and pages share (contract §4).

export const BODY_LENGTH_MAX = 500;
export const NONCE_LENGTH_MAX = 64;
/** Entries in a `welcome`, and in the rings that keep the newest ones. */
export const HISTORY_LENGTH = 50;
/** Missed entries that a resume sends. A client that missed more gets a `welcome` with `resumed: false`. */
export const RESUME_LENGTH_MAX = 1_000;
/** In code points: a moderator's note about a person, the reason of a warning, an unban request and its answer. */
export const NOTE_LENGTH_MAX = 500;
/** About one person in one channel; over it 409 `too_many`. */
export const NOTES_MAX = 50;
/** Of a timeout. */
export const TIMEOUT_MIN_MS = 1_000;
export const TIMEOUT_MAX_MS = 14 * 24 * 60 * 60_000;
export const PIN_MAX_MS = 24 * 60 * 60_000;
export const ANNOUNCEMENT_COLORS = ["primary", "blue", "green", "orange", "purple"] as const;
/** Of polls: lengths are code points. */
export const QUESTION_LENGTH_MAX = 60;
export const CHOICE_LENGTH_MAX = 25;
export const CHOICES_MIN = 2;
export const CHOICES_MAX = 6;
export const POLL_MIN_MS = 15_000;
export const POLL_MAX_MS = 30 * 60_000;
/** Between the start of a raid and the moment at which the viewers go. */
export const RAID_DELAY_MIN_MS = 5_000;
export const RAID_DELAY_MAX_MS = 90_000;
/** People in a room who are named one by one; of a fuller room only their number is told. */
export const CHATTERS_MAX = 100;
