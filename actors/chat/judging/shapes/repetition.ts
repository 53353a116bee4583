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
  const signs = /[^\0-\u02ff]/.test(spoken) ? graphemes(spoken) : spoken.split("");
  // `lololol` is as long a run as three of one letter.
  for (let period = 1; period <= UNIT_MAX; period++) {
    let run = 0;
    for (let at = period; at < signs.length; at++) {
      const same = signs[at] === signs[at - period] && signs[at] !== PICTURE && signs[at] !== " ";
      run = same ? run + 1 : 0;
      if (run + period > (period === 1 ? runMax : 3 * runMax)) return true;
    }
  }
  return false;
}

function hasWordRun(said: string, unitMax: number): boolean {
  const words = said.toLowerCase().split(/\s+/u);
  for (let period = 1; period <= PHRASE_MAX; period++) {
    const timesMax = period === 1 ? unitMax : Math.max(2, Math.ceil(unitMax / period));
    let run = 0;
    for (let at = period; at < words.length; at++) {
      run = words[at] === words[at - period] ? run + 1 : 0;
      if (run + period > timesMax * period) return true;
    }
  }
  return false;
}
