// Contrast of chat names.

import { expect, test } from "bun:test";
import { contrast, hueOf, readable } from "./contrast.ts";

const BACKGROUNDS = ["#232c36", "#e2e7ec"];

test("contrast matches the values of WCAG", () => {
  expect(contrast("#000000", "#ffffff")).toBe(21);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});

test("every colour becomes readable on both backgrounds, and a readable colour stays unchanged", () => {
  for (let index = 0; index < 4_096; index += 37) {
    const color = `#${[index >> 8, (index >> 4) & 15, index & 15].map((digit) => digit.toString(16).repeat(2)).join("")}`;
    for (const background of BACKGROUNDS) {
      const shown = readable(color, background);
      expect(contrast(shown, background)).toBeGreaterThanOrEqual(4.6);
      if (contrast(color, background) >= 4.6) expect(shown).toBe(color);
    }
  }
});

test("the hardest choices are readable on plain black-grey and white, and keep their hue", () => {
  const hue = (color: string) => {
    const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)) as [
      number,
      number,
      number,
    ];
    return Math.atan2(Math.sqrt(3) * (green - blue), 2 * red - green - blue);
  };
  for (const color of ["#000000", "#0000FF", "#18181B", "#808080", "#ffffff", "#ffff00"])
    for (const background of ["#18181b", "#ffffff"]) {
      const shown = readable(color, background);
      expect([color, background, contrast(shown, background) >= 4.5]).toEqual([color, background, true]);
      if (color === "#0000FF" || color === "#ffff00") expect(hue(shown)).toBeCloseTo(hue(color), 1);
    }
});

test("text that is not a colour becomes grey, never a style injection", () => {
  expect(readable("red;background:url(x)", "#13181f")).toMatch(/^#[0-9a-f]{6}$/);
});

test("a login always has the same hue", () => {
  expect(hueOf("alice")).toBe(hueOf("alice"));
  expect(new Set(["alice", "bob", "carol", "dave"].map(hueOf)).size).toBe(4);
});
