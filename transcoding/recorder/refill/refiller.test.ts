// The refiller around the filling: numbers, outages, and what is left alone.

import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { SeededRandom } from "#runtime/base/random.ts";
import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import type { RecordedHole } from "#schema/queries/videos/holes.ts";
import type { MadeSegment } from "../../packager/shelf/made.ts";
import { numbersOf, Refiller } from "./refiller.ts";

const log = createLog({ name: "test", level: "silent" });

test("numbers that are marked keep their place, and the others share what is between", () => {
  const marked = [
    { number: 9, atMs: 16_000 },
    { number: 10, atMs: 18_000 },
  ];
  expect(numbersOf({ after: 6, fromMs: 12_000, marked }, { number: 11, atMs: 20_000 })).toEqual([
    { number: 7, atMs: 12_000 },
    { number: 8, atMs: 14_000 },
    { number: 9, atMs: 16_000 },
    { number: 10, atMs: 18_000 },
  ]);
  expect(numbersOf({ after: 6, fromMs: 12_000, marked: [] }, { number: 9, atMs: 13_000 })).toEqual([
    { number: 7, atMs: 12_000 },
    { number: 8, atMs: 12_500 },
  ]);
});

function setUp(hole: RecordedHole | null, { discontinuity = false } = {}) {
  const clock = new ManualClock();
  const asked = { rows: 0, files: [] as number[], filled: 0 };
  const away = { rows: false, files: false };
  const rows = {
    before: async () => {
      asked.rows++;
      if (away.rows) throw new Error("rows are away");
      return hole;
    },
    fill: async () => {
      asked.filled++;
      return true;
    },
  };
  const since = async (sinceMs: number) => {
    asked.files.push(sinceMs);
    if (away.files) throw new Error("nginx is away");
    return [];
  };
  const made = { rendition: "source", number: 20, atMs: 40_000, durationMs: 2_000, keyed: true, discontinuity };
  const behind: MadeSegment = {
    ...made,
    media: { init: { hash: "abc", bytes: new Uint8Array() }, chunks: [], bytes: 0 },
  };
  const refiller = new Refiller({
    ...{ clock, random: new SeededRandom(1), log, objects: new MemoryObjects(clock), rows },
    ...{ videoId: crypto.randomUUID(), epoch: 2, recent: () => ({ since }) },
  });
  const run = () => {
    let over = false;
    void refiller.run(behind).then(() => {
      over = true;
    });
    return () => over;
  };
  return { clock, refiller, asked, away, run };
}

const HOLE = { after: 17, fromMs: 36_000, marked: [] };

test("files are asked for back to where the recording ended, and without any the hole stays", async () => {
  const { clock, asked, run } = setUp(HOLE);
  const isOver = run();
  await clock.settle(100);
  expect([isOver(), asked.files, asked.filled]).toEqual([true, [36_000], 0]);
});

test("no hole, another session, or more numbers than a hole has: nothing is asked for", async () => {
  const tooMany = { ...HOLE, after: -500 };
  for (const { clock, asked, run } of [setUp(null), setUp(HOLE, { discontinuity: true }), setUp(tooMany)]) {
    const isOver = run();
    await clock.settle(100);
    expect([isOver(), asked.files]).toEqual([true, []]);
  }
});

test("while rows or nginx are away it tries again, for as long as the files are there", async () => {
  const { clock, asked, away, run } = setUp(HOLE);
  away.rows = true;
  const isOver = run();
  await clock.settle(5_000, 50);
  expect([isOver(), asked.rows > 2]).toEqual([false, true]);
  away.rows = false;
  away.files = true;
  await clock.settle(20_000, 50);
  expect([isOver(), asked.files.length > 1]).toEqual([false, true]);
  await clock.settle(60_000, 50);
  expect(isOver()).toBe(true);
});

test("a stop ends the tries", async () => {
  const { clock, refiller, away, run } = setUp(HOLE);
  away.files = true;
  const isOver = run();
  await clock.settle(1_000, 50);
  refiller.stop();
  await clock.settle(10_000, 50);
  expect(isOver()).toBe(true);
});
