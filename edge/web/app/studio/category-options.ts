// What the field of the category offers for a text, and which category a text means.

/** At most so many are shown; the rest by typing. */
const SHOWN_MAX = 60;

/** Those with a word that begins so, then those that have the text anywhere; all for no text. `names` in the order of the list. */
export function offeredCategories(names: readonly string[], text: string): readonly string[] {
  const wanted = folded(text);
  if (wanted === "") return names.slice(0, SHOWN_MAX);
  const begins = names.filter((name) => words(name).some((word) => word.startsWith(wanted)) || isMeant(name, wanted));
  const has = names.filter((name) => !begins.includes(name) && folded(name).includes(wanted));
  return [...begins, ...has].slice(0, SHOWN_MAX);
}

/** The category that is meant, in the list's own letters. Null: none is wanted. Undefined: there is none of this name. */
export function meantCategory(names: readonly string[], text: string): string | null | undefined {
  const wanted = folded(text);
  return wanted === "" ? null : names.find((name) => folded(name) === wanted);
}

const folded = (text: string) => text.trim().toLocaleLowerCase("en").normalize("NFKD").replace(/\p{M}/gu, "");
const words = (name: string) => folded(name).split(/[^\p{L}\p{N}]+/u);
const isMeant = (name: string, wanted: string) => folded(name).startsWith(wanted);
