import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { displayName, email, title } from "../api/fields.ts";
import { asOneLine, showsSomething } from "./visible-text.ts";

/** Each shows nothing. */
const BLANKS = [
  " ",
  "\u00a0",
  "\u3000",
  "\u00ad",
  "\u034f",
  "\u061c",
  "\u115f",
  "\u1160",
  "\u17b4",
  "\u180e",
  "\u200b",
  "\u200d",
  "\u200e",
  "\u202e",
  "\u2060",
  "\u2062",
  "\u2067",
  "\u2800",
  "\u3164",
  "\ufe0f",
  "\ufeff",
  "\uffa0",
  "\u{1d173}",
  "\u{e0001}",
  "\u{e0041}",
  "\u{e0100}",
  "\u{e0fff}",
];
const SEEN = [
  "a",
  "7",
  "é",
  "e\u0301",
  "字",
  "🦊",
  "👩‍👩‍👧",
  "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
  "❤️",
  "1️⃣",
  "می‌خواهم",
  "नमस्ते",
  "…",
  "\u{1fae9}",
  "\u{20000}",
];

describe("a text shows something", () => {
  test("unless it has nothing but blanks and invisible characters", () => {
    for (const blank of BLANKS)
      expect([blank.codePointAt(0)!.toString(16), showsSomething(blank)]).toEqual([
        blank.codePointAt(0)!.toString(16),
        false,
      ]);
    fc.assert(fc.property(fc.array(fc.constantFrom(...BLANKS)), (all) => !showsSomething(all.join(""))));
    for (const seen of SEEN) expect([seen, showsSomething(seen)]).toEqual([seen, true]);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...BLANKS)), fc.constantFrom(...SEEN), (all, seen) =>
        showsSomething(all.join("") + seen + all.join("")),
      ),
    );
  });
});

describe("the patterns of the API, in any engine", () => {
  const fits = ({ pattern, maxLength = 1_000 }: { pattern?: string; maxLength?: number }, text: string) =>
    new RegExp(pattern!).test(text) && text.length <= maxLength;

  test("take names of all scripts and emoji", () => {
    for (const seen of SEEN) {
      expect([seen, fits(displayName, seen)]).toEqual([seen, true]);
      expect(fits(displayName, `Ada ${seen} L.`)).toBe(true);
      expect(fits(title, seen)).toBe(true);
    }
  });

  test("refuse a name in which nothing is visible, and take an empty title", () => {
    for (const blank of BLANKS) {
      expect([blank.codePointAt(0), fits(displayName, blank)]).toEqual([blank.codePointAt(0), false]);
      expect(fits(displayName, blank.repeat(3))).toBe(false);
      expect(fits(title, blank)).toBe(false);
    }
    expect([fits(displayName, ""), fits(title, "")]).toEqual([false, true]);
  });

  test("refuse what hides or reorders text anywhere in a name, controls, line breaks and halves of characters", () => {
    const wrong = [
      "\u0000",
      "\n",
      "\u0085",
      "\u2028",
      "\u200b",
      "\u200e",
      "\u202e",
      "\u2066",
      "\u00ad",
      "\u3164",
      "\u{1d173}",
      "\ud800",
      "\udc00",
    ];
    for (const one of wrong)
      expect([one.charCodeAt(0), fits(displayName, `A${one}da`)]).toEqual([one.charCodeAt(0), false]);
  });

  test("refuse addresses with a character that cannot be seen", () => {
    for (const right of [
      "ada@example.org",
      "ada+tv@bücher.example",
      "jürgen@xn--bcher-kva.example",
      "用户@例え.jp",
      "🦊@example.org",
    ])
      expect([right, fits(email, right)]).toEqual([right, true]);
    for (const blank of [...BLANKS, "\ud800", "\udc00"]) {
      for (const address of [
        `a${blank}da@example.org`,
        `${blank}ada@example.org`,
        `ada@exam${blank}ple.org`,
        `ada@example.org${blank}`,
      ])
        expect([blank.codePointAt(0), fits(email, address)]).toEqual([blank.codePointAt(0), false]);
    }
    for (const wrong of [
      "ada",
      "ada@org",
      "<ada@example.org>",
      "a da@example.org",
      "ada@ex@ample.org",
      "ada@.org",
      `${"a".repeat(65)}@example.org`,
    ])
      expect([wrong, fits(email, wrong)]).toEqual([wrong, false]);
  });

  test("agree with the properties for every character", () => {
    for (const plane of [0, 1, 2, 14])
      for (let i = 0; i < 0x1_0000; i += plane === 0 ? 1 : 7) {
        const text = String.fromCodePoint(plane * 0x1_0000 + i);
        if (fits(displayName, text) && !showsSomething(text))
          throw new Error(`invisible: ${text.codePointAt(0)?.toString(16)}`);
      }
  });
});

test("line breaks and tabs of a pasted text become one space each run", () => {
  for (const gap of ["\n", "\r\n", "\t", "\n\n", " \n\t ", "\u2028", "\u0085", "\v", "\f"])
    expect(asOneLine(`first${gap}second`)).toBe("first second");
  expect(asOneLine("\n first  second\t\n")).toBe("first  second");
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => !/[\n\r\t\u2028\u2029\u0085]/.test(asOneLine(text))));
});
