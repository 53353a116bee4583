// Counting stalls.

import { expect, test } from "bun:test";
import { Stalls } from "./stalls.ts";

test("stalls are counted when they end; a long one is an outage that no buffer bridges", () => {
  const stalls = new Stalls();
  stalls.began(1_000);
  stalls.began(1_200); // The same one.
  expect(stalls.ended(1_500)).toBe(true);
  expect(stalls.ended(1_600)).toBe(false); // Nothing stood still.
  stalls.began(5_000);
  expect(stalls.ended(9_000)).toBe(false);
  expect([stalls.count, stalls.stilledMs]).toEqual([2, 4_500]);
});

test("a seek or a pause of the viewer is not a stall", () => {
  const stalls = new Stalls();
  stalls.began(1_000);
  stalls.cancelled();
  expect(stalls.ended(2_000)).toBe(false);
  expect(stalls.count).toBe(0);
});
