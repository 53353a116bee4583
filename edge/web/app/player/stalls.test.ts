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

test("how many there were lately is told from when they ended", () => {
  const stalls = new Stalls();
  for (const atMs of [1_000, 20_000, 40_000]) {
    stalls.began(atMs);
    stalls.ended(atMs + 500);
  }
  expect([0, 20_500, 20_501, 50_000].map((fromMs) => stalls.since(fromMs))).toEqual([3, 2, 1, 0]);
  for (let atMs = 50_000; atMs < 60_000; atMs += 1_000) {
    stalls.began(atMs);
    stalls.ended(atMs + 500);
  }
  expect(stalls.since(0)).toBe(4);
});
