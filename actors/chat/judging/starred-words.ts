// Words with a star in place of a letter, as in `bl*rg`: four characters or more, a letter at both ends, no more stars than letters.

import { isLetter } from "#schema/wire/moderation/letters.ts";
import type { JudgedText, Place } from "./judged-text.ts";

const STARS = "*#•●";
const LENGTH_MIN = 4;
const MAY_HIDE = /[*#•●]/u;

/** Words by length and first letter, to be compared with what has stars. */
export class StarredWords {
  readonly #words = new Map<string, { folded: string; term: number }[]>();

  constructor(words: readonly { folded: string; term: number }[]) {
    for (const word of words) {
      if (word.folded.length < LENGTH_MIN || /[* ]/u.test(word.folded)) continue;
      const key = keyOf(word.folded);
      const others = this.#words.get(key);
      if (others) others.push(word);
      else this.#words.set(key, [word]);
    }
  }

  /** `found` is told each word that the text has with stars, and where. */
  search({ folded: { text, kinds, starts, ends }, addresses, inAddress }: JudgedText, found: Found): void {
    if (!MAY_HIDE.test(text)) return;
    const isPart = (at: number) => isLetter(kinds[at] ?? 0) || STARS.includes(text[at] ?? " ");
    for (let at = 0; at < text.length; at++) {
      if (!isPart(at)) continue;
      let end = at;
      let stars = 0;
      while (end < text.length && isPart(end)) if (!isLetter(kinds[end++]!)) stars++;
      const token = text.slice(at, end);
      const candidates = stars === 0 || 2 * stars > token.length ? undefined : this.#words.get(keyOf(token));
      const hidden =
        isLetter(kinds[at]!) && isLetter(kinds[end - 1]!) && !(addresses.length > 0 && inAddress[at] === 1);
      if (candidates && hidden)
        for (const { folded, term } of candidates)
          if (isSame(token, folded)) found(term, { start: starts[at]!, end: ends[end - 1]! });
      at = end;
    }
  }
}

type Found = (term: number, place: Place) => void;

const keyOf = (word: string): string => `${word.length}${word[0]}`;

function isSame(token: string, word: string): boolean {
  for (let i = 0; i < token.length; i++) if (token[i] !== word[i] && !STARS.includes(token[i]!)) return false;
  return true;
}
