// Words put together of letters of two alphabets, so that they look like a word and are not that word. A language is no disguise: words of one
// alphabet, units (µm), Greek letters in formulas, and Russian endings on Latin names (SMSка) are honest.

import { lookalikeOf } from "#schema/wire/moderation/lookalikes.ts";
import type { Place } from "../judged-text.ts";

const WORD = /[\p{L}\p{M}]{3,}/gu;
const LATIN = /\p{Script=Latin}/u;
const OTHER_ALPHABET = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}]/u;
/** A Latin name with a short ending. */
const WITH_ENDING = /^(?=.*\p{Lu})\p{Script=Latin}{2,}[\p{Script=Cyrillic}\p{Script=Greek}]{1,4}$/u;

/** The mixed words of a text, in order. */
export function mixedWords(spoken: string): Place[] {
  if (!OTHER_ALPHABET.test(spoken) || !LATIN.test(spoken)) return [];
  return [...spoken.matchAll(WORD)].flatMap(({ 0: word, index }) =>
    isMixed(word) ? [{ start: index, end: index + word.length }] : [],
  );
}

function isMixed(word: string): boolean {
  const letters = [...word];
  const other = letters.filter((letter) => OTHER_ALPHABET.test(letter));
  const latin = letters.filter((letter) => LATIN.test(letter));
  if (other.length === 0 || latin.length === 0 || WITH_ENDING.test(word)) return false;
  // Either the foreign letters pose as Latin ones, or the Latin ones stand where letters that look the same would.
  return other.every((letter) => lookalikeOf(letter) !== null) || latin.every((letter) => LIKE_OTHERS.has(letter));
}

/** Latin letters that look like ones of other alphabets. */
const LIKE_OTHERS = new Set("aceiopxysjhkbmtnrABCEHIJKMOPTXYS");
