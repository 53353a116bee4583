// When two lines count as the same words, for the unique mode.

/** Shorter lines may be said again: everybody says `gg`. In characters, without blanks. */
export const UNIQUE_LENGTH_MIN = 10;

const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

/** Equal for lines that differ by letter case, blanks or what cannot be seen only. Null: too short to count. */
export function wordsOf(body: string): string | null {
  const words = body.normalize("NFKC").toLowerCase().replace(INVISIBLE, "").trim().replace(/\s+/gu, " ");
  return [...words.replaceAll(" ", "")].length < UNIQUE_LENGTH_MIN ? null : words;
}
