// Shouting: capitals among the cased letters of what is said. Scripts without cases do not count, nor do links, names and emotes.

export interface CapsLimit {
  /** Cased letters from which on a line can shout. */
  lettersMin: number;
  /** Of capitals among them, 0 to 1. */
  shareMin: number;
}

const MAY_BE_CAPITAL = /[^\0-@[-\x7f]/;
const CAPITAL = /\p{Lu}/gu;
const CASED = /[\p{Lu}\p{Ll}\p{Lt}]/gu;

/** `spoken`: as JudgedText has it. Styled letters count as what they are styled from. */
export function shouts(spoken: string, { lettersMin, shareMin }: CapsLimit): boolean {
  // A line of small letters alone, which most are, needs no counting.
  if (!MAY_BE_CAPITAL.test(spoken)) return false;
  // Marks have no case, and stacks of them take long to normalize.
  const text = spoken.replace(/\p{M}+/gu, "").normalize("NFKC");
  const cased = text.match(CASED)?.length ?? 0;
  return cased >= lettersMin && (text.match(CAPITAL)?.length ?? 0) >= shareMin * cased;
}
