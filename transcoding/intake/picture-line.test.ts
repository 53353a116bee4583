import { expect, test } from "bun:test";
import fc from "fast-check";
import { PictureLine, type PicturePlace } from "./picture-line.ts";

interface Step {
  stepMs: number;
  key?: boolean;
  compositionMs?: number;
}
interface Shown extends PicturePlace {
  atMs: number;
  endMs: number;
}

function run(steps: Step[], fps: number | null = null): Shown[] {
  const line = new PictureLine(fps);
  let atMs = 1_000;
  return steps.map(({ stepMs, key = false, compositionMs = 0 }, i) => {
    if (i > 0) atMs += stepMs;
    const place = line.place(atMs, compositionMs, { key });
    return { ...place, atMs, endMs: place.decodeMs + place.durationMs };
  });
}
const gaps = (places: Shown[]) => places.slice(1).map(({ decodeMs }, i) => decodeMs - places[i]!.endMs);
const every = (count: number, stepMs: number | number[]) =>
  Array.from({ length: count }, (_, i) => ({ stepMs: Array.isArray(stepMs) ? stepMs[i % stepMs.length]! : stepMs }));

test("at an even rate decode times have no gap and no overlap, rounded to milliseconds too", () => {
  for (const stepMs of [40, [33, 33, 34], [16, 17, 17], [41, 42], 1_000]) {
    const places = run(every(50, stepMs), 1_000 / (Array.isArray(stepMs) ? stepMs[0]! : stepMs));
    expect(
      gaps(places)
        .slice(1)
        .every((gap) => gap <= 0 && gap >= -1),
    ).toBe(true);
    for (const { atMs, decodeMs } of places) expect(atMs - decodeMs).toBeLessThanOrEqual(1);
  }
});

test("a picture behind a short gap is decoded where the last one ended, and shown when it should be", () => {
  const [, before, late, after] = run([...every(2, 40), { stepMs: 400 }, { stepMs: 40 }]);
  expect(late!.decodeMs).toBe(before!.endMs);
  expect(late!.decodeMs + late!.compositionMs).toBe(late!.atMs);
  expect(after!.decodeMs).toBe(late!.endMs);
});

test("a long gap, and any gap before a keyframe, is a hole", () => {
  for (const [stepMs, key] of [
    [2_000, false],
    [2_000, true],
    [400, true],
  ] as const) {
    const places = run([...every(10, 40), { stepMs, key }]);
    expect(gaps(places).at(-1)).toBe(stepMs - 40);
    expect(places.at(-1)!.compositionMs).toBe(0);
  }
});

test("whatever the steps are, presentation is exact, decoding never later, and durations are above zero", () => {
  const step = fc.record({
    stepMs: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 10_000 })),
    key: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 50 }),
      fc.option(fc.double({ min: 0, max: 500, noNaN: true })),
      (steps, fps) => {
        const places = run(steps, fps);
        for (const [i, { atMs, decodeMs, durationMs, compositionMs }] of places.entries()) {
          expect(decodeMs + compositionMs).toBe(atMs);
          expect(decodeMs).toBeLessThanOrEqual(atMs);
          expect(durationMs).toBeGreaterThan(0);
          if (i > 0) expect(decodeMs).toBeGreaterThan(places[i - 1]!.decodeMs);
        }
      },
    ),
  );
});

test("a composition time that cannot be true is taken from the picture before", () => {
  const told = [80, 40, 9_800_000, -8_000_000, 0, -67];
  const places = run(
    told.map((compositionMs) => ({ stepMs: 40, compositionMs })),
    25,
  );
  expect(places.map(({ compositionMs }) => compositionMs)).toEqual([80, 40, 40, 40, 0, -67]);
});

test("a source of few pictures may have long composition times", () => {
  const places = run(
    every(6, 2_500).map((step) => ({ ...step, compositionMs: 7_500 })),
    0.4,
  );
  expect(places.at(-1)!.compositionMs).toBeGreaterThanOrEqual(7_500);
});
