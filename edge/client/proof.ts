// Solves a challenge of the proof of work (schema/wire/proof.ts). SHA-256 for texts of one block (FIPS 180-4 §6.2), of which only the first word
// is needed: crypto.subtle is slower for so short texts, and absent on pages without TLS.

import { proofText } from "#schema/wire/proof.ts";

/** Some milliseconds of work between two rests, so that the page answers. */
const TRIES_AT_ONCE = 4_000;

const fraction = (x: number) => ((x - Math.floor(x)) * 2 ** 32) | 0;
const primes: number[] = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
const START = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const K = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
const words = new Int32Array(64);
const rotated = (x: number, n: number) => (x >>> n) | (x << (32 - n));

/** Bits of 0 at the beginning of the SHA-256 of an ASCII text of at most 55 characters; at most 32. */
export function zeroBits(text: string): number {
  words.fill(0, 0, 16);
  const { length } = text;
  for (let i = 0; i <= length; i++) words[i >> 2]! |= (i < length ? text.charCodeAt(i) : 0x80) << (24 - 8 * (i & 3));
  words[15] = length * 8;
  let [a, b, c, d, e, f, g, h] = START as [number, number, number, number, number, number, number, number];
  for (let i = 0; i < 64; i++) {
    if (i > 15) {
      const [x, y] = [words[i - 15]!, words[i - 2]!];
      const small = rotated(x, 7) ^ rotated(x, 18) ^ (x >>> 3);
      words[i] = words[i - 16]! + small + words[i - 7]! + (rotated(y, 17) ^ rotated(y, 19) ^ (y >>> 10));
    }
    const big = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    const first = (h + big + ((e & f) ^ (~e & g)) + K[i]! + words[i]!) | 0;
    const second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  return Math.clz32(a + START[0]!);
}

/** The solution. `rest` resolves when the runtime has done its other work. */
export async function solve(challenge: string, bits: number, rest: () => Promise<void>): Promise<string> {
  for (let n = 0; ; n++) {
    if (zeroBits(proofText(challenge, String(n))) >= bits) return String(n);
    if (n % TRIES_AT_ONCE === TRIES_AT_ONCE - 1) await rest();
  }
}
