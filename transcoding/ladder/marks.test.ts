import { expect, test } from "bun:test";
import fc from "fast-check";
import { KeyframeMarks } from "./marks.ts";

interface Run {
  seconds: number;
  fps?: number;
  /** Pictures between keyframes; 0: only the first picture is one. */
  gop: number;
  /** Index of the first picture in its GOP. */
  from?: number;
  segments?: number[];
}

/** Times of the marks, ms. */
function marksOf({ seconds, fps = 25, gop, from = 0, segments = [] }: Run): number[] {
  const marks = new KeyframeMarks();
  const at: number[] = [];
  const waiting = [...segments];
  for (let n = 0; n < seconds * fps; n++) {
    const ptsMs = 1_000 + (n * 1_000) / fps;
    if (waiting.length > 0 && waiting[0]! <= ptsMs) marks.segmentBegins(waiting.shift()!);
    if (marks.wants({ ptsMs, key: gop === 0 ? n === 0 : (n + from) % gop === 0 })) at.push(ptsMs - 1_000);
  }
  return at;
}

test("each keyframe of the source is marked", () => {
  expect(marksOf({ seconds: 9, gop: 50 })).toEqual([0, 2_000, 4_000, 6_000, 8_000]);
  expect(marksOf({ seconds: 4, gop: 25 })).toEqual([0, 1_000, 2_000, 3_000]);
  expect(marksOf({ seconds: 8, gop: 100 })).toEqual([0, 4_000]);
});

test("a source of keyframes only does not make such rungs, and has its segments marked", () => {
  expect(marksOf({ seconds: 1, gop: 1 })).toEqual([0, 400, 800]);
  expect(marksOf({ seconds: 4, gop: 9 })).toEqual([0, 720, 1_440, 2_160, 2_880, 3_600]);
  // A keyframe every 0.32 s: segments begin at 1.92 s and 3.84 s.
  expect(marksOf({ seconds: 4, gop: 8 })).toEqual([0, 640, 1_280, 1_920, 2_560, 3_200, 3_840]);
});

test("between rare keyframes marks stand on a grid", () => {
  expect(marksOf({ seconds: 22, gop: 260 })).toEqual([
    0, 4_000, 6_000, 8_000, 10_000, 10_400, 14_400, 16_400, 18_400, 20_400, 20_800,
  ]);
  expect(marksOf({ seconds: 9, gop: 0 })).toEqual([0, 4_000, 6_000, 8_000]);
});

test("where the packager begins a segment there is a mark, and one only", () => {
  expect(marksOf({ seconds: 14, gop: 0, segments: [4_000, 7_000, 11_440] })).toEqual([
    0, 3_000, 5_000, 6_000, 8_000, 10_000, 10_440, 12_440,
  ]);
  // Told after the picture.
  const marks = new KeyframeMarks();
  expect(marks.wants({ ptsMs: 1_000, key: true })).toBe(true);
  marks.segmentBegins(1_000);
  expect(marks.wants({ ptsMs: 1_040, key: false })).toBe(false);
});

test("after a start between keyframes marks are close, until FFmpeg can begin", () => {
  expect(marksOf({ seconds: 4, gop: 50, from: 10 })).toEqual([0, 520, 1_040, 1_560, 1_600, 3_600]);
});

test("for any source, marks are at most one grid apart, and every announced segment has one within a picture", () => {
  const run = fc.record({
    fps: fc.constantFrom(10, 24, 25, 30, 50, 60),
    gop: fc.integer({ min: 0, max: 700 }),
    from: fc.integer({ min: 0, max: 699 }),
    segments: fc
      .array(fc.integer({ min: 1_000, max: 20_000 }), { maxLength: 5 })
      .map((times) => times.sort((a, b) => a - b)),
  });
  fc.assert(
    fc.property(run, (options) => {
      const at = marksOf({ seconds: 21, ...options });
      const pictureMs = 1_000 / options.fps;
      expect(at[0]).toBe(0);
      for (const [n, ms] of at.slice(1).entries()) expect(ms - at[n]!).toBeLessThanOrEqual(4_000 + pictureMs + 0.001);
      const spaced = options.segments.filter((ms, n) => n === 0 || ms - options.segments[n - 1]! > 2 * pictureMs);
      for (const ms of spaced) expect(at.some((mark) => Math.abs(mark + 1_000 - ms) <= pictureMs + 8)).toBe(true);
    }),
    { numRuns: 50 },
  );
});
