// The clock of what is rewound to: places of a playlist as moments of the day, and back.

import { expect, test } from "bun:test";
import { endOf, holesOf, mediaRunsOf, runsOf, secondsAt, wallAt } from "./recorded-runs.ts";

const T = Date.UTC(2026, 10, 30, 12);

/** Segments of 2 s; `at`: wall time in s after T. */
const segment = (start: number, at: number, gap = false) => ({
  ...{ start, duration: 2, programDateTime: T + at * 1_000 },
  ...(gap && { gap }),
});

/** 4 s; then the encoder was away for 30 s, which the playlist does not list; then 2 s, a gap of 4 s, 2 s. */
const segments = [
  ...[segment(0, 0), segment(2, 2.01)],
  ...[segment(4, 34), segment(6, 36, true), segment(8, 38, true), segment(10, 40)],
];
const [runs, media] = [runsOf(segments), mediaRunsOf(segments)];
const wall = (seconds: number) => T + seconds * 1_000;

test("segments in a row are one run, whatever their dates are rounded to", () => {
  expect(runs).toEqual([
    { atMs: T, startSeconds: 0, seconds: 4 },
    { atMs: wall(34), startSeconds: 4, seconds: 8 },
  ]);
  expect(media.slice(1)).toEqual([
    { atMs: wall(34), startSeconds: 4, seconds: 2 },
    { atMs: wall(40), startSeconds: 10, seconds: 2 },
  ]);
  expect(runsOf([{ start: 0, duration: 2, programDateTime: null }])).toEqual([]);
});

test("a moment has its place, one that the playlist leaves out that of the next picture", () => {
  const at = (seconds: number) => secondsAt(runs, wall(seconds));
  expect([at(0), at(3.5), at(35), at(39)]).toEqual([0, 3.5, 5, 9]);
  expect([at(-10), at(4), at(20)]).toEqual([0, 4, 4]);
  expect([at(42), at(100)]).toEqual([null, null]);
  expect(secondsAt([], T)).toBeNull();
  // Of what is there alone, a gap is left out too.
  expect([36, 39].map((seconds) => secondsAt(media, wall(seconds)))).toEqual([10, 10]);
});

test("a place has its moment", () => {
  const seconds = (place: number) => (wallAt(runs, place)! - T) / 1_000;
  expect([seconds(-1), seconds(0), seconds(3.5), seconds(4), seconds(7)]).toEqual([0, 0, 3.5, 34, 37]);
  expect(seconds(20)).toBe(42);
  expect([wallAt([], 0), endOf([])]).toEqual([null, null]);
  expect(endOf(runs)).toBe(wall(42));
});

test("the times of which there is nothing are holes in the bar", () => {
  expect(holesOf(media, T - 1_000)).toEqual([
    { fromMs: 5_000, toMs: 35_000 },
    { fromMs: 37_000, toMs: 41_000 },
  ]);
  expect(holesOf(media.slice(0, 1), T)).toEqual([]);
});

test("where the dates of two runs lie over each other, the later one has the moment, and there is no hole", () => {
  const over = runsOf([segment(0, 0), segment(2, 2), segment(4, 3)]);
  expect(over).toHaveLength(2);
  expect(secondsAt(over, T + 3_500)).toBe(4.5);
  expect(holesOf(over, T)).toEqual([]);
});
