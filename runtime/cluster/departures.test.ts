import { expect, test } from "bun:test";
import { ManualClock } from "../base/clock.ts";
import { createLog } from "../base/log.ts";
import { watchDepartures } from "./departures.ts";

const log = createLog({ name: "test", level: "silent" });

function watched() {
  const clock = new ManualClock();
  const open: string[] = [];
  const told: string[][] = [];
  let away = false;
  const sql = async () => {
    if (away) throw new Error("away");
    return open.map((userId) => ({ userId }));
  };
  const stop = watchDepartures({ sql: sql as never, clock, log, gone: (userIds) => told.push([...userIds]) });
  return { clock, open, told, stop, setAway: (value: boolean) => (away = value) };
}

test("who left is told of within 2 s, and again every 10 s until nothing is left of them", async () => {
  const { clock, open, told, stop } = watched();
  await clock.settle(10_000, 500);
  expect(told).toEqual([]);
  open.push("a");
  await clock.settle(2_000, 500);
  expect(told).toEqual([["a"]]);
  open.push("b");
  await clock.settle(2_000, 500);
  expect(told).toEqual([["a"], ["b"]]);
  await clock.settle(8_000, 500);
  expect(told).toEqual([["a"], ["b"], ["a"]]);
  open.length = 0;
  await clock.settle(60_000, 500);
  expect(told).toHaveLength(3);
  stop();
});

test("a store that was away is asked again", async () => {
  const { clock, open, told, stop, setAway } = watched();
  open.push("a");
  setAway(true);
  await clock.settle(10_000, 500);
  expect(told).toEqual([]);
  setAway(false);
  await clock.settle(2_000, 500);
  expect(told).toEqual([["a"]]);
  stop();
});
