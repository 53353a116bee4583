// A term of words, and whether it stands at a place of a text: letter by letter, with whole words, wildcards, and what of a disguise is undone.

import { fold } from "#schema/wire/moderation/fold.ts";
import { CHARACTER, isLetter } from "#schema/wire/moderation/letters.ts";
import { isKoreanEnding } from "./korean.ts";
import { isSign, standsFor } from "./signs.ts";
import type { View } from "./views.ts";

type Element = { letter: string; times: number } | "star" | "gap";

/** Which disguises are undone. */
export interface Undo {
  /** `b1arg`. */
  leet: boolean;
  /** `blaaarg`: three or more are one or two; two stay two. */
  repeats: boolean;
}

export interface Word {
  /** The longest part without wildcards and blanks: what is searched for. */
  part: string;
  /** The elements of that part and behind it, and those in front of it, nearest first. */
  onward: readonly Element[];
  back: readonly Element[];
  /** A star at the end of the term: letters may go on there. */
  openLeft: boolean;
  openRight: boolean;
  /** Kinds of the first and the last unit. */
  first: number;
  last: number;
  /** Letters of the term, and digits or signs that are its own. */
  letters: number;
  signs: number;
}

/** Letters that a star may stand for. */
const STAR_MAX = 64;
/** A term of so few letters needs more than an apostrophe beside it, and is never read out of digits. */
const SHORT = 3;

/** `folded`: as `readTerm` answers. */
export function readWord(folded: string): Word {
  const bare = folded.replace(/^\*|\*$/gu, "").trim();
  const { text, kinds } = fold(bare);
  const parts = [...text.matchAll(/[^* ]+/gu)];
  const longest = parts.reduce((best, part) => (part[0].length > best[0].length ? part : best));
  const letters = Array.from(kinds).filter(isLetter).length;
  return {
    part: longest[0],
    onward: elementsOf(text.slice(longest.index)),
    back: elementsOf([...text.slice(0, longest.index)].reverse().join("")),
    openLeft: folded.startsWith("*"),
    openRight: folded.endsWith("*"),
    first: kinds[0]!,
    last: kinds.at(-1)!,
    letters,
    signs: [...text].filter((_, i) => kinds[i] === CHARACTER.digit || isSign(text, kinds, i)).length,
  };
}

function elementsOf(text: string): Element[] {
  const elements: Element[] = [];
  for (const letter of text.split("")) {
    const before = elements.at(-1);
    if (letter === "*") elements.push("star");
    else if (letter === " ") elements.push("gap");
    else if (typeof before === "object" && before.letter === letter) before.times++;
    else elements.push({ letter, times: 1 });
  }
  return elements;
}

/** Where the word stands, if its part begins at `at`: units of the view, the end exclusive; null: not there. */
export function standsAt(word: Word, view: View, at: number, undo: Undo): { start: number; end: number } | null {
  const ends = walk(word.onward, view, at, 1, undo).filter((end) => word.openRight || isRightEdge(word, view, end));
  if (ends.length === 0) return null;
  const starts = walk(word.back, view, at, -1, undo).filter((start) => word.openLeft || isLeftEdge(word, view, start));
  for (const start of outermost(starts))
    for (const end of outermost(ends))
      if ((!view.spelt || isWhole(word, view, start, end)) && isReadable(word, view, start, end)) return { start, end };
  return null;
}

/** A stretch of hundreds may end at each of its places; those of a word that is said are among the first or the last. */
const outermost = (places: readonly number[]): readonly number[] =>
  places.length <= 2 * ENDS_MAX ? places : [...places.slice(0, ENDS_MAX), ...places.slice(-ENDS_MAX)];
const ENDS_MAX = 4;

/** The places that the elements lead to from `at`, ascending. `by` -1: towards the beginning. */
function walk(elements: readonly Element[], view: View, at: number, by: 1 | -1, undo: Undo): number[] {
  let places = [at];
  for (const element of elements) {
    const reached = new Set<number>();
    if (typeof element === "object") stretch(element, view, places, by, undo, reached);
    else
      for (const place of places) {
        // A star may be nothing, a gap is something.
        if (element === "star") reached.add(place);
        const most = element === "star" ? STAR_MAX : view.text.length;
        for (let n = 1; n <= most && fits(element, view, by === 1 ? place + n - 1 : place - n); n++) {
          if (reached.has(place + by * n)) break;
          reached.add(place + by * n);
        }
      }
    if (reached.size === 0) return [];
    places = reached.size === 1 ? [...reached] : [...reached].sort((a, b) => a - b);
  }
  return places;
}

const fits = (element: "star" | "gap", { kinds }: View, at: number): boolean => {
  const kind = kinds[at];
  if (kind === undefined) return false;
  return element === "star" ? isLetter(kind) : !isLetter(kind) && kind !== CHARACTER.digit;
};

/** A letter that may be there several times. Each place of a stretch is looked at once, however many ways lead there. */
function stretch(
  { letter, times }: { letter: string; times: number },
  view: View,
  places: readonly number[],
  by: 1 | -1,
  undo: Undo,
  reached: Set<number>,
): void {
  const ordered = by === 1 ? places : [...places].reverse();
  let until = -1;
  let marked = -1;
  for (const place of ordered) {
    const from = by === 1 ? place : view.text.length - place;
    if (from >= until) {
      until = from;
      while (reads(letter, view, by === 1 ? until : view.text.length - 1 - until, undo)) until++;
    }
    const add = (steps: number) => reached.add(by === 1 ? steps : view.text.length - steps);
    if (from + times <= until) add(from + times);
    if (!undo.repeats || (view.literal !== null && view.literal[by === 1 ? place : place - 1] === 1)) continue;
    for (let steps = Math.max(from + Math.max(3, times), marked + 1); steps <= until; steps++) add(steps);
    marked = Math.max(marked, until);
  }
}

function reads(letter: string, view: View, at: number, undo: Undo): boolean {
  const unit = view.text[at];
  if (unit === undefined || view.kinds[at] === CHARACTER.flag) return false;
  if (unit === letter) return true;
  if (!undo.leet || (view.literal !== null && view.literal[at] === 1)) return false;
  return standsFor(unit, letter) && isSign(view.text, view.kinds, at);
}

/** At least as many letters as digits and signs, those of the term aside: numbers never spell. */
function isReadable(word: Word, { text, kinds }: View, start: number, end: number): boolean {
  let letters = 0;
  let signs = 0;
  let run = 0;
  for (let at = start; at < end; at++) {
    run = text[at] === text[at - 1] && at > start ? run + 1 : 1;
    // What is stretched counts as two.
    if (run > 2) continue;
    if (isLetter(kinds[at]!)) letters++;
    else if (kinds[at] === CHARACTER.digit || isSign(text, kinds, at)) signs++;
  }
  const foreign = Math.max(0, signs - word.signs);
  return foreign === 0 || (word.letters >= SHORT && letters >= foreign);
}

/** Of letters that stood alone a short word is all, a longer one begins or ends them: `I am a b l a r g`. */
function isWhole(word: Word, { text }: View, start: number, end: number): boolean {
  const [begins, ends] = [start === 0, end === text.length];
  return word.letters > SHORT ? begins || ends : begins && ends;
}

function isLeftEdge(word: Word, view: View, at: number): boolean {
  if (view.spelt || at === 0) return true;
  return isEdge(word, view, { kind: word.first, beside: at - 1, beyond: at - 2, at });
}

function isRightEdge(word: Word, view: View, at: number): boolean {
  if (view.spelt || at === view.text.length) return true;
  if (word.last === CHARACTER.hangul && view.kinds[at] === CHARACTER.hangul)
    return isKoreanEnding(hangulFrom(view, at));
  return isEdge(word, view, { kind: word.last, beside: at, beyond: at + 1, at });
}

/** `kind`: of the term's unit there; `beside`: the unit next to it; `at`: the place between the two. */
function isEdge(
  word: Word,
  view: View,
  { kind, beside, beyond, at }: { kind: number; beside: number; beyond: number; at: number },
): boolean {
  const neighbour = view.kinds[beside]!;
  if (kind === CHARACTER.han || kind < CHARACTER.letter)
    return kind !== CHARACTER.digit || neighbour !== CHARACTER.digit;
  if (kind === CHARACTER.kana || kind === CHARACTER.unspaced) return neighbour < CHARACTER.han || view.edges().has(at);
  if (neighbour === CHARACTER.apostrophe)
    return word.letters > SHORT || !isLetter(view.kinds[beyond] ?? CHARACTER.other);
  // A digit that is read as a letter is not cut out of a number.
  const own = view.kinds[beside < at ? at : at - 1];
  if (own === CHARACTER.digit && neighbour === CHARACTER.digit) return false;
  // Between Latin letters and Han or kana there is an edge; Korean endings are written onto Latin words too.
  if (kind === CHARACTER.letter) return neighbour !== CHARACTER.letter;
  return neighbour !== CHARACTER.letter && neighbour !== CHARACTER.hangul;
}

function hangulFrom({ text, kinds }: View, at: number): string {
  let end = at;
  while (kinds[end] === CHARACTER.hangul) end++;
  return text.slice(at, end);
}
