// A room's terms, compiled once and searched in each line.

import { asEmoji, hasEmoji } from "#schema/wire/moderation/emoji.ts";
import { PatternSet } from "#schema/wire/moderation/pattern.ts";
import type { Term } from "#schema/wire/moderation/term.ts";
import { TermList } from "#schema/wire/moderation/term-list.ts";
import type { TermRefusal } from "#schema/wire/moderation/term-refusals.ts";
import { ALL_DISGUISES, CompiledWords, type Disguises } from "./compiled-words.ts";
import type { JudgedText, Place } from "./judged-text.ts";

export interface TermFound extends Place {
  /** As the moderator typed it. */
  term: string;
}

export interface CompiledTerms {
  /** All terms that the text has, each with one place; the first place first, and the longer of two that begin together. */
  find(judged: JudgedText): TermFound[];
  /** All places of words and phrases, and one place of each other term; in no order. */
  places(judged: JudgedText): TermFound[];
}

/**
 * Compiles a list of terms, or answers why which of them cannot be: a list that was checked by `addTerms` always can. The order of the terms
 * changes nothing.
 */
export function compileTerms(
  sources: readonly string[],
  disguises: Partial<Disguises> = {},
): CompiledTerms | TermRefusal[] {
  const list = new TermList();
  const refusals = sources.map((source) => list.add(source)).filter((term) => "code" in term);
  return refusals.length > 0 ? refusals : new SearchedTerms(list.terms, { ...ALL_DISGUISES, ...disguises });
}

/** Normalizing a stack of marks takes the square of its height. */
const TALL_STACK = /(\p{M}{8})\p{M}+/gu;

/** Nothing is blocked. */
export const NO_TERMS: CompiledTerms = { find: () => [], places: () => [] };

class SearchedTerms implements CompiledTerms {
  readonly #terms: readonly Term[];
  readonly #words: CompiledWords;
  readonly #patterns: PatternSet;
  readonly #patternTerms: readonly number[];
  readonly #emoji: readonly number[];

  constructor(terms: readonly Term[], disguises: Disguises) {
    this.#terms = terms;
    const numbered = terms.map((term, number) => ({ term, number }));
    this.#words = new CompiledWords(
      numbered.flatMap(({ term, number }) => (term.kind === "text" ? [{ folded: term.folded, term: number }] : [])),
      disguises,
    );
    const patterns = numbered.flatMap(({ term, number }) => (term.kind === "pattern" ? [{ ...term, number }] : []));
    this.#patterns = new PatternSet(patterns.map(({ pattern }) => pattern));
    this.#patternTerms = patterns.map(({ number }) => number);
    this.#emoji = numbered.flatMap(({ term, number }) => (term.kind === "emoji" ? [number] : []));
  }

  find(judged: JudgedText): TermFound[] {
    const places = new Map<number, Place>();
    const found = (term: number, place: Place) => {
      const before = places.get(term);
      if (!before || before.start > place.start || (before.start === place.start && before.end < place.end))
        places.set(term, place);
    };
    this.#search(judged, found);
    return Array.from(places, ([term, place]) => ({ ...place, term: this.#terms[term]!.source })).sort(
      (a, b) => a.start - b.start || b.end - a.end || (a.term < b.term ? -1 : 1),
    );
  }

  places(judged: JudgedText): TermFound[] {
    const places: TermFound[] = [];
    this.#search(judged, (term, place) => places.push({ ...place, term: this.#terms[term]!.source }));
    return places;
  }

  #search(judged: JudgedText, found: (term: number, place: Place) => void): void {
    this.#words.search(judged, found);
    this.#searchPatterns(judged, found);
    this.#searchEmoji(judged, found);
  }

  /** In the line as it is written, and without its disguises where it has any. */
  #searchPatterns({ bared, folded }: JudgedText, found: (term: number, place: Place) => void): void {
    if (this.#patternTerms.length === 0) return;
    const written = bared.replace(TALL_STACK, "$1").normalize("NFC");
    for (const index of this.#patterns.matches(written)) {
      const place = this.#patterns.place(index, written);
      const whole = { start: 0, end: bared.length };
      // Composing letters moves places.
      found(this.#patternTerms[index]!, place && written === bared ? place : whole);
    }
    if (written.toLowerCase() === folded.text) return;
    for (const index of this.#patterns.matches(folded.text)) {
      const place = this.#patterns.place(index, folded.text);
      if (place && place.end > place.start)
        found(this.#patternTerms[index]!, { start: folded.starts[place.start]!, end: folded.ends[place.end - 1]! });
    }
  }

  #searchEmoji({ bared }: JudgedText, found: (term: number, place: Place) => void): void {
    if (this.#emoji.length === 0 || !hasEmoji(bared)) return;
    const signs = asEmoji(bared);
    for (const term of this.#emoji) {
      const { source, folded } = this.#terms[term]!;
      if (!signs.includes(folded)) continue;
      const start = Math.max(0, bared.indexOf(source[0]!));
      found(
        term,
        bared.includes(source)
          ? { start: bared.indexOf(source), end: bared.indexOf(source) + source.length }
          : { start, end: bared.length },
      );
    }
  }
}
