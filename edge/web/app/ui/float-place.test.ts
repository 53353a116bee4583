// The place of what floats beside its opener.

import { expect, test } from "bun:test";
import fc from "fast-check";
import { floatPlace } from "./float-place.ts";

const WINDOW = { width: 400, height: 300 };
const opener = (left: number, top: number) => ({ left, right: left + 40, top, bottom: top + 30 });

test("it is below its opener, and their right edges stand in line", () => {
  expect(floatPlace(opener(300, 20), { width: 200, height: 100 }, WINDOW)).toEqual({
    left: 140,
    top: 54,
    heightMax: 238,
  });
});

test("near the foot of the window it is above", () => {
  expect(floatPlace(opener(300, 260), { width: 200, height: 100 }, WINDOW)).toMatchObject({ left: 140, top: 156 });
});

test("at the left their left edges stand in line, and it stays in the window", () => {
  const left = (at: number) => floatPlace(opener(at, 20), { width: 200, height: 100 }, WINDOW).left;
  expect([left(0), left(60)]).toEqual([8, 60]);
});

test("where it has no room it takes the larger side and scrolls", () => {
  expect(floatPlace(opener(300, 100), { width: 200, height: 900 }, WINDOW)).toMatchObject({ top: 134, heightMax: 158 });
  expect(floatPlace(opener(300, 200), { width: 200, height: 900 }, WINDOW)).toMatchObject({ top: 8, heightMax: 188 });
});

test("what should be above is above where it fits or has more room", () => {
  const top = (at: number, height: number) => floatPlace(opener(300, at), { width: 200, height }, WINDOW, "above").top;
  expect([top(120, 100), top(60, 100), top(200, 900)]).toEqual([16, 94, 8]);
});

test("wherever the opener is in the window, it covers neither the opener nor the window's edge", () => {
  const px = (max: number) => fc.integer({ min: 0, max });
  fc.assert(
    fc.property(px(360), px(270), px(380), px(900), (left, top, width, height) => {
      const place = floatPlace(opener(left, top), { width, height }, WINDOW);
      const bottom = place.top + Math.min(height, place.heightMax);
      expect(place.left).toBeGreaterThanOrEqual(8);
      expect(place.left + width).toBeLessThanOrEqual(392);
      expect(place.top).toBeGreaterThanOrEqual(8);
      expect(bottom).toBeLessThanOrEqual(292);
      expect(place.top >= top + 34 || bottom <= top - 4).toBe(true);
    }),
  );
});
