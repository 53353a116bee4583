// Readable names.

import { expect, test } from "bun:test";
import { contrast, hueOf, readable } from "./contrast.ts";

const GROUNDS = ["#13181f", "#ffffff"];

test("contrast is WCAG's", () => {
  expect(contrast("#000000", "#ffffff")).toBe(21);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});

test("every colour is readable on both grounds, and a readable one stays as it is", () => {
  for (let index = 0; index < 4_096; index += 37) {
    const color = `#${[index >> 8, (index >> 4) & 15, index & 15].map((digit) => digit.toString(16).repeat(2)).join("")}`;
    for (const ground of GROUNDS) {
      const shown = readable(color, ground);
      expect(contrast(shown, ground)).toBeGreaterThanOrEqual(4.5);
      if (contrast(color, ground) >= 4.5) expect(shown).toBe(color);
    }
  }
});

test("what is no colour is grey, not an injection", () => {
  expect(readable("red;background:url(x)", "#13181f")).toMatch(/^#[0-9a-f]{6}$/);
});

test("a login keeps its hue", () => {
  expect(hueOf("alice")).toBe(hueOf("alice"));
  expect(new Set(["alice", "bob", "carol", "dave"].map(hueOf)).size).toBe(4);
});
