// How alike two lines are, whatever the order of their words: Dice's coefficient over the trigrams of each word.

/** Sorted hashes of a line's trigrams, and how many letters and digits it has. */
export interface Fingerprint {
  trigrams: Uint32Array;
  letters: number;
}

/** Trigrams that are kept of one line. */
const TRIGRAMS_MAX = 600;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;

/** `folded`: as `fold` answers. */
export function fingerprint(folded: string): Fingerprint {
  const hashes: number[] = [];
  let letters = 0;
  for (const [word] of folded.matchAll(WORD)) {
    letters += word.length;
    for (let at = 0; at < word.length && hashes.length < TRIGRAMS_MAX; at++)
      hashes.push(hashOf(word.charCodeAt(at - 1) || 0, word.charCodeAt(at), word.charCodeAt(at + 1) || 0));
  }
  return { trigrams: Uint32Array.from(hashes).sort(), letters };
}

const hashOf = (a: number, b: number, c: number): number =>
  Math.imul(Math.imul(Math.imul(a + 0x9e37, 0x85ebca6b) ^ b, 0xc2b2ae35) ^ c, 0x27d4eb2f) >>> 0;

/** True if the two are at least as alike as `threshold`, 0 to 1. */
export function areAlike({ trigrams: a }: Fingerprint, { trigrams: b }: Fingerprint, threshold: number): boolean {
  const needed = (threshold * (a.length + b.length)) / 2;
  if (Math.min(a.length, b.length) < needed || a.length === 0) return false;
  let [i, j, common] = [0, 0, 0];
  // Lines that differ are told apart by their first trigrams: no more of them may be missing than this.
  while (i < a.length && j < b.length && i - common <= a.length - needed && j - common <= b.length - needed) {
    const difference = a[i]! - b[j]!;
    if (difference === 0) common++;
    if (difference <= 0) i++;
    if (difference >= 0) j++;
  }
  return common >= needed;
}
