import { afterEach, expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { summaryOf } from "#schema/wire/players.ts";
import { PlayerReports } from "./player-reports.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

function setup() {
  const clock = new ManualClock();
  const reports = new PlayerReports(clock);
  closing.push(() => reports.stop());
  const take = (key: number, bufferMs: number, stalls = 0, stalledMs = 0) =>
    reports.take("c", key, { latencyMs: 1_000, bufferMs, stalls, stalledMs });
  const summary = () => summaryOf([reports.digest("c")].filter((one) => one !== null));
  return { clock, reports, take, summary };
}

test("each player counts once, with its latest report, for half a minute", async () => {
  const { clock, reports, take, summary } = setup();
  take(1, 400);
  take(1, 2_000);
  take(2, 2_000);
  expect(summary()).toMatchObject({ players: 2 });
  expect(summary()!.bufferMs!.p50).toBeWithin(1_900, 2_101);
  await clock.settle(36_000);
  expect([reports.digest("c"), reports.count]).toEqual([null, 0]);
});

test("stalls count from report to report, and a player that begins again does not count backwards", () => {
  const { take, summary } = setup();
  take(1, 400, 5, 3_000);
  expect(summary()).toMatchObject({ stalls: 0, stalledMs: { p50: 0 } });
  take(1, 400, 7, 4_000);
  expect(summary()!.stalls).toBe(2);
  expect(summary()!.stalledMs!.p50).toBeWithin(950, 1_051);
  take(1, 400, 1, 100);
  expect(summary()!.stalls).toBe(0);
});

test("a channel's players are limited", () => {
  const { reports, take } = setup();
  for (let key = 0; key < 3_000; key++) take(key, 100);
  expect(reports.digest("c")!.players).toBe(2_000);
});
