import { expect, test } from "bun:test";
import fc from "fast-check";
import { JudgedText } from "./judged-text.ts";
import { LivingTerms } from "./living-terms.ts";
import { termsOf } from "./testing.ts";

const WORDS = ["plonk", "zonk*", "grob nik", "死", "/fl[i1]b+/", "👍", "b*rg"];
const LINE = new JudgedText("you plonk, zonking grob nik 死ね flibb 👍🏽 blarg");
const found = (terms: LivingTerms, nowMs = 0) =>
  terms
    .at(nowMs)
    .find(LINE)
    .map(({ term }) => term);

test("terms that come, go and end are found like a list that was compiled whole", () => {
  const step = fc.record({
    text: fc.constantFrom(...WORDS),
    untilMs: fc.constantFrom(5, 50, Number.POSITIVE_INFINITY),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120, size: "max" }), fc.constantFrom(0, 10, 100), (steps, nowMs) => {
      const terms = new LivingTerms();
      const there = new Map<string, number>();
      for (const { text, untilMs } of steps) {
        if (there.has(text)) {
          terms.delete(text);
          there.delete(text);
        } else {
          terms.add(text, untilMs);
          there.set(text, untilMs);
        }
        if (there.size % 3 === 0) found(terms, 0);
      }
      const living = [...there].flatMap(([text, untilMs]) => (untilMs > nowMs ? [text] : []));
      expect(terms.texts(nowMs).sort()).toEqual(living.sort());
      const whole = termsOf(living).find(LINE);
      expect(new Set(found(terms, nowMs))).toEqual(new Set(whole.map(({ term }) => term)));
      expect(terms.at(nowMs).find(LINE)[0]?.start).toBe(whole[0]?.start as number);
    }),
    { numRuns: 200 },
  );
});

test("a change of a long list compiles the change alone", () => {
  const terms = new LivingTerms();
  for (let i = 0; i < 400; i++)
    terms.add(`${String.fromCharCode(97 + (i % 26), 97 + Math.floor(i / 26))}word`, Number.POSITIVE_INFINITY);
  found(terms);
  const took = () => {
    const before = process.cpuUsage();
    found(terms);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  };
  const changes = Array.from({ length: 10 }, (_, i) => {
    terms.add(`plonk${String.fromCharCode(97 + i)}`, Number.POSITIVE_INFINITY);
    return took();
  });
  // A whole compilation takes tens of milliseconds of processor time.
  expect(Math.min(...changes)).toBeLessThan(10);
});

test("a term that is gone or over leaves its place to one that equals it after folding", () => {
  for (const more of [0, 40]) {
    const terms = new LivingTerms();
    for (let i = 0; i < more; i++) terms.add(`${"ab".repeat(i + 2)}c`, Number.POSITIVE_INFINITY);
    terms.add("PLONK", 5);
    expect(found(terms, 0)).toEqual(["PLONK"]);
    terms.add("plonk", Number.POSITIVE_INFINITY);
    expect(found(terms, 10)).toEqual(["plonk"]);
    terms.delete("plonk");
    terms.add("Plonk", Number.POSITIVE_INFINITY);
    expect(found(terms, 10)).toEqual(["Plonk"]);
  }
});

test("what cannot be read is left out, and the rest is found", () => {
  const terms = new LivingTerms();
  for (const text of ["/(x/", "plonk", ""]) terms.add(text, Number.POSITIVE_INFINITY);
  expect(found(terms)).toEqual(["plonk"]);
});
