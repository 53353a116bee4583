// Views of a folded text in which words are searched: as it is, spelt letter by letter, Han without blanks, and what it looks like. Each undoes
// one disguise; none is ever shown or stored.

import { CHARACTER, isLetter } from "#schema/wire/moderation/letters.ts";
import { skeleton, skeletonAsWritten } from "#schema/wire/moderation/lookalikes.ts";
import type { JudgedText } from "./judged-text.ts";
import { classOf, isSign } from "./signs.ts";

export interface View {
  text: string;
  kinds: Uint8Array;
  /** For each unit, its place in the text as it was said. */
  starts: Uint32Array;
  ends: Uint32Array;
  /** 1: read to the letter. Null: nowhere. */
  literal: Uint8Array | null;
  /** Offsets of words in scripts without blanks. */
  edges(): Set<number>;
  /** Of letters that stood alone: a word is found only at an end of them. */
  spelt: boolean;
}

const noEdges = new Set<number>();

/** The views of one text, each made when it is first asked for: a room's terms and AutoMod's lists search the same ones. */
export class Views {
  readonly #judged: JudgedText;
  #plain: SearchedView | undefined;
  #spelt: SearchedView[] | undefined;
  #han: SearchedView[] | undefined;
  #looks: SearchedView[] | undefined;

  private constructor(judged: JudgedText) {
    this.#judged = judged;
  }

  static of(judged: JudgedText): Views {
    let views = made.get(judged);
    if (!views) {
      views = new Views(judged);
      made.set(judged, views);
    }
    return views;
  }

  /** The text as it is. */
  get plain(): SearchedView {
    this.#plain ??= searched(plainView(this.#judged));
    return this.#plain;
  }

  /** `b l a r g`. */
  get spelt(): SearchedView[] {
    this.#spelt ??= speltViews(this.#judged).map(searched);
    return this.#spelt;
  }

  /** Han characters without what is between them; none where there is nothing. */
  get han(): SearchedView[] {
    this.#han ??= hanViews(this.#judged).map(searched);
    return this.#han;
  }

  /** What it looks like, in small letters and as written. */
  get looks(): SearchedView[] {
    this.#looks ??= lookalikeViews(this.#judged).map(searched);
    return this.#looks;
  }
}

const made = new WeakMap<JudgedText, Views>();

export interface SearchedView {
  view: View;
  collapsed: Collapsed;
}

const searched = (view: View): SearchedView => ({ view, collapsed: collapse(view.text, view.kinds) });

const plainView = (judged: JudgedText): View => ({
  ...judged.folded,
  literal: judged.addresses.length > 0 ? judged.inAddress : null,
  edges: () => judged.edges,
  spelt: false,
});

/** Gaps between two letters of a word that is spelt. */
const GAP_MAX = 5;
const SPELT_MIN = 2;

/** `b l a r g`, `b.l.a.r.g`, flags that spell: runs of letters that stand alone. Never pieces of words: `as soon` is two words. */
function speltViews(judged: JudgedText): View[] {
  const { text, kinds } = judged.folded;
  const views: View[] = [];
  let alone: number[] = [];
  let gap = 0;
  let sentence = false;
  const close = () => {
    if (alone.length >= SPELT_MIN) views.push(pick(judged, alone, true));
    alone = [];
    gap = 0;
    sentence = false;
  };
  for (let at = 0; at < text.length; at++) {
    const kind = kinds[at]!;
    if (judged.addresses.length > 0 && judged.inAddress[at] === 1) close();
    else if (kind === CHARACTER.flag) {
      if (gap > GAP_MAX) close();
      alone.push(at);
      gap = 0;
    } else if (!isRead(judged, at)) {
      // An apostrophe joins what is beside it: he'll, j'ai.
      if (kind === CHARACTER.apostrophe) close();
      sentence ||= !BETWEEN_HAN.test(text[at]!);
      gap++;
    } else if (isRead(judged, at - 1) || isRead(judged, at + 1) || joined(kinds, at)) {
      close();
    } else {
      // A character of Han is a word: between two of them stands punctuation that is meant.
      if (gap > GAP_MAX || (sentence && kind === CHARACTER.han)) close();
      alone.push(at);
      gap = 0;
      sentence = false;
    }
  }
  close();
  return views;
}

const isRead = ({ folded: { text, kinds } }: JudgedText, at: number): boolean =>
  at >= 0 && at < text.length && (isLetter(kinds[at]!) || kinds[at] === CHARACTER.digit || isSign(text, kinds, at));

const joined = (kinds: Uint8Array, at: number): boolean =>
  kinds[at - 1] === CHARACTER.apostrophe || kinds[at + 1] === CHARACTER.apostrophe;

/** What hides nothing between two Han characters. Punctuation of a sentence does separate. */
const BETWEEN_HAN = /^[ .\-_*·•|/~+\ufffc]$/u;

/** None: no Han characters with something between them. */
function hanViews(judged: JudgedText): View[] {
  const { text, kinds } = judged.folded;
  if (!kinds.includes(CHARACTER.han)) return [];
  const kept: number[] = [];
  let dropped = false;
  for (let at = 0; at < text.length; at++) {
    if (kinds[kept.at(-1) ?? -1] === CHARACTER.han && BETWEEN_HAN.test(text[at]!)) {
      let next = at;
      while (next < text.length && BETWEEN_HAN.test(text[next]!)) next++;
      if (kinds[next] === CHARACTER.han) {
        dropped = true;
        at = next;
      }
    }
    kept.push(at);
  }
  return dropped ? [pick(judged, kept, false)] : [];
}

/** What the text looks like: letters of other scripts as the Latin ones they resemble. */
function lookalikeViews(judged: JudgedText): View[] {
  const plain = plainView(judged);
  const looks = skeleton(judged.folded.text);
  const written = skeletonAsWritten(judged.folded, judged.bared);
  return [...new Set([looks, written])].map((text) => ({ ...plain, text }));
}

function pick({ folded: { text, kinds, starts, ends } }: JudgedText, at: readonly number[], spelt: boolean): View {
  return {
    text: at.map((i) => text[i]).join(""),
    // A flag that spells is a letter.
    kinds: Uint8Array.from(at, (i) => (kinds[i] === CHARACTER.flag ? CHARACTER.letter : kinds[i]!)),
    starts: Uint32Array.from(at, (i) => starts[i]!),
    ends: Uint32Array.from(at, (i) => ends[i]!),
    literal: null,
    edges: () => noEdges,
    spelt,
  };
}

export interface Collapsed {
  /** UTF-16. */
  units: Uint16Array;
  /** For each unit, where its run begins in the view; one more at the end. */
  runs: Uint32Array;
}

/** The classes of a text's units, each run of one class as one unit: the same for a word and for its stretched and leet spellings. */
export function collapse(text: string, kinds: Uint8Array): Collapsed {
  const units = new Uint16Array(text.length);
  const runs = new Uint32Array(text.length + 1);
  let count = 0;
  let last = -1;
  for (let at = 0; at < text.length; at++) {
    // Flags are letters only where they spell.
    const shown = kinds[at] === CHARACTER.flag ? 0 : classOf(text.charCodeAt(at));
    if (shown === last) continue;
    units[count] = shown;
    runs[count++] = at;
    last = shown;
  }
  runs[count] = text.length;
  return { units: units.subarray(0, count), runs: runs.subarray(0, count + 1) };
}
