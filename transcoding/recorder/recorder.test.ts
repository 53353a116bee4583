// A recorder under outages of the object store and of the rows, full spools, owners that are replaced, and the end of a broadcast.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { ManualClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { SeededRandom } from "#runtime/base/random.ts";
import { ObjectsAway, ObjectsRefused } from "#runtime/objects/objects.ts";
import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import { videoKey } from "#schema/wire/video-keys.ts";
import { Recorder } from "./recorder.ts";
import { Spool } from "./spool.ts";
import { sweepOnce } from "./spool-sweep.ts";
import { MemoryRows, ToldPackager } from "./testing.ts";

const VIDEO = "018f0000-0000-7000-8000-000000000001";
const log = createLog({ name: "test", level: "silent" });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "spool-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function setUp({ spoolBytesMax = 0, memoryBytesMax = 5_000 } = {}) {
  const clock = new ManualClock();
  const objects = new MemoryObjects(clock);
  const rows = new MemoryRows();
  const spool = await Spool.open({ folder: join(folder, crypto.randomUUID()), bytesMax: spoolBytesMax });
  const stores = { objects, rows, spool };
  const record = (epoch: number, packager: ToldPackager) => {
    const done = { times: 0 };
    const recorder = new Recorder({
      ...{ ...stores, clock, random: new SeededRandom(1), log, memoryBytesMax, epoch },
      ...{ videoId: VIDEO, channelId: "c", packager: () => packager, keeps: (name) => name !== "360p" },
      onDone: () => void done.times++,
    });
    return { recorder, done };
  };
  const pass = (ms: number) => clock.settle(ms, 50);
  /** Real time passes too: the spool is a real folder. */
  const until = async (done: () => boolean) => {
    for (let i = 0; i < 1_000 && !done(); i++) {
      await pass(1_000);
      await Bun.sleep(5);
    }
    expect(done()).toBe(true);
  };
  const numbers = (hasMedia: boolean) =>
    [...rows.segments.values()]
      .filter(({ media }) => (media !== null) === hasMedia)
      .map(({ number }) => number)
      .sort((a, b) => a - b);
  const stored = () => numbers(true);
  const gaps = () => numbers(false);
  return { clock, objects, rows, spool, stores, record, pass, until, stored, gaps };
}

test("each closed segment becomes an object and then its row, of each rendition that is kept, and the end finishes once", async () => {
  const { objects, rows, record, pass, stored, gaps } = await setUp();
  const packager = new ToldPackager();
  const { recorder, done } = record(1, packager);
  for (const number of [0, 1]) for (const name of ["source", "480p", "360p"]) packager.make(name, number);
  packager.make("source", 2, null);
  await pass(1_000);
  expect([stored(), gaps(), done.times]).toEqual([[0, 0, 1, 1], [2], 0]);
  expect(await objects.get(videoKey.init(VIDEO, "source", "abc"))).toEqual(Uint8Array.of(1, 2, 3));
  const { media } = rows.segments.get("source 1")!;
  const bytes = await objects.get(videoKey.segment(VIDEO, "source", { number: 1, epoch: 1 }));
  expect([bytes.length, media?.bytes]).toEqual([1_001, 1_001]);
  expect(new Bun.CryptoHasher("sha256").update(bytes).digest("hex")).toBe(Buffer.from(media!.sha256).toString("hex"));
  expect([...rows.renditionsByName.keys()]).toEqual(["source", "480p"]);
  recorder.finish();
  packager.make("source", 3); // The last one closes when the broadcast ends.
  await pass(1_000);
  expect([stored().includes(3), rows.finished, done.times]).toEqual([true, 1, 1]);
});

test("while the object store is away, segments wait in memory and then in the spool, and come afterwards", async () => {
  const { objects, rows, spool, record, until, stored, gaps } = await setUp({ spoolBytesMax: 1_000_000 });
  const packager = new ToldPackager();
  const { recorder, done } = record(1, packager);
  objects.fault = () => new ObjectsAway("503");
  for (let number = 0; number < 30; number++) packager.make("source", number);
  await until(() => spool.bytes > 20_000);
  expect(stored()).toEqual([]);
  // Who stores what waits in a spool cannot know them.
  await until(() => rows.renditionsByName.has("source"));
  objects.fault = () => undefined;
  recorder.finish();
  await until(() => done.times > 0);
  expect([stored(), gaps(), done.times]).toEqual([Array.from({ length: 30 }, (_, n) => n), [], 1]);
  await sweepOnce({ ...(await setUp()).stores, spool, log, isRecorded: () => false, clock: new ManualClock() });
  expect([await spool.videos(), spool.bytes]).toEqual([[], 0]);
});

test("what has room neither in memory nor in the spool is a marked gap, and the newest are kept", async () => {
  const { objects, spool, record, until, stored, gaps } = await setUp({ spoolBytesMax: 4_000 });
  const packager = new ToldPackager();
  const { recorder, done } = record(1, packager);
  objects.fault = () => new ObjectsAway("503");
  for (let number = 0; number < 30; number++) packager.make("source", number);
  await until(() => spool.bytes > 2_000);
  objects.fault = () => undefined;
  recorder.finish();
  await until(() => done.times > 0);
  expect([...stored(), ...gaps()].sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, n) => n));
  expect(stored().length).toBeGreaterThanOrEqual(5);
  expect(stored()).toContain(29);
});

test("bytes that the object store refuses for good are a gap; a refusal that can be mended is waited out", async () => {
  const { objects, record, pass, stored, gaps } = await setUp();
  const packager = new ToldPackager();
  record(1, packager);
  objects.fault = (_, key) => (key?.includes("/1-1.m4s") ? new ObjectsRefused("BadDigest", "torn") : undefined);
  for (const number of [0, 1, 2]) packager.make("source", number);
  await pass(5_000);
  expect([stored(), gaps()]).toEqual([[0, 2], [1]]);
  objects.fault = () => new ObjectsRefused("AccessDenied", "wrong keys");
  packager.make("source", 3);
  await pass(20_000);
  objects.fault = () => undefined;
  await pass(20_000);
  expect([stored(), gaps()]).toEqual([[0, 2, 3], [1]]);
});

test("what the spool has lost or the object store refuses for good takes no room in the spool any more", async () => {
  const { objects, spool, record, until, stored, gaps } = await setUp({ memoryBytesMax: 0, spoolBytesMax: 1_000_000 });
  const packager = new ToldPackager();
  record(1, packager);
  objects.fault = () => new ObjectsAway("503");
  for (const number of [0, 1, 2]) packager.make("source", number);
  await until(() => spool.bytes > 3_000);
  objects.fault = (_, key) => (key?.includes("/1-1.m4s") ? new ObjectsRefused("BadDigest", "torn") : undefined);
  await until(() => stored().length + gaps().length === 3);
  // The init segment stays, for those that follow.
  expect([stored(), gaps(), spool.bytes < 1_000]).toEqual([[0, 2], [1], true]);
});

test("a channel that is not recorded is not stored, and its end is told at once", async () => {
  const { rows, record, pass, stored } = await setUp();
  rows.keeps = false;
  const packager = new ToldPackager();
  const { recorder, done } = record(1, packager);
  packager.make("source", 0);
  await pass(2_000);
  recorder.finish();
  await pass(2_000);
  expect([stored(), done.times]).toEqual([[], 1]);
});

test("what a stopped owner leaves in the spool is stored by the sweep, below its successor's numbers", async () => {
  const { clock, objects, rows, spool, stores, record, pass, until, stored } = await setUp({
    spoolBytesMax: 1_000_000,
  });
  const [old, next] = [new ToldPackager(), new ToldPackager(6)];
  const first = record(1, old);
  await pass(1_000);
  objects.fault = () => new ObjectsAway("503");
  for (const number of [0, 1, 2, 6, 7]) old.make("source", number);
  await pass(1_000);
  const stop = first.recorder.stop();
  await until(() => spool.bytes > 5_000);
  await stop;
  objects.fault = () => undefined;
  rows.epoch = 2;
  record(2, next);
  for (const number of [6, 7]) next.make("source", number);
  await pass(2_000);
  expect(stored()).toEqual([6, 7]);
  await sweepOnce({ ...stores, clock, log, isRecorded: () => false });
  expect(stored()).toEqual([0, 1, 2, 6, 7]);
  expect(rows.retotalled).toBe(1);
  expect([rows.segments.get("source 6")?.epoch, await spool.videos()]).toEqual([2, []]);
  // What its successor has too is not kept without a row.
  const keys = [...objects.stored.keys()].filter((key) => key.endsWith(".m4s"));
  expect(keys.map((key) => key.split("/").at(-1)).sort()).toEqual([
    "0-1.m4s",
    "1-1.m4s",
    "2-1.m4s",
    "6-2.m4s",
    "7-2.m4s",
  ]);
});

test("whatever fails, each number of each owner is stored with its own bytes or a gap, and the recording is finished", async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant("make" as const), bytes: fc.option(fc.integer({ min: 0, max: 3_000 })) }),
    fc.record({ do: fc.constant("pass" as const), ms: fc.integer({ min: 100, max: 20_000 }) }),
    fc.record({ do: fc.constantFrom("objects" as const, "rows" as const), away: fc.boolean() }),
    fc.record({ do: fc.constant("replace" as const), above: fc.integer({ min: 1, max: 6 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { objects, rows, record, pass } = await setUp({ memoryBytesMax: 3_000 });
      let packager = new ToldPackager();
      let running = record(1, packager);
      let number = 0;
      const owed = new Map<number, number>();
      for (const now of steps)
        if (now.do === "make") {
          owed.set(number, rows.epoch);
          packager.make("source", number++, now.bytes);
        } else if (now.do === "pass") await pass(now.ms);
        else if (now.do === "objects" && "away" in now)
          objects.fault = () => (now.away ? new ObjectsAway("503") : undefined);
        else if ("away" in now) rows.away = now.away;
        else {
          await pass(600); // What was closed is taken.
          const { recorder } = running;
          rows.epoch++;
          number += now.above;
          packager = new ToldPackager(number);
          await Promise.all([recorder.stop(), pass(1_000)]);
          running = record(rows.epoch, packager);
        }
      objects.fault = () => undefined;
      rows.away = false;
      running.recorder.finish();
      await pass(120_000);
      expect([running.done.times, rows.finished]).toEqual([1, 1]);
      for (const [n, epoch] of owed) {
        const row = rows.segments.get(`source ${n}`);
        if (epoch === rows.epoch) expect(row).toBeDefined();
        if (!row?.media) continue;
        expect(row.epoch).toBe(epoch);
        const bytes = await objects.get(videoKey.segment(VIDEO, "source", row));
        expect(bytes.length).toBe(row.media.bytes);
        expect(bytes.at(0) ?? n).toBe(row.media.bytes > 1 ? n % 256 : bytes[0]!);
      }
    }),
    { numRuns: 60 },
  );
}, 120_000);

test("what the former owner made without a save is not there twice", async () => {
  const { rows, record, pass, stored } = await setUp();
  const before = new ToldPackager();
  const first = record(1, before);
  for (const number of [0, 1, 2]) before.make("source", number);
  await pass(2_000);
  expect(stored()).toEqual([0, 1, 2]);
  rows.epoch = 2;
  const packager = new ToldPackager(5); // The last save told of 1.
  const next = record(2, packager);
  packager.make("source", 5);
  packager.segments.at(-1)!.atMs = before.segments[2]!.atMs;
  await pass(2_000);
  expect(stored()).toEqual([0, 1, 5]);
  before.make("source", 3); // It does not know yet that it was replaced.
  await pass(2_000);
  expect(stored()).toEqual([0, 1, 5]);
  await Promise.all([first.recorder.stop(), next.recorder.stop()]);
});
