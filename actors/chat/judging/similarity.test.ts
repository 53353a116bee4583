import { expect, test } from "bun:test";
import fc from "fast-check";
import { areAlike, type Fingerprint, fingerprint } from "./similarity.ts";

/** Trigrams that both have, counted one by one. */
function commonOf({ trigrams: a }: Fingerprint, { trigrams: b }: Fingerprint): number {
  const left = [...b];
  let common = 0;
  for (const hash of a) {
    const at = left.indexOf(hash);
    if (at === -1) continue;
    left.splice(at, 1);
    common++;
  }
  return common;
}

test("two lines are alike exactly where their trigrams say so, whatever tells them apart sooner", () => {
  const words = fc.array(fc.constantFrom("buy", "followers", "now", "cheap", "ааа", "boat", "prize", "zzzzzzzz"), {
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(words, words, fc.constantFrom(0.5, 0.85, 0.9, 0.95, 1), (one, other, threshold) => {
      const [a, b] = [fingerprint(one.join(" ")), fingerprint([...other, ...one].slice(0, 40).join(" "))];
      expect(areAlike(a, b, threshold)).toBe(
        commonOf(a, b) >= (threshold * (a.trigrams.length + b.trigrams.length)) / 2,
      );
      expect(areAlike(b, a, threshold)).toBe(areAlike(a, b, threshold));
    }),
    { numRuns: 1_000 },
  );
});

test("the order of words does not count, and a line without letters is like none", () => {
  const print = (text: string) => fingerprint(text);
  expect(areAlike(print("cheap followers now"), print("now cheap followers"), 1)).toBeTrue();
  expect(areAlike(print("!!!"), print("!!!"), 0.5)).toBeFalse();
  expect(areAlike(print("z".repeat(500)), print("z".repeat(500)), 1)).toBeTrue();
});
