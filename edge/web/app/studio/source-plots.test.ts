// Which plots there are of a source.

import { expect, test } from "bun:test";
import type { SourceSample } from "#schema/api/broadcasts.ts";
import { sourceDips } from "./dips.ts";
import { sourcePlots } from "./source-plots.ts";

const BEGIN_MS = Date.UTC(2026, 10, 29);
const sample = (n: number, over: Partial<SourceSample> = {}): SourceSample => ({
  at: new Date(BEGIN_MS + n * 5_000).toISOString(),
  bitrateKbps: 2_500,
  fps: 30,
  keyframeIntervalMs: 2_000,
  audioLevelDb: null,
  droppedFrames: 0,
  speed: 1,
  restarts: 0,
  ...over,
});
const samples = (count: number, over: Partial<SourceSample> = {}) =>
  Array.from({ length: count }, (_, n) => sample(n, over));
const plots = (history: SourceSample[], phase: "live" | "lost" = "live") => sourcePlots({ history, phase });

test("each figure has a plot of the same time, and the audio level only where it is known", () => {
  const found = plots(samples(3));
  const titles = found.map(({ title }) => title);
  expect(titles).toEqual([
    "Bitrate",
    "Frames per second",
    "Keyframe interval",
    "Dropped frames",
    "Speed against the clock",
    "Restarts",
  ]);
  expect(found[2]!.series[0]!.points.map(({ value }) => value)).toEqual([2, 2, 2]);
  expect(new Set(found.map(({ span }) => span)).size).toBe(1);
  expect(plots([...samples(2), sample(2, { audioLevelDb: -20 })]).map(({ title }) => title)).toContain("Audio level");
});

test("a dip is shaded in the plots that it is seen in, as far as they reach", () => {
  const history = samples(130).map((one, n) => (n < 13 ? { ...one, bitrateKbps: 900, droppedFrames: 9 } : one));
  const dips = sourceDips(history);
  expect(dips.map(({ kind }) => kind)).toEqual(["upload"]);
  const [bitrate, frames, keyframes] = sourcePlots({ history, phase: "live" }, dips);
  const { span } = bitrate!;
  expect(bitrate!.bands).toEqual([{ fromMs: span.fromMs, toMs: BEGIN_MS + 12 * 5_000 }]);
  expect([frames!.bands, keyframes!.bands]).toEqual([bitrate!.bands, []]);
  expect(sourcePlots({ history: samples(160), phase: "live" }, dips)[0]!.bands).toEqual([]);
});

test("five minutes are shown at first, then ten, up to the newest sample", () => {
  const lengthMs = (count: number) => {
    const { fromMs, toMs } = plots(samples(count))[0]!.span;
    expect(toMs).toBe(BEGIN_MS + (count - 1) * 5_000);
    return toMs - fromMs;
  };
  expect([lengthMs(1), lengthMs(61), lengthMs(62), lengthMs(120)]).toEqual([300_000, 300_000, 600_000, 600_000]);
});

test("before the first sample there is no plot, and a lost source does not say now", () => {
  expect([plots([]), sourcePlots({ phase: "starting" })]).toEqual([[], []]);
  expect([plots(samples(1))[0]!.endWord, plots(samples(1), "lost")[0]!.endWord]).toEqual(["now", "last seen"]);
});
