// Finding an entry by its first letters, as native lists do (ARIA Authoring Practices, menu pattern).

/** Letters that follow each other within this time are one word. */
export const TYPE_AHEAD_MS = 700;

/**
 * Index of the entry that `typed` leads to from `at`; -1: none begins so. One letter, also when it is repeated, goes on to the next
 * entry that begins with it; several letters stay where they are while they fit.
 */
export function foundByLetters(words: readonly string[], at: number, typed: string): number {
  const letters = typed.toLowerCase();
  const first = [...letters][0] ?? "";
  const isRepeated = [...letters].every((letter) => letter === first);
  const wanted = isRepeated ? first : letters;
  if (wanted === "") return -1;
  const from = isRepeated ? at + 1 : Math.max(0, at);
  for (let step = 0; step < words.length; step++) {
    const index = (from + step) % words.length;
    if (words[index]!.trim().toLowerCase().startsWith(wanted)) return index;
  }
  return -1;
}
