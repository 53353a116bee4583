// The plots of a source, on a manual clock.

import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import type { Fragment } from "#runtime/fmp4/fragment.ts";
import { SourceHistory } from "./source-history.ts";

const track = { id: 1, kind: "video", timescale: 90_000 } as Fragment["tracks"][0]["track"];
const picture = (bytes: number) =>
  ({ data: new Uint8Array(bytes), tracks: [{ track, samples: 1 }] }) as unknown as Fragment;

function history() {
  const clock = new ManualClock();
  const plot = new SourceHistory(clock, () => clock.wallMs());
  let atMs = 1_000;
  let n = 0;
  /** Pictures of 1 kB at 25 a second, a keyframe each 2 s; every `leaveOut`th is missing. */
  const flow = (ms: number, leaveOut = Number.POSITIVE_INFINITY) => {
    for (let passed = 0; passed < ms; passed += 40) {
      clock.advance(40);
      atMs += 40;
      n++;
      if (n % leaveOut !== 0) plot.add(picture(1_000), { key: n % 50 === 1, atMs });
    }
  };
  const away = (ms: number) => {
    clock.advance(ms);
    atMs += ms;
  };
  return { plot, flow, away };
}

test("bitrate, frame rate and keyframe interval are measured by arrival, each 5 s", () => {
  const { plot, flow } = history();
  flow(21_000);
  expect(plot.samples.length).toBe(4);
  expect(plot.samples.at(-1)).toMatchObject({ keyframeIntervalMs: 2_000, droppedFrames: 0, speed: 1, restarts: 0 });
  expect(plot.samples.at(-1)!.fps).toBeCloseTo(25, 0);
  expect(plot.samples.at(-1)!.bitrateKbps).toBeCloseTo(200, -1);
  expect(plot.samples.at(-1)!.audioLevelDb).toBeNull();
});

test("the level of the sound stands in the samples until it is old, and silence of ours has none", () => {
  const { plot, flow } = history();
  flow(4_000);
  plot.sounds(-21.5);
  flow(21_000);
  expect(plot.samples.map(({ audioLevelDb }) => audioLevelDb)).toEqual([-21.5, -21.5, -21.5, null]);
  plot.silent = true;
  plot.sounds(-100);
  flow(6_000);
  expect(plot.samples.at(-1)!.audioLevelDb).toBeNull();
});

test("pictures that the encoder left out are counted, and an encoder that was away is no dropped picture", () => {
  const { plot, flow, away } = history();
  flow(10_100);
  away(2_500);
  flow(10_000);
  expect(plot.samples.map(({ droppedFrames }) => droppedFrames)).toEqual(plot.samples.map(() => 0));
  flow(10_100, 25);
  expect(plot.samples.at(-1)!.droppedFrames).toBeGreaterThanOrEqual(4);
  expect(plot.samples.at(-1)!.droppedFrames).toBeLessThanOrEqual(6);
});

test("a long silence is a hole in the plot, and ten minutes are kept", () => {
  const { plot, flow, away } = history();
  flow(6_000);
  away(60_000);
  flow(6_000);
  expect(plot.samples.every(({ bitrateKbps }) => bitrateKbps > 150)).toBe(true);
  flow(700_000);
  expect(plot.samples.length).toBe(120);
});

test("the speed is what the session's clock has found", () => {
  const { plot, flow } = history();
  plot.learn({ fact: "encoderTooSlow", speed: 0.6, times: 1 });
  flow(6_000);
  expect(plot.samples.at(-1)!.speed).toBe(0.6);
  plot.learn({ fact: "encoderOnTime", times: 1 });
  flow(6_000);
  expect(plot.samples.at(-1)!.speed).toBe(1);
});
