import { expect, test } from "bun:test";
import fc from "fast-check";
import { cutText, halfPairAt, isWellFormed } from "./unicode.ts";

const HALVES = ["\ud800", "\udbff", "\udc00", "\udfff", "a\ud83d", "\ude00b", "\ude00\ud83d", "🦊\ud83e"];

test("half of a surrogate pair is found anywhere in a value, also in a field's name", () => {
  for (const half of HALVES) {
    expect(isWellFormed(half), half).toBe(false);
    expect(isWellFormed({ a: [1, { b: half }] }), half).toBe(false);
    expect(isWellFormed({ [half]: 1 }), half).toBe(false);
  }
  for (const whole of ["", "🦊", "\ufffd", "\u0000", 7, null, true, undefined, { a: ["🦊", { b: "é" }], "🦊": 1 }])
    expect(isWellFormed(whole)).toBe(true);
});

test("the path of the first half of a surrogate pair has only well-formed names", () => {
  for (const half of HALVES) {
    expect(halfPairAt(half), half).toBe("");
    expect(halfPairAt({ a: "é", email: half, z: half }), half).toBe("email");
    expect(halfPairAt({ tags: ["a", "b", "c", half] }), half).toBe("tags.3");
    expect(halfPairAt({ a: { "🦊": [{ b: half }] } }), half).toBe("a.🦊.0.b");
    expect(halfPairAt({ [half]: half }), half).toBe("");
    expect(halfPairAt({ a: [{ [half]: 1 }] }), half).toBe("a.0");
  }
  expect(halfPairAt({ a: ["🦊", null, 7, {}] })).toBeNull();
});

test("a value is well-formed exactly when it survives UTF-8", () => {
  const text = fc.string({ unit: "binary" });
  fc.assert(
    fc.property(fc.array(fc.oneof(text, fc.constantFrom(...HALVES))), (texts) => {
      const kept = texts.every((one) => Buffer.from(one).toString() === one);
      expect(isWellFormed(texts)).toBe(kept);
    }),
  );
});

test("a cut text is never longer than asked, is a beginning of the text, and stays well-formed", () => {
  expect(cutText("ab🦊", 3)).toBe("ab");
  expect(cutText("ab🦊", 4)).toBe("ab🦊");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.nat(20), (text, lengthMax) => {
      const cut = cutText(text, lengthMax);
      expect(text.startsWith(cut)).toBe(true);
      expect(cut.length).toBeLessThanOrEqual(lengthMax);
      expect(cut.length).toBeGreaterThanOrEqual(Math.min(text.length, lengthMax) - 1);
      expect(cut.isWellFormed()).toBe(true);
    }),
  );
});
