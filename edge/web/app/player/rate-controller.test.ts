// Keeping a live picture at the edge, over simulated networks.

import { expect, test } from "bun:test";
import fc from "fast-check";
import { patient } from "#schema/testing-slowness.ts";
import { BufferMargin } from "./buffer-margin.ts";
import { LISTED_BOUNDS, RATE_MIN, RateController } from "./rate-controller.ts";
import { type Sample, SimulatedViewer } from "./testing-viewer.ts";

const viewer = ({
  partSeconds = 0.2,
  startSecondsBehind = 0.6,
  delaySeconds = (_mediaSeconds: number): number => 0.05,
  margin = new BufferMargin(),
  startMs = 0,
} = {}) =>
  new SimulatedViewer({
    controller: new RateController(margin),
    partSeconds,
    startSecondsBehind,
    delaySeconds,
    startMs,
  });

const median = (samples: Sample[], of: (sample: Sample) => number) =>
  samples.map(of).sort((a, b) => a - b)[Math.floor(samples.length / 2)] ?? Number.NaN;
const latency = (samples: Sample[]) => median(samples, (sample) => sample.latencySeconds);
const buffered = (samples: Sample[]) => median(samples, (sample) => sample.bufferedAheadSeconds);

/** Uniform over 0–1, the same for the same part. */
const noise = (mediaSeconds: number) => {
  const value = Math.sin(Math.round(mediaSeconds * 100) * 12.9898) * 43_758.5453;
  return value - Math.floor(value);
};

test("on a steady network the picture comes within two and a half parts of the edge in 10 s, and the rate rests at 1", () => {
  for (const startSecondsBehind of [0.3, 0.6, 1.2]) {
    const watched = viewer({ startSecondsBehind }).run(12);
    expect(watched.stalls).toBe(0);
    expect(latency(watched.last(2))).toBeLessThan(0.7);
    expect(buffered(watched.last(2))).toBeLessThan(0.5);
    watched.run(60);
    expect(watched.last(20).filter(({ rate }) => rate === 1).length).toBeGreaterThan(20 * 20 * 0.8);
  }
});

test("the buffer adapts to the part duration of the playlist", () => {
  for (const partSeconds of [0.1, 0.2, 0.5, 1]) {
    const watched = viewer({ partSeconds, startSecondsBehind: 4 * partSeconds }).run(40);
    expect(watched.stalls).toBe(0);
    expect(buffered(watched.last(10))).toBeLessThan(Math.max(0.35, 2.2 * partSeconds));
  }
});

test("what starts seconds behind catches up at most a tenth faster, without a seek", () => {
  const watched = viewer({ startSecondsBehind: 4 }).run(45);
  expect(Math.max(...watched.samples.map(({ rate }) => rate))).toBe(LISTED_BOUNDS.rateMax);
  expect(watched.seeks).toBe(0);
  expect(latency(watched.last(2))).toBeLessThan(0.75);
});

test("what is more than 6 s behind seeks once", () => {
  const watched = viewer({ startSecondsBehind: 15 }).run(30);
  expect(watched.seeks).toBe(1);
  expect(latency(watched.last(2))).toBeLessThan(0.75);
});

test("a network that delays parts by up to 0.4 s stops the picture at most twice before the buffer fits, then never", () => {
  const delaySeconds = (media: number) => 0.05 + 0.4 * noise(media) ** 3;
  const watched = viewer({ delaySeconds }).run(60);
  expect(watched.stalls).toBeLessThanOrEqual(2);
  const before = watched.stalls;
  watched.run(300);
  expect(watched.stalls).toBe(before);
  expect(latency(watched.last(60))).toBeLessThan(1.2);
});

test("a network that pauses for 0.6 s every 12 s is bridged after a few stalls; the price is latency", () => {
  const delaySeconds = (media: number) => 0.05 + (media % 12 < 0.2 ? 0.6 : 0);
  const watched = viewer({ delaySeconds }).run(60);
  const before = watched.stalls;
  expect(before).toBeLessThanOrEqual(3);
  watched.run(300);
  expect(watched.stalls).toBe(before);
  expect(latency(watched.last(60))).toBeLessThan(1.5);
});

test("one outage of the server does not keep a viewer behind: a minute later the latency is close to what it was", () => {
  const delaySeconds = (media: number) => 0.05 + Math.max(0, media >= 50 && media < 53 ? 53 - media : 0);
  const watched = viewer({ delaySeconds }).run(20);
  const usual = latency(watched.last(5));
  watched.run(120);
  expect(watched.stalls).toBe(1);
  expect(latency(watched.last(10))).toBeLessThan(usual + 0.35);
});

test("a link that is full while the page loads keeps nobody behind for a minute", () => {
  const delaySeconds = (media: number) => 0.05 + Math.max(0, media < 29 ? Math.min(2.5, 29 - media) : 0);
  const watched = viewer({ delaySeconds, startSecondsBehind: 3 }).run(55);
  expect(latency(watched.last(5))).toBeLessThan(0.9);
});

test("media that go on with another clock after an outage are followed like before", () => {
  // The server joins the media together: what begins at 60 s arrives 10 s later than it would have.
  const delaySeconds = (media: number) => 0.05 + (media >= 60 ? 10 : 0);
  const watched = viewer({ delaySeconds }).run(40);
  const usual = buffered(watched.last(5));
  watched.run(90, { behindEdgeSeconds: 1 });
  expect(watched.stalls).toBe(1);
  expect(buffered(watched.last(20))).toBeLessThan(usual + 0.2);
  expect(watched.last(20).filter(({ rate }) => rate === 1).length).toBeGreaterThan(20 * 20 * 0.8);
});

test("a viewer far away starts with more buffer and gives it back after a quiet minute", () => {
  const controller = new RateController(new BufferMargin());
  const near = controller.targetSeconds(0.2);
  controller.expectRoundTrip(0.015);
  expect(controller.targetSeconds(0.2)).toBe(near);
  controller.expectRoundTrip(0.08);
  expect(controller.targetSeconds(0.2)).toBeCloseTo(near + 0.24);
  controller.expectRoundTrip(5);
  expect(controller.targetSeconds(0.2)).toBeCloseTo(near + 0.4);
  for (let second = 0; second <= 61; second++) controller.arrived({ atMs: second * 1_000, startSeconds: second });
  expect(controller.targetSeconds(0.2)).toBeCloseTo(near);
});

test("with a nearly empty buffer the picture slows down before it stops", () => {
  const controller = new RateController(new BufferMargin());
  const state = { playheadSeconds: 10, behindEdgeSeconds: 1, partSeconds: 0.2, follows: true };
  expect(controller.decide({ ...state, atMs: 0, bufferedAheadSeconds: 0.05 }).rate).toBe(RATE_MIN);
  expect(controller.decide({ ...state, atMs: 50, bufferedAheadSeconds: 0.3 }).rate).toBeLessThan(1);
});

test("a stall makes the margin half as large again; without trouble it shrinks by 5 % a minute", () => {
  const margin = new BufferMargin();
  const start = margin.seconds(0.2);
  margin.stalled(0);
  expect(margin.seconds(0.2)).toBeCloseTo(start * 1.5);
  margin.stalled(500); // The same cause.
  expect(margin.seconds(0.2)).toBeCloseTo(start * 1.5);
  margin.passed(60_000);
  expect(margin.seconds(0.2)).toBeCloseTo(start * 1.5 * 0.95);
  for (let n = 0; n < 100; n++) margin.stalled(10_000 * (n + 1));
  expect(margin.seconds(0.5)).toBe(3);
  margin.passed(1e12);
  expect(margin.seconds(0.5)).toBe(0.225);
});

test("the next source of the page starts with the margin that the last one taught", () => {
  const margin = new BufferMargin();
  viewer({ margin, delaySeconds: (media) => 0.05 + (media % 5 < 0.2 ? 1.5 : 0) }).run(60);
  expect(new RateController(margin).targetSeconds(0.2)).toBeGreaterThan(
    new RateController(new BufferMargin()).targetSeconds(0.2),
  );
});

test("a viewer who paused or went back is left alone", () => {
  const watched = viewer({ startSecondsBehind: 4 }).run(3);
  watched.run(10, { follows: false, behindEdgeSeconds: 60 });
  expect(new Set(watched.last(9.9).map(({ rate }) => rate))).toEqual(new Set([1]));
  expect(watched.seeks).toBe(0);
});

test("throttled timers set the rate to 1", () => {
  const controller = new RateController(new BufferMargin());
  const state = { bufferedAheadSeconds: 3, behindEdgeSeconds: 3, partSeconds: 0.2, follows: true };
  for (let atMs = 0; atMs < 2_000; atMs += 100) controller.decide({ ...state, atMs, playheadSeconds: atMs / 1_000 });
  expect(controller.decide({ ...state, atMs: 2_000, playheadSeconds: 2 }).rate).toBe(LISTED_BOUNDS.rateMax);
  expect(controller.decide({ ...state, atMs: 62_000, playheadSeconds: 62 }).rate).toBe(1);
});

test(
  "whatever the network does, rates keep to their bounds and a quiet network ends close to the edge",
  () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0.1, 0.2, 0.5),
        fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { minLength: 1, maxLength: 60 }),
        fc.double({ min: 0.2, max: 8, noNaN: true }),
        fc.integer({ min: 0, max: 2 ** 41 }),
        (partSeconds, delays, startSecondsBehind, startMs) => {
          const badSeconds = 40;
          const watched = viewer({
            partSeconds,
            startSecondsBehind,
            startMs,
            delaySeconds: (media) =>
              media < 20 + badSeconds ? (delays[Math.floor(media * 2) % delays.length] ?? 0) : 0.05,
          }).run(badSeconds);
          const isOdd = ({ rate }: Sample) =>
            !(rate >= RATE_MIN && rate <= LISTED_BOUNDS.rateMax) ||
            Math.abs(Math.round(rate * 100) - rate * 100) > 1e-9;
          expect(watched.samples.filter(isOdd)).toEqual([]);
          watched.run(140);
          // The margin is what the stalls taught; the jitter is forgotten.
          expect(latency(watched.last(5))).toBeLessThan(0.05 + partSeconds * 2 + 3 + 0.2);
          const { stalls } = watched;
          watched.run(20);
          expect(watched.stalls).toBe(stalls);
        },
      ),
      { numRuns: 20 },
    );
  },
  patient(10_000),
);
