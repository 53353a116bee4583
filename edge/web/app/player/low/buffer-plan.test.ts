import { expect, test } from "bun:test";
import { livePlace, overGap, removable } from "./buffer-plan.ts";

const ranges = (...pairs: [number, number][]) => pairs.map(([start, end]) => ({ start, end }));

const over = (all: ReturnType<typeof ranges>, atSeconds: number, targetSeconds: number, stands = false) =>
  overGap(all, { atSeconds, targetSeconds, stands });

test("what was played more than 10 s ago is removed, in pieces of 5 s and more", () => {
  expect(removable(ranges([100, 114]), 113)).toBeNull();
  expect(removable(ranges([100, 116]), 115.5)).toEqual({ start: 100, end: 105.5 });
  expect(removable([], 5)).toBeNull();
});

test("of a full buffer all that was played can go, but never what is shown next", () => {
  expect(removable(ranges([100, 104]), 103, { all: true })).toEqual({ start: 100, end: 102 });
  expect(removable(ranges([100, 140]), 100.2, { all: true })).toBeNull();
});

test("live is played before the end of what there is, and not before the newest gap", () => {
  expect(livePlace([], 0.2)).toBeNull();
  expect(livePlace(ranges([10, 12]), 0.2)).toBeCloseTo(11.8);
  expect(livePlace(ranges([10, 12], [13, 13.1]), 0.2)).toBeCloseTo(13.02);
});

test("a picture at a gap goes on behind it, once there is something", () => {
  expect(over(ranges([10, 12]), 11.99, 0.2)).toBeNull();
  expect(over(ranges([10, 12], [14, 15]), 11, 0.2)).toBeNull();
  expect(over(ranges([10, 12], [14, 15]), 11.98, 0.2)).toBeCloseTo(14.8);
  expect(over(ranges([14, 15]), 9, 0.2)).toBeCloseTo(14.8);
  // Who is behind on purpose misses nothing of it.
  expect(over(ranges([10, 12], [14, 15]), 11.98, Number.POSITIVE_INFINITY)).toBeCloseTo(14.02);
});

test("a picture that has run out of live media waits for the next ones", () => {
  expect(over(ranges([10, 12]), 12, 0.2)).toBeNull();
  expect(over(ranges([10, 12]), 12.1, 0.2)).toBeNull();
});

test("a picture that stands shortly before a gap goes over it; one that plays plays on", () => {
  const gapAhead = ranges([18, 19.81], [20, 20.71]);
  expect(over(gapAhead, 19.66, 0.2)).toBeNull();
  expect(over(gapAhead, 19.66, 0.2, true)).toBeCloseTo(20.51);
  expect(over(gapAhead, 18.5, 0.2, true)).toBeNull();
  expect(over(ranges([18, 19.81]), 19.66, 0.2, true)).toBeNull();
});
