// When pictures are taken, by a hand-turned clock.

import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { SeededRandom } from "#runtime/base/random.ts";
import type { Keyframe } from "../packager/shelf/shelf.ts";
import type { PictureOutcome, PictureRun } from "./picture.ts";
import { Thumbnailer } from "./thumbnailer.ts";
import { Thumbnails } from "./thumbnails.ts";
import { pictureTurns } from "./turns.ts";

const INTERVAL_MS = 10_000;
const keyframe = (n: number): Keyframe => ({ init: new Uint8Array(), fragment: Uint8Array.of(n), newest: () => [] });
const MADE: PictureOutcome = { type: "made", soundDb: null, picture: new Map([[320, Uint8Array.of(1)]]) };

/** Broadcasts of one node. `takesMs`: of each picture. */
function node({ takesMs = 200 } = {}) {
  const clock = new ManualClock();
  const turns = pictureTurns();
  const random = new SeededRandom(7);
  const told: unknown[] = [];
  const state = { lags: false, outcome: MADE, running: 0, runningMax: 0, stops: 0 };
  const broadcast = () => {
    let frames: Keyframe[] = [];
    const taken: { atMs: number; n: number }[] = [];
    let kept = 0;
    const startMs = clock.monoMs();
    const take = ({ fragment }: Keyframe) => {
      taken.push({ atMs: clock.monoMs() - startMs, n: fragment[0]! });
      state.runningMax = Math.max(state.runningMax, ++state.running);
      const { promise, resolve } = Promise.withResolvers<PictureOutcome>();
      const end = (outcome: PictureOutcome) => {
        cancel();
        state.running--;
        resolve(outcome);
      };
      const cancel = clock.timer(takesMs, () => end(state.outcome));
      const stop = async () => {
        state.stops++;
        end({ type: "stopped", detail: "" });
      };
      return { outcome: promise, stop } as unknown as PictureRun;
    };
    const thumbnailer = new Thumbnailer({
      ...{ clock, random, turns, take, intervalMs: INTERVAL_MS },
      log: { info: (fields: object) => void told.push(fields) } as never,
      lags: () => state.lags,
      keyframes: () => frames,
      keep: () => void kept++,
    });
    const show = (...newest: Keyframe[]) => {
      frames = newest;
    };
    return { thumbnailer, taken, show, kept: () => kept };
  };
  /** A new keyframe each second. */
  const flow = async (channels: ReturnType<typeof broadcast>[], seconds: number) => {
    for (let n = 0; n < seconds; n++) {
      for (const { show } of channels) show(keyframe(n % 256));
      await clock.settle(1_000, 100);
    }
  };
  return { clock, told, state, broadcast, flow };
}

test("the first picture is taken with the first keyframe, the next ones each 10 s after one pause that is shorter", async () => {
  const { clock, broadcast, flow } = node();
  const without = broadcast();
  await clock.settle(3_000, 100);
  const one = broadcast();
  await flow([one], 60);
  const times = one.taken.map(({ atMs }) => atMs);
  expect(times[0]).toBeLessThanOrEqual(1_000);
  expect(times[1]! - times[0]!).toBeLessThanOrEqual(INTERVAL_MS);
  for (let i = 2; i < times.length; i++) expect(times[i]! - times[i - 1]!).toBeWithin(INTERVAL_MS, INTERVAL_MS + 200);
  expect(times.length).toBeGreaterThanOrEqual(6);
  expect(one.kept()).toBe(one.taken.length);
  expect([without.taken, without.kept()]).toEqual([[], 0]);
});

test("broadcasts that begin together take their turns, two at a time, and are spread over the interval after that", async () => {
  const { state, broadcast, flow } = node({ takesMs: 300 });
  const all = Array.from({ length: 20 }, broadcast);
  await flow(all, 60);
  expect(state.runningMax).toBe(2);
  for (const { taken } of all) expect(taken.length).toBeWithin(5, 8);
  const seconds = new Set(all.map(({ taken }) => Math.floor((taken.at(-1)!.atMs % INTERVAL_MS) / 1_000)));
  expect(seconds.size).toBeGreaterThanOrEqual(6);
});

test("no picture is taken twice of one keyframe: a rung's is taken where the source has no new one", async () => {
  const { clock, broadcast } = node();
  const one = broadcast();
  const source = keyframe(1);
  one.show(source);
  await clock.settle(30_000, 100);
  expect(one.taken.map(({ n }) => n)).toEqual([1]);
  one.show(source, keyframe(2));
  await clock.settle(30_000, 100);
  one.show(keyframe(3), keyframe(4));
  await clock.settle(5_000, 100);
  expect(one.taken.map(({ n }) => n)).toEqual([1, 2, 3]);
});

test("while the node lags none is taken, for a minute at most, and soon after that one is", async () => {
  const { clock, state, broadcast, flow } = node();
  state.lags = true;
  const one = broadcast();
  await flow([one], 30);
  expect(one.taken).toEqual([]);
  state.lags = false;
  await clock.settle(2_100, 100);
  expect(one.taken).toHaveLength(1);
  state.lags = true;
  await flow([one], 125);
  expect(one.taken).toHaveLength(3);
});

test("a picture that fails is told once, until one was made again, and the next is tried in its time", async () => {
  const { told, state, broadcast, flow } = node();
  const one = broadcast();
  state.outcome = { type: "failed", detail: "no decoder" };
  await flow([one], 40);
  expect(told).toEqual([{ why: "failed", detail: "no decoder" }]);
  expect([one.kept(), one.taken.length > 3]).toEqual([0, true]);
  state.outcome = MADE;
  await flow([one], 20);
  expect(one.kept()).toBeGreaterThan(0);
  state.outcome = { type: "late", detail: "" };
  await flow([one], 20);
  expect(told).toHaveLength(2);
});

test("after stop nothing is taken or kept, and no timer is left", async () => {
  const { clock, state, broadcast, flow } = node({ takesMs: 5_000 });
  const [running, waiting, idle] = [broadcast(), broadcast(), broadcast()];
  const third = broadcast();
  await flow([running, waiting, third], 1);
  expect(state.running).toBe(2);
  await Promise.all([running, waiting, idle, third].map(({ thumbnailer }) => thumbnailer.stop()));
  await clock.settle(20_000, 100);
  expect([state.running, state.stops, third.taken, running.kept()]).toEqual([0, 2, [], 0]);
  expect(clock.waiting).toBe(0);
});

test("the newest picture is kept for two minutes", () => {
  const clock = new ManualClock();
  const thumbnails = new Thumbnails(clock);
  expect(thumbnails.get(320)).toBeNull();
  thumbnails.keep(new Map([[320, Uint8Array.of(1)]]));
  thumbnails.keep(new Map([[320, Uint8Array.of(2)]]));
  expect([thumbnails.get(320), thumbnails.get(1280)]).toEqual([Uint8Array.of(2), null]);
  clock.advance(120_001);
  expect(thumbnails.get(320)).toBeNull();
});
