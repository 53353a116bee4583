import { expect, test } from "bun:test";
import fc from "fast-check";
import { Timeline } from "./timeline.ts";

const VIDEO = 4_294_960_000;
const AUDIO = 1_000;
const video = (ms: number) => (VIDEO + ms * 90) % 2 ** 32;
const audio = (ms: number) => AUDIO + ms * 48;

test("each stream begins when it came, and counts on over the turn of its timestamps", () => {
  const line = new Timeline();
  expect(line.place("audio", audio(0), 500)).toBe(0);
  expect(line.place("video", video(0), 540)).toBe(40);
  for (let ms = 100; ms < 3_000; ms += 100) expect(line.place("video", video(ms), 540 + ms)).toBeCloseTo(40 + ms, 3);
});

test("once both have reported, the sound is laid beside the picture; small differences stay from then on", () => {
  const line = new Timeline();
  line.place("audio", audio(0), 0);
  line.place("video", video(0), 60);
  // Both began at the same moment of the sender's clock.
  line.reported("video", { ntpMs: 10_000, timestamp: video(0) });
  expect(line.moved.count).toBe(0);
  line.reported("audio", { ntpMs: 10_000, timestamp: audio(0) });
  expect(line.moved.count).toBe(1);
  expect(line.moved.byMs).toBeCloseTo(60, 3);
  expect(line.place("audio", audio(20), 20)).toBeCloseTo(80, 3);
  expect(line.place("video", video(33), 93)).toBeCloseTo(93, 3);
  line.reported("audio", { ntpMs: 11_090, timestamp: audio(1_000) });
  expect(line.moved.count).toBe(1);
  line.reported("audio", { ntpMs: 11_150, timestamp: audio(1_000) });
  expect(line.moved.count).toBe(2);
  expect(line.moved.byMs).toBeCloseTo(150, 3);
});

test("0.8 s apart at the start is put right with the first reports", () => {
  const line = new Timeline();
  line.place("video", video(0), 0);
  line.place("audio", audio(0), 0);
  line.reported("audio", { ntpMs: 20_800, timestamp: audio(0) });
  line.reported("video", { ntpMs: 20_000, timestamp: video(0) });
  expect(line.place("audio", audio(100), 100)).toBeCloseTo(900, 3);
});

test("a sender without a clock, or with one that cannot be, moves nothing", () => {
  const line = new Timeline();
  line.place("video", video(0), 0);
  line.place("audio", audio(0), 0);
  line.reported("audio", { ntpMs: 0, timestamp: audio(0) });
  line.reported("video", { ntpMs: 20_000, timestamp: video(0) });
  line.reported("audio", { ntpMs: 99_000, timestamp: audio(0) });
  expect(line.moved.count).toBe(0);
});

test("a stream that counts from elsewhere goes on where it comes", () => {
  const line = new Timeline();
  line.place("video", 0, 0);
  line.place("video", 9_000, 100);
  expect(line.place("video", 2 ** 31, 200)).toBeCloseTo(200, 3);
  expect(line.place("video", 2 ** 31 + 9_000, 300)).toBeCloseTo(300, 3);
});

test("whatever is said: a place is a number, not below 0, and near to when it came", () => {
  const step = fc.record({
    kind: fc.constantFrom("video" as const, "audio" as const),
    timestamp: fc.nat(2 ** 32 - 1),
    ntpMs: fc.oneof(fc.constant(null), fc.double({ min: 0, max: 2 ** 32 * 1_000, noNaN: true })),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const line = new Timeline();
      steps.forEach(({ kind, timestamp, ntpMs }, n) => {
        if (ntpMs !== null) line.reported(kind, { ntpMs, timestamp });
        const ms = line.place(kind, timestamp, n * 20);
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(Math.abs(ms - n * 20)).toBeLessThanOrEqual(5_001);
      });
    }),
  );
});
