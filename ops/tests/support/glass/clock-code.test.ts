// The clock in the picture is read as it was written, and a picture without one is not read.

import { expect, test } from "bun:test";
import fc from "fast-check";
import { ageMs, BLOCKS, bitsOf, codeOf, drawClock, timeOf, WRAP_MS } from "./clock-code.ts";

test("any time is read as it was written, also over a bad picture", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), fc.integer({ min: 0, max: 60 }), (wallMs, noise) => {
      const levels = bitsOf(wallMs).map((bit) => (bit === 1 ? 235 - noise : 16 + noise));
      expect(timeOf(codeOf(levels))).toBe(wallMs % WRAP_MS);
    }),
  );
});

test("one wrong block is noticed, and black or white is no clock", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: WRAP_MS - 1 }), fc.integer({ min: 0, max: BLOCKS - 1 }), (time, block) => {
      const levels = bitsOf(time).map((bit) => bit * 255);
      levels[block] = 255 - levels[block]!;
      expect(timeOf(codeOf(levels))).toBeNull();
    }),
  );
  expect(timeOf(0)).toBeNull();
});

test("the age goes over the wrap", () => {
  expect(ageMs(WRAP_MS - 100, WRAP_MS + 50)).toBe(150);
  expect(ageMs(1_000, 1_700)).toBe(700);
});

test("the clock stands in the upper rows of the picture", () => {
  const size = { width: 1_280, height: 720 };
  const luma = new Uint8Array(size.width * size.height).fill(100);
  drawClock(luma, size, 1_234_567);
  const block = Math.floor(size.width / BLOCKS);
  const middle = Array.from({ length: BLOCKS }, (_, n) => luma[30 * size.width + n * block + (block >> 1)]!);
  expect(timeOf(codeOf(middle))).toBe(1_234_567);
  expect(luma[61 * size.width]).toBe(100);
});
