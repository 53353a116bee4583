import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Timeline } from "./timeline.ts";

const DATE_MS = 1_800_000_000_000;

/** Runs of segments: each begins `afterMs` after the end of the one before, which may be negative. */
const recording = fc.array(
  fc.record({
    afterMs: fc.oneof(fc.integer({ min: 0, max: 90_000 }), fc.integer({ min: -3_000, max: 0 })),
    segments: fc.array(fc.double({ min: 500, max: 10_000, noNaN: true }), { minLength: 1, maxLength: 20 }),
  }),
  { minLength: 1, maxLength: 8 },
);

interface Row {
  atMs: number;
  durationMs: number;
  startMs: number;
}

function rowsOf(runs: { afterMs: number; segments: number[] }[]): Row[] {
  const rows: Row[] = [];
  let [atMs, startMs] = [DATE_MS, 0];
  for (const { afterMs, segments } of runs) {
    atMs += afterMs;
    for (const durationMs of segments) {
      rows.push({ atMs, durationMs, startMs });
      atMs += durationMs;
      startMs += durationMs;
    }
  }
  return rows;
}

function timelineOf(rows: Row[]): Timeline {
  const timeline = new Timeline();
  for (const row of rows) timeline.add(row);
  return timeline;
}

describe("any recording", () => {
  test("has each picture where its playlist has it, unless a later one has the same date", () => {
    fc.assert(
      fc.property(recording, fc.double({ min: 0, max: 1, noNaN: true }), (runs, share) => {
        const rows = rowsOf(runs);
        const timeline = timelineOf(rows);
        for (const [i, { atMs, durationMs, startMs }] of rows.entries()) {
          const wallMs = atMs + share * durationMs * 0.999;
          if (rows.slice(i + 1).some((later) => later.atMs <= wallMs)) continue;
          expect(Math.abs(timeline.mediaMs(wallMs) - (startMs + share * durationMs * 0.999))).toBeLessThan(6);
        }
      }),
    );
  });

  test("never goes back while the clock goes on", () => {
    fc.assert(
      fc.property(recording, fc.array(fc.integer({ min: -5_000, max: 900_000 })), (runs, offsets) => {
        const timeline = timelineOf(rowsOf(runs));
        const places = offsets.sort((a, b) => a - b).map((offset) => timeline.mediaMs(DATE_MS + offset));
        expect(places).toEqual([...places].sort((a, b) => a - b));
      }),
    );
  });

  test("is parted by positions so that each moment is in exactly one part", () => {
    fc.assert(
      fc.property(recording, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 }), (runs, shares) => {
        const timeline = timelineOf(rowsOf(runs));
        for (const share of shares) {
          const mediaMs = share * timeline.durationMs;
          const wallMs = timeline.wallMs(mediaMs)!;
          expect(timeline.mediaMs(wallMs + 0.01)).toBeGreaterThan(mediaMs - 0.01);
          if (mediaMs > 1) expect(timeline.mediaMs(wallMs - 1)).toBeLessThan(mediaMs);
        }
      }),
    );
  });
});

test("10 hours with three reconnects: at the end a line is within 100 ms of its picture, though dates are rounded to ms", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 80_000 }), { minLength: 3, maxLength: 3 }),
      fc.double({ min: 1_900, max: 2_100, noNaN: true }),
      (holes, lastsMs) => {
        const part = Array.from({ length: 4_500 }, () => lastsMs);
        const rows = rowsOf([{ afterMs: 0, segments: part }, ...holes.map((afterMs) => ({ afterMs, segments: part }))]);
        const timeline = timelineOf(rows.map((row) => ({ ...row, atMs: Math.round(row.atMs) })));
        const last = rows.at(-1)!;
        expect(Math.abs(timeline.mediaMs(last.atMs + 1_000) - (last.startMs + 1_000))).toBeLessThan(10);
        expect(timeline.size).toBeLessThan(10);
      },
    ),
    { numRuns: 10 },
  );
});

test("a clock that runs a little fast is followed, instead of being wrong by more with each hour", () => {
  const timeline = new Timeline();
  // 10 h in which each segment of 2 s takes 2.0002 s of the day.
  for (let i = 0; i < 18_000; i++) timeline.add({ atMs: DATE_MS + i * 2_000.2, durationMs: 2_000 });
  expect(Math.abs(timeline.mediaMs(DATE_MS + 17_999 * 2_000.2) - 17_999 * 2_000)).toBeLessThan(6);
});

test("before the first picture is the start, behind the last one the end, and in a hole the end of what was before it", () => {
  const timeline = timelineOf(
    rowsOf([
      { afterMs: 0, segments: [2_000] },
      { afterMs: 60_000, segments: [2_000] },
    ]),
  );
  expect([-9_000, 1_500, 30_000, 62_500, 99_000].map((ms) => timeline.mediaMs(DATE_MS + ms))).toEqual([
    0, 1_500, 2_000, 2_500, 4_000,
  ]);
  expect([0, 2_000, 2_001, 4_000].map((ms) => timeline.wallMs(ms)! - DATE_MS)).toEqual([0, 2_000, 62_001, 64_000]);
  expect([timeline.wallMs(4_001), timeline.endsAtMs! - DATE_MS]).toEqual([null, 64_000]);
  expect([new Timeline().mediaMs(DATE_MS), new Timeline().wallMs(0), new Timeline().endsAtMs]).toEqual([0, null, null]);
});
