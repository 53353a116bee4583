import { expect, test } from "bun:test";
import type { LineageReading } from "#schema/queries/cluster/lineage.ts";
import { ManualClock } from "../base/clock.ts";
import { type ForeignDatabase, judgeLineage, requireOurDatabase, watchDatabase } from "./lineage.ts";

const lineage = (timeline: number, identity = "7/1") => ({ identity, timeline });

function setup(reading: LineageReading | null) {
  const clock = new ManualClock();
  const said: string[] = [];
  const note = (...words: unknown[]) => void said.push(String(words.at(-1)));
  const log = { info: note, warn: note, error: note };
  const database: { reading: LineageReading | null; away: boolean } = { reading, away: false };
  const source = {
    async read() {
      if (database.away) throw new Error("connection refused");
      return database.reading && structuredClone(database.reading);
    },
    async follow({ from, to }: { from: number; to: number }) {
      const kept = database.reading!.kept!;
      if (kept.timeline === from) kept.timeline = to;
    },
  };
  let outcome = "waits";
  const start = () =>
    void requireOurDatabase({ source, clock, log }).then(
      () => (outcome = "ours"),
      (error: Error) => (outcome = error.message),
    );
  return { clock, said, database, source, log, start, outcome: () => outcome };
}

test("a database that is what it says it is, or does not say, is ours", async () => {
  for (const reading of [
    { kept: lineage(1), here: lineage(1), beats: null },
    { kept: null, here: lineage(3), beats: null },
    null,
  ]) {
    const { start, outcome, clock } = setup(reading);
    start();
    await clock.settle();
    expect(outcome()).toBe("ours");
  }
});

test("a copy is refused at once, with what to run", async () => {
  for (const kept of [lineage(1, "8/1"), lineage(0)]) {
    const { start, outcome, clock } = setup({ kept, here: lineage(1), beats: null });
    start();
    await clock.settle();
    expect(outcome()).toContain("npm run ops -- raise-epochs");
  }
});

test("another timeline is refused unless a witness speaks for it in time", async () => {
  const lonely = setup({ kept: lineage(1), here: lineage(2), beats: null });
  lonely.start();
  await lonely.clock.settle(29_000, 250);
  expect(lonely.outcome()).toBe("waits");
  await lonely.clock.settle(2_000, 250);
  expect(lonely.outcome()).toContain("it was on timeline 1, and is on 2");

  const witnessed = setup({ kept: lineage(1), here: lineage(2), beats: null });
  witnessed.start();
  await witnessed.clock.settle(5_000, 250);
  witnessed.database.reading!.kept!.timeline = 2;
  await witnessed.clock.settle(1_000, 250);
  expect(witnessed.outcome()).toBe("ours");
});

test("while the database is away the start waits, and says so once", async () => {
  const { start, outcome, clock, database, said } = setup({ kept: lineage(1), here: lineage(1), beats: null });
  database.away = true;
  start();
  await clock.settle(60_000, 250);
  expect([outcome(), said]).toEqual(["waits", ["the database is not known yet"]]);
  database.away = false;
  await clock.settle(1_000, 250);
  expect(outcome()).toBe("ours");
});

test("a node that lived through a fail-over is its witness after another heartbeat", async () => {
  const { clock, database, source, log, said } = setup({ kept: lineage(1), here: lineage(1), beats: 10 });
  const foreign: ForeignDatabase[] = [];
  const stop = watchDatabase({ source, clock, log, onForeign: (error) => foreign.push(error) });
  const reading = database.reading!;
  await clock.settle(4_500, 250);
  reading.here.timeline = 2;
  await clock.settle(6_000, 250);
  expect(reading.kept!.timeline).toBe(1); // No heartbeat came through.
  reading.beats = 11;
  await clock.settle(2_500, 250);
  expect([reading.kept!.timeline, foreign, said]).toEqual([2, [], ["database failed over, nothing is lost"]]);
  stop();
});

test("a node whose row is gone is no witness", async () => {
  const { clock, database, source, log } = setup({ kept: lineage(1), here: lineage(2), beats: null });
  const stop = watchDatabase({ source, clock, log, onForeign: () => {} });
  await clock.settle(10_000, 250);
  expect(database.reading!.kept!.timeline).toBe(1);
  stop();
});

test("a running node ends when the database is another one, or a node has seen that commits were lost", async () => {
  for (const kept of [lineage(1, "8/1"), lineage(0)]) {
    const { clock, source, log } = setup({ kept, here: lineage(1), beats: 5 });
    const foreign: ForeignDatabase[] = [];
    watchDatabase({ source, clock, log, onForeign: (error) => foreign.push(error) });
    await clock.settle(10_000, 250);
    expect(foreign).toHaveLength(1);
  }
});

test("a doubt is no other timeline: nobody may speak for it", () => {
  expect(judgeLineage({ kept: lineage(0), here: lineage(2) })).toBe("other");
});
