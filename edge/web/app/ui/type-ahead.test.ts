// Finding an entry by its first letters.

import { expect, test } from "bun:test";
import fc from "fast-check";
import { foundByLetters } from "./type-ahead.ts";

const WORDS = ["Auto", "1080p", "720p", "480p", "Statistics", "Settings", "Stop"];
const found = (at: number, typed: string) => WORDS[foundByLetters(WORDS, at, typed)] ?? null;

test("a letter leads to the next entry that begins with it, and begins anew at the end", () => {
  expect([found(-1, "s"), found(4, "s"), found(5, "S"), found(6, "s")]).toEqual([
    "Statistics",
    "Settings",
    "Stop",
    "Statistics",
  ]);
});

test("the same letter again goes on, and a word stays where it still fits", () => {
  expect(found(4, "ss")).toBe("Settings");
  expect(found(4, "st")).toBe("Statistics");
  expect(found(4, "sto")).toBe("Stop");
  expect(found(-1, "72")).toBe("720p");
});

test("letters that begin no entry lead nowhere", () => {
  expect([found(2, "x"), found(2, "stx"), foundByLetters([], -1, "a"), foundByLetters(WORDS, 0, "")]).toEqual([
    null,
    null,
    -1,
    -1,
  ]);
});

test("whatever is typed, the entry that is found begins with it", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string()),
      fc.integer({ min: -1, max: 20 }),
      fc.string({ minLength: 1 }),
      (words, at, typed) => {
        const index = foundByLetters(words, Math.min(at, words.length - 1), typed);
        if (index < 0) return;
        expect(words[index]!.trim().toLowerCase()[0]).toBe(typed.toLowerCase()[0]);
      },
    ),
  );
});
