// Many words, searched in a text at once: in the text as it is, and in each view that undoes a disguise.

import { isLetter } from "#schema/wire/moderation/letters.ts";
import { skeleton } from "#schema/wire/moderation/lookalikes.ts";
import { Automaton } from "./automaton.ts";
import type { JudgedText, Place } from "./judged-text.ts";
import { StarredWords } from "./starred-words.ts";
import { type Collapsed, collapse, type SearchedView, type View, Views } from "./views.ts";
import { readWord, standsAt, type Undo, type Word } from "./word.ts";

/** Disguises that are undone. All by default. */
export interface Disguises extends Undo {
  /** `b l a r g`. */
  spaced: boolean;
  /** Letters of other scripts. */
  lookalikes: boolean;
}
export const ALL_DISGUISES: Disguises = { leet: true, repeats: true, spaced: true, lookalikes: true };

/** A word as `readTerm` folds it, with its number. */
export interface NumberedWord {
  folded: string;
  term: number;
}

/** Shorter words are no disguise: но is Russian. */
const LOOKALIKE_MIN = 4;
/** A longer run of one letter begins at one of so many places. */
const STARTS_MAX = 3;
const ASCII = /^[\0-\x7f]*$/;
const HAN = /\p{Script=Han}/u;

export class CompiledWords {
  readonly #disguises: Disguises;
  readonly #plain: WordIndex;
  readonly #looks: WordIndex;
  /** Words of other alphabets that look as if they were Latin: сука. The only ones that a line of Latin letters can look like. */
  readonly #posing: WordIndex;
  readonly #starred: StarredWords;
  readonly #hasHan: boolean;

  constructor(words: readonly NumberedWord[], disguises: Disguises = ALL_DISGUISES) {
    this.#disguises = disguises;
    this.#plain = new WordIndex(words);
    this.#starred = new StarredWords(disguises.leet ? words : []);
    this.#hasHan = words.some(({ folded }) => HAN.test(folded));
    const foreign = words.filter(({ folded }) => !ASCII.test(folded));
    this.#looks = new WordIndex(disguises.lookalikes ? words.flatMap(looksOf) : []);
    this.#posing = new WordIndex(
      disguises.lookalikes ? foreign.flatMap(looksOf).filter(({ folded }) => ASCII.test(folded)) : [],
    );
  }

  /** `found` is told each word of the text, at least once, and where it stands in the text as it was said. */
  search(judged: JudgedText, found: (term: number, place: Place) => void): void {
    const search = (index: WordIndex, { view, collapsed }: SearchedView, undo: Undo) =>
      index.search(view, collapsed, undo, (term, start, end) =>
        found(term, { start: view.starts[start]!, end: view.ends[end - 1]! }),
      );
    const views = Views.of(judged);
    search(this.#plain, views.plain, this.#disguises);
    this.#starred.search(judged, found);
    if (this.#disguises.spaced) for (const view of views.spelt) search(this.#plain, view, this.#disguises);
    if (this.#hasHan) for (const view of views.han) search(this.#plain, view, LITERALLY);
    if (ASCII.test(judged.folded.text)) search(this.#posing, views.plain, LITERALLY);
    else for (const view of views.looks) search(this.#looks, view, LITERALLY);
  }
}

const LITERALLY: Undo = { leet: false, repeats: false };

/** A word as it looks in small letters and in capitals. */
function looksOf({ folded, term }: NumberedWord): NumberedWord[] {
  if (folded.replace(/[^\p{L}]/gu, "").length < LOOKALIKE_MIN) return [];
  const capitals = [...folded].map((letter) => skeleton(letter.toUpperCase()).toLowerCase());
  const shown = capitals.map((letter, i) =>
    letter.length === 1 && letter.toUpperCase() !== letter ? letter : folded[i],
  );
  return [...new Set([skeleton(folded), skeleton(shown.join(""))])].map((looks) => ({ folded: looks, term }));
}

/** Words by their collapsed part. */
class WordIndex {
  readonly #automaton: Automaton;
  /** By word of the automaton. */
  readonly #words: { word: Word; term: number }[][];
  readonly #lengths: number[];

  constructor(words: readonly NumberedWord[]) {
    const byPart = new Map<string, { word: Word; term: number }[]>();
    for (const { folded, term } of words) {
      const word = readWord(folded);
      const part = String.fromCharCode(...collapse(word.part, new Uint8Array(word.part.length)).units);
      const others = byPart.get(part);
      if (others) others.push({ word, term });
      else byPart.set(part, [{ word, term }]);
    }
    this.#automaton = new Automaton([...byPart.keys()]);
    this.#words = [...byPart.values()];
    this.#lengths = [...byPart.keys()].map((part) => part.length);
  }

  search(
    view: View,
    { units, runs }: Collapsed,
    undo: Undo,
    found: (term: number, start: number, end: number) => void,
  ): void {
    this.#automaton.search(units, (index, end) => {
      const run = end - this.#lengths[index]!;
      const [from, until] = [runs[run]!, runs[run + 1]!];
      // Digits and signs alone spell no word that has letters of its own.
      const spells = hasLetter(view.kinds, from, runs[end]!);
      for (const { word, term } of this.#words[index]!) {
        if (!spells && word.letters > 0 && word.signs === 0) continue;
        for (let at = from; at < until; at = at === from ? Math.max(from + 1, until - STARTS_MAX) : at + 1) {
          const place = standsAt(word, view, at, undo);
          if (!place) continue;
          found(term, place.start, place.end);
          break;
        }
      }
    });
  }
}

function hasLetter(kinds: Uint8Array, from: number, until: number): boolean {
  for (let at = from; at < until; at++) if (isLetter(kinds[at]!)) return true;
  return false;
}
