// Why a term is refused when it is set.

import {
  PATTERN_SIZE_MAX,
  PATTERN_SIZES_MAX,
  PATTERNS_MAX,
  TERM_LENGTH_MAX,
  TERMS_MAX,
  WILDCARDS_MAX,
} from "./term-limits.ts";

/** By code: one sentence for the person who sets the term. */
export const TERM_REFUSALS = {
  empty: "A term has at least one character that can be seen",
  too_broad: "The term would match nearly every line",
  too_long: `A term has at most ${TERM_LENGTH_MAX} characters`,
  too_many_wildcards: `A term has at most ${WILDCARDS_MAX} wildcards (*)`,
  invalid_characters: "The term has control characters, or half of a character",
  invalid_pattern: "The pattern cannot be read",
  matches_everything: "The pattern matches the empty text, so it would match every line",
  pattern_too_costly: `The pattern is too large: at most ${PATTERN_SIZE_MAX} steps of its program, and ${PATTERN_SIZES_MAX} of all patterns together`,
  duplicate: "The list has this term already",
  too_many: `The list is full: at most ${TERMS_MAX} terms, and ${PATTERNS_MAX} patterns among them`,
} as const;
export type TermRefusalCode = keyof typeof TERM_REFUSALS;

export interface TermRefusal {
  /** The term as it was typed. */
  source: string;
  code: TermRefusalCode;
  detail: string;
}

/** `more`: what only this case knows, such as the place in a pattern. */
export const refuseTerm = (source: string, code: TermRefusalCode, more = ""): TermRefusal => ({
  source,
  code,
  detail: more === "" ? TERM_REFUSALS[code] : `${TERM_REFUSALS[code]}: ${more}`,
});
