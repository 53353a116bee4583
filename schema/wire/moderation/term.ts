// A term as a moderator types it: a word, a phrase, a word with wildcards, signs, or a `/pattern/`. Read alike by the edge that keeps it and
// by the room that looks for it.

import { asEmoji, isEmojiTerm } from "./emoji.ts";
import { fold } from "./fold.ts";
import { CHARACTER, isLetter } from "./letters.ts";
import { isPatternNotation, type Pattern, readPattern } from "./pattern.ts";
import { TERM_LENGTH_MAX, WILDCARDS_MAX } from "./term-limits.ts";
import { refuseTerm, type TermRefusal } from "./term-refusals.ts";

export type Term =
  /** Folded. `*`: zero or more letters. A blank: any white space and punctuation. Signs stand for themselves. */
  | { kind: "text"; source: string; folded: string }
  /** Signs that are compared whole, in any skin tone. */
  | { kind: "emoji"; source: string; folded: string }
  | { kind: "pattern"; source: string; folded: string; pattern: Pattern };

const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/** Reads one term; what could not be searched, or would match nearly everything, is refused. */
export function readTerm(typed: string): Term | TermRefusal {
  const source = typed.trim();
  // The length in UTF-16 units first: a very long text is not counted.
  if (source.length > 2 * TERM_LENGTH_MAX || [...source].length > TERM_LENGTH_MAX)
    return refuseTerm(source.slice(0, TERM_LENGTH_MAX), "too_long");
  if (!source.isWellFormed() || CONTROL.test(source)) return refuseTerm(source, "invalid_characters");
  if (isPatternNotation(source)) {
    const pattern = readPattern(source);
    return "code" in pattern ? pattern : { kind: "pattern", source, folded: pattern.body, pattern };
  }
  if (isEmojiTerm(source)) return { kind: "emoji", source, folded: asEmoji(source) };

  const { text, kinds } = fold(source);
  const folded = text.trim().replace(/ +/gu, " ").replace(/\*+/gu, "*");
  if (folded === "") return refuseTerm(source, "empty");
  if ((folded.match(/\*/gu)?.length ?? 0) > WILDCARDS_MAX) return refuseTerm(source, "too_many_wildcards");
  return isBroad(folded, kinds) ? refuseTerm(source, "too_broad") : { kind: "text", source, folded };
}

/** One letter, digit or ASCII sign. One Han character or Korean syllable is a word, one other sign is meant. */
function isBroad(folded: string, kinds: Uint8Array): boolean {
  const characters = [...folded.replace(/[* ]/gu, "")];
  if (characters.length !== 1) return characters.length === 0;
  if (kinds.some((kind) => kind === CHARACTER.han || kind === CHARACTER.hangul)) return false;
  return characters[0]! < "\u0080" || kinds.some(isLetter);
}

/**
 * The terms of a pasted list: one a line, or several with commas between them. A line that begins with a slash is one pattern, commas
 * included. What is empty is left out.
 */
export const splitTerms = (pasted: string): string[] =>
  pasted
    .split(/[\r\n\u2028\u2029]+/u)
    .flatMap((line) => (line.trim().startsWith("/") ? [line] : line.split(/[,，、]/u)))
    .map((term) => term.trim())
    .filter((term) => term !== "");

/** Two terms with the same key find the same lines. */
export const termKey = ({ kind, folded }: Term): string => `${kind} ${folded}`;
