// The clock of what is rewound to: places of a playlist as moments of the day, and back.

import { expect, test } from "bun:test";
import { endOf, holesOf, runsOf, secondsAt, wallAt } from "./recorded-runs.ts";

const T = Date.UTC(2026, 10, 30, 12);

/** Segments of 2 s; `at`: wall time in s after T. */
const segment = (start: number, at: number, gap = false) => ({
  ...{ start, duration: 2, programDateTime: T + at * 1_000 },
  ...(gap && { gap }),
});

/** 4 s; then the encoder was away for 30 s, which the playlist does not list; then 2 s, a gap of 4 s, 2 s. */
const runs = runsOf([
  ...[segment(0, 0), segment(2, 2.01)],
  ...[segment(4, 34), segment(6, 36, true), segment(8, 38, true), segment(10, 40)],
]);

test("segments in a row are one run, whatever their dates are rounded to", () => {
  expect(runs).toEqual([
    { atMs: T, startSeconds: 0, seconds: 4 },
    { atMs: T + 34_000, startSeconds: 4, seconds: 2 },
    { atMs: T + 40_000, startSeconds: 10, seconds: 2 },
  ]);
  expect(runsOf([{ start: 0, duration: 2, programDateTime: null }])).toEqual([]);
});

test("a moment has its place, one of which nothing is recorded that of the next picture", () => {
  const at = (seconds: number) => secondsAt(runs, T + seconds * 1_000);
  expect([at(0), at(3.5), at(35)]).toEqual([0, 3.5, 5]);
  expect([at(-10), at(4), at(20), at(36), at(39)]).toEqual([0, 4, 4, 10, 10]);
  expect([at(42), at(100)]).toEqual([null, null]);
  expect(secondsAt([], T)).toBeNull();
});

test("a place has its moment", () => {
  const seconds = (place: number) => (wallAt(runs, place)! - T) / 1_000;
  expect([seconds(-1), seconds(0), seconds(3.5), seconds(4), seconds(5)]).toEqual([0, 0, 3.5, 34, 35]);
  // In a gap, and behind the end.
  expect([seconds(7), seconds(11), seconds(20)]).toEqual([36, 41, 42]);
  expect([wallAt([], 0), endOf([])]).toEqual([null, null]);
  expect(endOf(runs)).toBe(T + 42_000);
});

test("the times between the runs are holes in the bar", () => {
  expect(holesOf(runs, T - 1_000)).toEqual([
    { fromMs: 5_000, toMs: 35_000 },
    { fromMs: 37_000, toMs: 41_000 },
  ]);
  expect(holesOf(runs.slice(0, 1), T)).toEqual([]);
});

test("where the dates of two runs lie over each other, the later one has the moment, and there is no hole", () => {
  const over = runsOf([segment(0, 0), segment(2, 2), segment(4, 3)]);
  expect(over).toHaveLength(2);
  expect(secondsAt(over, T + 3_500)).toBe(4.5);
  expect(holesOf(over, T)).toEqual([]);
});
