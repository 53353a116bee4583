// What AutoMod may hold, and how strict it is: a level from 0 (off) to 4 (strictest) for each kind.

/** Kinds found by lists of words, in the order in which one names a hold that several of equal weight cause. */
export const WORD_KINDS = ["hate", "sexual", "insult", "profanity"] as const;
export type WordKind = (typeof WORD_KINDS)[number];

/** Kinds found by the shape of a line. */
export const SHAPE_KINDS = [
  "links",
  /** The same line again, by one person or by many. */
  "spam",
  /** Words put together of letters of several scripts. */
  "lookalikes",
  /** Marks in stacks. */
  "zalgo",
  "repetition",
  /** Walls of signs, and pictures made of them. */
  "symbols",
  /** Walls of emotes and emoji. */
  "emotes",
  "caps",
] as const;
export type ShapeKind = (typeof SHAPE_KINDS)[number];

export const AUTO_MOD_KINDS = [...WORD_KINDS, ...SHAPE_KINDS] as const;
export type AutoModKind = WordKind | ShapeKind;

export const AUTO_MOD_LEVELS = [0, 1, 2, 3, 4] as const;
export type AutoModLevel = (typeof AUTO_MOD_LEVELS)[number];

/** Languages of the built-in lists, ISO 639-1. */
export const LIST_LANGUAGES = ["de", "en", "es", "fr", "it", "ja", "ko", "pt", "ru", "zh"] as const;
export type ListLanguage = (typeof LIST_LANGUAGES)[number];

export interface AutoModSettings {
  levels: Partial<Record<AutoModKind, AutoModLevel>>;
  /** Whose lists are used; default: all. */
  languages?: readonly string[];
}

/** The weight of a word from which a level holds it: level 1 the heaviest alone, level 4 all. Null: the level is off. */
export const weightHeld = (level: AutoModLevel): number | null => (level === 0 ? null : 5 - level);
