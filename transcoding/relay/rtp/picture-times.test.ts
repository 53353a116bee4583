import { expect, test } from "bun:test";
import fc from "fast-check";
import { PictureTimes, VIDEO_CLOCK } from "./picture-times.ts";
import { SoundTimes } from "./sound-times.ts";

const NOW = 1_900_000_000_000 * 90;
const FRAME = VIDEO_CLOCK / 30;
/** Of timestamps that follow each other, over the wrap of 32 bits. */
const steps = (timestamps: (number | null)[]) =>
  timestamps.slice(1).map((one, i) => (one! - timestamps[i]! + 2 ** 32) % 2 ** 32);

test("up to date, timestamps count the stream's clock from any beginning", () => {
  const times = new PictureTimes(2 ** 32 - 1);
  const [first, second] = [times.next(NOW), times.next(NOW + FRAME)];
  expect(steps([first, second])).toEqual([FRAME]);
  expect(times.timestampAt(NOW)).toBe(first!);
});

test("the pictures of the past follow each other closely, and the newest one is on time", () => {
  const times = new PictureTimes(5);
  times.catchUp({ pictures: 61, newestTicks: NOW + 60 * FRAME });
  const given = Array.from({ length: 63 }, (_, i) => times.next(NOW + i * FRAME));
  expect(steps(given.slice(0, 61)).every((step) => step === 90)).toBe(true);
  expect(given[60]).toBe(times.timestampAt(NOW + 60 * FRAME));
  expect(steps(given.slice(60))).toEqual([FRAME, FRAME]);
});

test("a rendition that lies behind the one before does not turn time back", () => {
  const times = new PictureTimes(0);
  times.next(NOW);
  const behind = [0, 1, 2, 3, 4, 5].map((i) => times.next(NOW - 4 * FRAME + i * FRAME));
  expect(steps(behind).every((step) => step >= 90)).toBe(true);
  expect(behind[5]).toBe(times.timestampAt(NOW + FRAME));
});

test("however pictures come, timestamps rise; a clock that goes back by minutes is told", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: -VIDEO_CLOCK, max: VIDEO_CLOCK }))), (jumps) => {
      const times = new PictureTimes(123);
      let at = NOW;
      let before: number | null = null;
      for (const [catchesUp, by] of jumps) {
        at += by;
        if (catchesUp) times.catchUp({ pictures: 30, newestTicks: at });
        const next = times.next(at);
        if (next === null) return;
        if (before !== null) {
          const step = (next - before + 2 ** 32) % 2 ** 32;
          expect(step >= 90 && step < 2 ** 31).toBe(true);
        }
        before = next;
      }
    }),
  );
  const times = new PictureTimes(0);
  times.next(NOW);
  expect(times.next(NOW - 60 * VIDEO_CLOCK)).toBeNull();
});

test("sound: each packet on time, none over the one before, and the marker behind a pause", () => {
  const times = new SoundTimes(100);
  const at = (ticks: number) => times.next({ ticks, durationTicks: 960 });
  expect(at(0)).toEqual({ timestamp: 100, isFirst: true });
  expect(at(960)).toEqual({ timestamp: 1_060, isFirst: false });
  expect(at(1_000)).toBeNull();
  expect(at(1_925)).toEqual({ timestamp: 2_025, isFirst: false });
  expect(at(48_000)).toEqual({ timestamp: 48_100, isFirst: true });
});
