// Digits and signs that stand for letters, as in `b1arg` and `$@ss`.

import { CHARACTER, isLetter } from "#schema/wire/moderation/letters.ts";

/** By sign: the letters it may stand for, Latin and Cyrillic ones. */
const LETTERS = new Map<string, string>(
  Object.entries({
    ...{ "0": "oо", "1": "il", "2": "z", "3": "eз", "4": "aч", "5": "s", "6": "gbб", "7": "t", "8": "b", "9": "gq" },
    ...{ "@": "aа", $: "s", "!": "il", "|": "il", "+": "t", "€": "e", "£": "l", "¢": "c", "©": "c", "®": "r" },
  }),
);
/** Read as letters only inside a word: at its end they are punctuation. */
const INSIDE = "!|+";

/** Letters that share a sign are one class, so that a sign has one class too; which letter it is, the comparison finds out. */
const CLASSES = new Map<string, string>([
  ...[..."1!|l£"].map((one): [string, string] => [one, "i"]),
  ...[..."689bqб"].map((one): [string, string] => [one, "g"]),
  ...[..."0oо"].map((one): [string, string] => [one, "o"]),
  ...[..."2z"].map((one): [string, string] => [one, "z"]),
  ...[..."3€eз"].map((one): [string, string] => [one, "e"]),
  ...[..."4@aач"].map((one): [string, string] => [one, "a"]),
  ...[..."5$s"].map((one): [string, string] => [one, "s"]),
  ...[..."7+t"].map((one): [string, string] => [one, "t"]),
  ...[..."¢©c"].map((one): [string, string] => [one, "c"]),
  ["®", "r"],
]);

/** By UTF-16 unit, as far as there are classes of several. */
const BY_UNIT = Uint16Array.from({ length: 0x20ad }, (_, unit) => {
  const letter = String.fromCharCode(unit);
  return (CLASSES.get(letter) ?? letter).charCodeAt(0);
});

export const classOf = (unit: number): number => (unit < BY_UNIT.length ? BY_UNIT[unit]! : unit);

/** True if this unit of a line can be read as that letter of a term. */
export const standsFor = (sign: string, letter: string): boolean => LETTERS.get(sign)?.includes(letter) ?? false;

/** True if the unit at this place is read as a letter at all. */
export function isSign(text: string, kinds: Uint8Array, at: number): boolean {
  const unit = text[at]!;
  if (!LETTERS.has(unit)) return false;
  const next = kinds[at + 1] ?? CHARACTER.other;
  return !INSIDE.includes(unit) || isLetter(next) || next === CHARACTER.digit;
}
