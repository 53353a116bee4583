// Limits of a room's terms. Edges check them when a term is set, rooms rely on them.

/** Of one list; patterns included. */
export const TERMS_MAX = 500;
/** Code points of a word, a phrase or a pattern with its slashes. */
export const TERM_LENGTH_MAX = 100;
export const WILDCARDS_MAX = 4;
export const PATTERNS_MAX = 100;
/** Instructions of RE2's program of one pattern, and of all patterns of a list: what a line may cost in the worst case. */
export const PATTERN_SIZE_MAX = 100;
export const PATTERN_SIZES_MAX = 1_500;
