// How long highlights may be.

/** Of one part, and of all of them together. */
export const HIGHLIGHT_PART_MS_MIN = 1_000;
export const HIGHLIGHT_MS_MAX = 6 * 3_600_000;
export const HIGHLIGHT_PARTS_MAX = 50;
