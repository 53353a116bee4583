// The shape of plots.

import { expect, test } from "bun:test";
import fc from "fast-check";
import { type PlotPoint, plotShape, plotTimes, spanText } from "./plot-shape.ts";

const span = { fromMs: 0, toMs: 100_000 };
const shapes = (series: PlotPoint[][], topMin = 1) => plotShape(series, { span, topMin, holeMs: 12_000 });
const shape = (points: PlotPoint[], topMin = 1) => {
  const { ticks, lines } = shapes([points], topMin);
  return { ticks, ...lines[0]! };
};
const at = (atMs: number, value: number | null) => ({ atMs, value });

test("a line goes from the oldest point to the newest, over an axis with some room above", () => {
  const plot = shape([at(90_000, 2_500), at(95_000, 2_000), at(100_000, 2_500)]);
  expect(plot).toEqual({
    ticks: [3_000, 1_500, 0],
    line: "M90 16.67L95 33.33L100 16.67",
    area: "M90 16.67L95 33.33L100 16.67V100H90Z",
    newest: 2_500,
    lowest: 2_000,
    highest: 2_500,
  });
});

test("where nothing is known the line has a hole, and a point alone is a dot", () => {
  const { line, newest } = shape([
    at(10_000, 0.5),
    at(15_000, 0.5),
    at(40_000, 0.5),
    at(45_000, null),
    at(60_000, 0.5),
  ]);
  expect(line).toBe("M10 75L15 75M40 75h0M60 75h0");
  expect(newest).toBeNull();
});

test("without a figure there is an axis and nothing else, and points before the span do not count", () => {
  const empty = { ticks: [2, 1, 0], line: "", area: "", newest: null, lowest: null, highest: null };
  expect(shape([at(50_000, null), at(-1, 900)], 1.5)).toEqual(empty);
});

test("several lines share one axis, and their times are read in order, each once", () => {
  const upload = [at(90_000, 2_500), at(95_000, null), at(100_000, 2_500)];
  const viewers = [at(92_000, 900), at(100_000, 1_000)];
  const { ticks, lines } = shapes([upload, viewers]);
  expect([ticks[0], lines.map(({ highest }) => highest)]).toEqual([3_000, [2_500, 1_000]]);
  expect(plotTimes([upload, viewers], span)).toEqual([90_000, 92_000, 100_000]);
});

test("whatever the figures are, the line stays in its box and the axis is a short figure", () => {
  const value = fc.oneof(fc.constant(null), fc.double({ min: 0, max: 1e7, noNaN: true }));
  fc.assert(
    fc.property(fc.array(value, { maxLength: 30 }), (values) => {
      const { line, ticks, highest } = shape(values.map((one, n) => at(n * 3_000, one)));
      const heights = Array.from(line.matchAll(/[\d.]+ (-?[\d.]+)/g), ([, y]) => Number(y));
      expect(heights.length).toBe(values.filter((one) => one !== null).length);
      expect(heights.every((y) => y >= 0 && y <= 100)).toBe(true);
      expect(ticks[0]! >= (highest ?? 0)).toBe(true);
      // One digit and zeros.
      expect(Number(ticks[0]!.toPrecision(1))).toBeCloseTo(ticks[0]!, 6);
    }),
  );
});

test("lengths are told in minutes", () => {
  expect([600_000, 300_000, 150_000, 45_000].map(spanText)).toEqual(["10 min", "5 min", "2.5 min", "45 s"]);
});
