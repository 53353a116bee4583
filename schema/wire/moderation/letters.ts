// What kind of character a code point is, for the edges of words. By letters and marks of Unicode, never by `\b`, which knows ASCII only.

export const CHARACTER = {
  other: 0,
  blank: 1,
  digit: 2,
  apostrophe: 3,
  /** A letter of a flag. Flags are read as letters only where somebody spells with them. */
  flag: 4,
  /** A letter or mark of a script with blanks between words. */
  letter: 5,
  hangul: 6,
  /** A word may stand anywhere between others. */
  han: 7,
  kana: 8,
  /** Thai, Lao, Khmer, Burmese: no blanks between words. */
  unspaced: 9,
} as const;
export type Character = (typeof CHARACTER)[keyof typeof CHARACTER];

export const isLetter = (character: number): boolean => character >= CHARACTER.letter;

const LETTER = /[\p{L}\p{M}]/u;
const HAN = /[\p{Script=Han}々〇]/u;
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}ー]/u;
const HANGUL = /\p{Script=Hangul}/u;
const UNSPACED = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const DIGIT = /\p{Nd}/u;
const BLANK = /[\s\p{Z}]/u;

/** By code point below 0x10000; 255: not looked up yet. */
const known = new Uint8Array(0x10000).fill(255);

/** The kind of a folded code point. Flags are told by `fold`, which alone still sees them. */
export function characterOf(codePoint: number): Character {
  if (codePoint > 0xffff) return lookUp(String.fromCodePoint(codePoint));
  const before = known[codePoint]!;
  if (before !== 255) return before as Character;
  const found = lookUp(String.fromCodePoint(codePoint));
  known[codePoint] = found;
  return found;
}

function lookUp(character: string): Character {
  if (character === "'") return CHARACTER.apostrophe;
  if (HAN.test(character)) return CHARACTER.han;
  if (KANA.test(character)) return CHARACTER.kana;
  if (DIGIT.test(character)) return CHARACTER.digit;
  if (BLANK.test(character)) return CHARACTER.blank;
  if (!LETTER.test(character)) return CHARACTER.other;
  if (HANGUL.test(character)) return CHARACTER.hangul;
  return UNSPACED.test(character) ? CHARACTER.unspaced : CHARACTER.letter;
}
