// Patterns between slashes, in RE2's syntax (https://github.com/google/re2/wiki/Syntax). The engine cannot backtrack: its time is the length
// of the line times the size of the pattern's program, whatever the pattern. Look-around and back-references are refused.

import { RE2JS, RE2JSSyntaxException, RE2Set } from "re2js";
import { PATTERN_SIZE_MAX } from "./term-limits.ts";
import { refuseTerm, type TermRefusal } from "./term-refusals.ts";

/** A pattern that may be searched. */
export interface Pattern {
  /** Between the slashes. */
  body: string;
  /** Instructions of its program. */
  size: number;
}

const NOTATION = /^\/(.*)\/([a-z]*)$/su;
/** Letter case never counts, and a line has no line breaks, so these change nothing; people write them by habit. */
const FLAGS = /^[imsu]*$/u;
/** What one of these alone satisfies is no pattern for a word. */
const BROAD = [..."abcdefghijklmnopqrstuvwxyz0123456789 "];

export const isPatternNotation = (source: string): boolean => NOTATION.test(source);

/** Reads `/…/`. Refusals: `invalid_pattern` with the engine's reason, `matches_everything`, `too_broad`, `pattern_too_costly`. */
export function readPattern(source: string): Pattern | TermRefusal {
  const [, body = "", flags = ""] = NOTATION.exec(source) ?? [];
  if (!FLAGS.test(flags)) return refuseTerm(source, "invalid_pattern", `no flag ${flags}; letter case never counts`);
  let pattern: RE2JS;
  try {
    pattern = RE2JS.compile(body, RE2JS.CASE_INSENSITIVE);
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    return refuseTerm(source, "invalid_pattern", reasonOf(error, body));
  }
  const size = pattern.programSize();
  if (size > PATTERN_SIZE_MAX) return refuseTerm(source, "pattern_too_costly");
  if (pattern.test("")) return refuseTerm(source, "matches_everything");
  if (BROAD.some((one) => pattern.test(one))) return refuseTerm(source, "too_broad");
  return { body, size };
}

/** The engine's words, without the flag that we put in front. */
const reasonOf = (error: Error, body: string): string =>
  error.message.replace("error parsing regexp: ", "").replace(`(?i)${body}`, body);

/** Patterns that are searched in one go. */
export class PatternSet {
  readonly #bodies: readonly string[];
  readonly #set: RE2Set | null;
  readonly #alone = new Map<number, RE2JS>();

  constructor(patterns: readonly Pattern[]) {
    this.#bodies = patterns.map(({ body }) => body);
    if (patterns.length === 0) this.#set = null;
    else {
      this.#set = new RE2Set(RE2Set.UNANCHORED, RE2JS.CASE_INSENSITIVE, DFA_BYTES_MAX);
      for (const body of this.#bodies) this.#set.add(body);
      this.#set.compile();
    }
  }

  /** Indexes of the patterns found in the text. */
  matches(text: string): number[] {
    return this.#set?.match(text) ?? [];
  }

  /** Where the pattern is found first; null: nowhere. UTF-16 offsets. */
  place(index: number, text: string): { start: number; end: number } | null {
    let alone = this.#alone.get(index);
    if (!alone) {
      alone = RE2JS.compile(this.#bodies[index]!, RE2JS.CASE_INSENSITIVE);
      this.#alone.set(index, alone);
    }
    const matcher = alone.matcher(text);
    return matcher.find() ? { start: matcher.start(), end: matcher.end() } : null;
  }
}

/** Of one room's patterns. Above it the engine searches without its cache, which is slower and as exact. */
const DFA_BYTES_MAX = 4 * 1024 * 1024;
