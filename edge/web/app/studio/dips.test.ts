// Which dips of a source its streamer reads about, and in which words.

import { expect, test } from "bun:test";
import type { SourceSample } from "#schema/api/broadcasts.ts";
import { sourceDips } from "./dips.ts";
import { dipText } from "./verdict.ts";

const BEGIN_MS = Date.UTC(2026, 10, 29);
const USUAL = { bitrateKbps: 6_000, fps: 60, droppedFrames: 0, speed: 1 };
type Figures = Partial<typeof USUAL>;
/** Twenty usual samples, but those at the given places. */
const source = (low: Record<number, Figures>): SourceSample[] =>
  Array.from({ length: 20 }, (_, place) => ({
    ...{
      at: new Date(BEGIN_MS + place * 5_000).toISOString(),
      keyframeIntervalMs: 2_000,
      audioLevelDb: null,
      restarts: 0,
    },
    ...USUAL,
    ...low[place],
  }));
const told = (low: Record<number, Figures>) => sourceDips(source(low)).map((dip) => dipText(dip).what);

test("an upload that sinks and loses pictures is told with its lowest figure, its length, and a bitrate to try", () => {
  const low = { bitrateKbps: 3_400, droppedFrames: 12 };
  const [dip, ...others] = sourceDips(source({ 4: low, 5: { ...low, bitrateKbps: 3_100 }, 6: low }));
  expect(others).toEqual([]);
  expect(dip).toMatchObject({ kind: "upload", fromMs: BEGIN_MS + 15_000, toMs: BEGIN_MS + 30_000 });
  expect(dipText(dip!)).toEqual({
    what: "Your upload sank to 3,100 kbit/s for 15 s.",
    todo: "Viewers saw a softer picture, or it stood still. If it happens again, set the bitrate in OBS to 4,500 kbit/s.",
  });
});

test("fewer bits with all pictures are no fault", () => {
  expect(sourceDips(source({ 4: { bitrateKbps: 900 }, 5: { bitrateKbps: 900 } })).map(({ kind }) => kind)).toEqual([
    "bitrate",
  ]);
});

test("pictures that are missing while the bits come are the encoder's", () => {
  expect(told({ 8: { fps: 48 }, 9: { fps: 47.6 } })).toEqual([
    "Your encoder sent 47.6 instead of 60 pictures a second for 10 s.",
  ]);
});

test("one low sample, a small step and a source that has only begun are not told", () => {
  expect(told({ 4: { bitrateKbps: 10 } })).toEqual([]);
  expect(told({ 4: { bitrateKbps: 4_000 }, 5: { bitrateKbps: 4_000 } })).toEqual([]);
  expect(sourceDips(source({ 0: { fps: 1 }, 1: { fps: 1 } }).slice(0, 5))).toEqual([]);
});

test("two dips with a usual time between them are two", () => {
  const low = { fps: 30 };
  expect(told({ 2: low, 3: low, 10: low, 11: low })).toHaveLength(2);
});
