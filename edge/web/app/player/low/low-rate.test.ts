// How far from live a picture by WebSocket plays, over simulated networks.

import { expect, test } from "bun:test";
import { BufferMargin } from "../buffer-margin.ts";
import { RateController } from "../rate-controller.ts";
import { SimulatedViewer } from "../testing-viewer.ts";
import { FRAGMENT_SECONDS, LOW_BOUNDS, LOW_MARGIN_SECONDS } from "./low-picture.ts";

/** Uniform over 0–1, the same for the same fragment. */
const noise = (mediaSeconds: number) => {
  const value = Math.sin(Math.round(mediaSeconds * 1_000) * 12.9898) * 43_758.5453;
  return value - Math.floor(value);
};

const viewer = ({
  startSecondsBehind = 0.3,
  delaySeconds = (_mediaSeconds: number): number => 0.02,
  margin = new BufferMargin(LOW_MARGIN_SECONDS),
} = {}) =>
  new SimulatedViewer({
    controller: new RateController(margin, LOW_BOUNDS),
    partSeconds: FRAGMENT_SECONDS,
    tickMs: 10,
    liveSeconds: 0.15,
    delaySeconds,
    startSecondsBehind,
  });
const buffered = (watched: SimulatedViewer, seconds: number) =>
  watched
    .last(seconds)
    .map(({ bufferedAheadSeconds }) => bufferedAheadSeconds)
    .sort((a, b) => a - b)[Math.floor((seconds * 100) / 2)] ?? Number.NaN;

test("on a steady network a picture keeps 0.1 to 0.2 s ahead, without a stop", () => {
  const watched = viewer().run(60);
  expect(watched.stalls).toBe(0);
  expect(buffered(watched, 20)).toBeGreaterThan(0.09);
  expect(buffered(watched, 20)).toBeLessThan(0.2);
});

test("with jitter of 80 ms it keeps more, and stops at most once", () => {
  const watched = viewer({ delaySeconds: (seconds) => 0.02 + 0.08 * noise(seconds) }).run(60);
  expect(watched.stalls).toBeLessThanOrEqual(1);
  expect(buffered(watched, 20)).toBeLessThan(0.32);
});

test("a picture that begins 1.5 s behind is at live within 25 s, at 1.08 times the speed at most, without a jump", () => {
  const watched = viewer({ startSecondsBehind: 1.5 }).run(30);
  expect(Math.max(...watched.samples.map(({ rate }) => rate))).toBe(1.08);
  expect(watched.seeks).toBe(0);
  expect(buffered(watched, 3)).toBeLessThan(0.25);
});

test("more than 2 s behind it jumps, within 2 s", () => {
  const watched = viewer({ startSecondsBehind: 3 }).run(2);
  expect(watched.seeks).toBe(1);
  expect(watched.run(10).seeks).toBe(1);
  expect(buffered(watched, 3)).toBeLessThan(0.25);
});

test("after a stop it keeps more, and gives that back slowly", () => {
  const margin = new BufferMargin(LOW_MARGIN_SECONDS);
  const hiccup = (seconds: number) => (seconds > 30 && seconds < 30.2 ? 0.5 : 0.02);
  const watched = viewer({ margin, delaySeconds: hiccup }).run(20);
  expect(watched.stalls).toBe(1);
  const after = margin.seconds(FRAGMENT_SECONDS);
  expect(after).toBeGreaterThan(0.14);
  watched.run(600);
  expect(margin.seconds(FRAGMENT_SECONDS)).toBeLessThan(after * 0.8);
  expect(watched.stalls).toBe(1);
});
