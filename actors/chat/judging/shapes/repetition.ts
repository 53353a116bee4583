// One sign, one word or one phrase over and over. Signs are grapheme clusters, so that an emoji of several code points is one.

import { graphemes } from "#schema/wire/moderation/segments.ts";
import { PICTURE } from "../judged-text.ts";

export interface RepetitionLimit {
  /** Of one sign. */
  runMax: number;
  /** Of one word; a phrase of several words may stand fewer times, twice at least. */
  unitMax: number;
}

/** Words of the longest phrase that is looked for. */
const PHRASE_MAX = 8;
/** Letters of the longest unit that is repeated without blanks. */
const UNIT_MAX = 4;

/** `said`: with its emotes, which are words here; `spoken`: without them. */
export const repeats = (said: string, spoken: string, limit: RepetitionLimit): boolean =>
  hasRun(spoken, limit.runMax) || hasWordRun(said, limit.unitMax);

function hasRun(spoken: string, runMax: number): boolean {
  if (spoken.length <= runMax) return false;
  const { list, picture, blank } = signsOf(spoken);
  // `lololol` is as long a run as three of one letter.
  for (let period = 1; period <= UNIT_MAX; period++) {
    const longest = period === 1 ? runMax : 3 * runMax;
    let run = 0;
    for (let at = period; at < list.length; at++) {
      const same = list[at] === list[at - period] && list[at] !== picture && list[at] !== blank;
      run = same ? run + 1 : 0;
      if (run + period > longest) return true;
    }
  }
  return false;
}

function hasWordRun(said: string, unitMax: number): boolean {
  const { list } = numbered(said.toLowerCase().split(/\s+/u));
  for (let period = 1; period <= PHRASE_MAX; period++) {
    const timesMax = period === 1 ? unitMax : Math.max(2, Math.ceil(unitMax / period));
    let run = 0;
    for (let at = period; at < list.length; at++) {
      run = list[at] === list[at - period] ? run + 1 : 0;
      if (run + period > timesMax * period) return true;
    }
  }
  return false;
}

/** The signs of a text as numbers, and which of them are a picture and a blank. */
function signsOf(spoken: string): { list: Uint16Array; picture: number | undefined; blank: number | undefined } {
  if (/[^\0-\u02ff]/.test(spoken)) {
    const { list, numbers } = numbered(graphemes(spoken));
    return { list, picture: numbers.get(PICTURE), blank: numbers.get(" ") };
  }
  const list = new Uint16Array(spoken.length);
  for (let at = 0; at < list.length; at++) list[at] = spoken.charCodeAt(at);
  return { list, picture: undefined, blank: 0x20 };
}

/** Equal texts as equal numbers: they are compared many times. */
function numbered(texts: readonly string[]): { list: Uint16Array; numbers: ReadonlyMap<string, number> } {
  const numbers = new Map<string, number>();
  const list = new Uint16Array(texts.length);
  texts.forEach((text, at) => {
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    list[at] = number;
  });
  return { list, numbers };
}
