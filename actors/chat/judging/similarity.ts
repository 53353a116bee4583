// How alike two lines are, whatever the order of their words: Dice's coefficient over the trigrams of each word.

/** Of one line: what it is compared by. */
export interface Fingerprint {
  /** Sorted hashes of its trigrams. */
  trigrams: Uint32Array;
  /** How many of them have each high byte: what two lines have in common is never more than these have. */
  bins: Uint8Array;
  /** Letters and digits. */
  letters: number;
}

/** Trigrams that are kept of one line. */
const TRIGRAMS_MAX = 600;
const BINS = 256;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;

const hashes = new Uint32Array(TRIGRAMS_MAX);

/** `folded`: as `fold` answers. */
export function fingerprint(folded: string): Fingerprint {
  let count = 0;
  let letters = 0;
  for (const [word] of folded.matchAll(WORD)) {
    letters += word.length;
    for (let at = 0; at < word.length && count < TRIGRAMS_MAX; at++)
      hashes[count++] = hashOf(word.charCodeAt(at - 1) || 0, word.charCodeAt(at), word.charCodeAt(at + 1) || 0);
  }
  const trigrams = hashes.slice(0, count).sort();
  const bins = new Uint8Array(BINS);
  for (const hash of trigrams) if (bins[hash >>> 24]! < 0xff) bins[hash >>> 24]!++;
  return { trigrams, bins, letters };
}

const hashOf = (a: number, b: number, c: number): number =>
  Math.imul(Math.imul(Math.imul(a + 0x9e37, 0x85ebca6b) ^ b, 0xc2b2ae35) ^ c, 0x27d4eb2f) >>> 0;

/** True if the two are at least as alike as `threshold`, 0 to 1. */
export function areAlike(one: Fingerprint, other: Fingerprint, threshold: number): boolean {
  const { trigrams: a } = one;
  const { trigrams: b } = other;
  const needed = (threshold * (a.length + b.length)) / 2;
  if (Math.min(a.length, b.length) < needed || a.length === 0) return false;
  if (areFar(one.bins, other.bins, a.length + b.length - 2 * needed)) return false;
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

/** Trigrams that only one of the two has are at least as many as their bins differ. Most lines are told apart here, without a look at them. */
function areFar(a: Uint8Array, b: Uint8Array, differMax: number): boolean {
  let differ = 0;
  for (let bin = 0; bin < BINS; bin += 8) {
    for (let i = bin; i < bin + 8; i++) differ += Math.abs(a[i]! - b[i]!);
    if (differ > differMax + 1e-6) return true;
  }
  return false;
}
