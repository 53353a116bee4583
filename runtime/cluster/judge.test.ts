// A judge that stood still does not judge, and one that just starts has not stood still.

import { expect, test } from "bun:test";
import { ManualClock } from "../base/clock.ts";
import { MemoryHub } from "../bus/bus-memory.ts";
import { MemoryStore } from "../store/store-memory.ts";
import { Judge } from "./judge.ts";

function judging() {
  const clock = new ManualClock();
  const judge = new Judge({ bus: new MemoryHub(clock).connect(), clock, nodes: new MemoryStore(clock).nodes });
  const live = (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      clock.advance(1_000);
      judge.tick(1_000);
      judge.renewed(true);
    }
  };
  return { clock, judge, live };
}

test("a start that took long is no stall", () => {
  const { clock, judge } = judging();
  clock.advance(60_000);
  expect([judge.tick(1_000), judge.settled]).toEqual([0, true]);
});

test("a late tick is a stall, known also before that tick", () => {
  const { clock, judge, live } = judging();
  live(3);
  expect(judge.settled).toBe(true);
  clock.advance(4_000);
  expect(judge.settled).toBe(false);
  expect([judge.tick(1_000), judge.settled]).toEqual([3_000, false]);
  live(2);
  expect(judge.settled).toBe(true);
});

test("the age of others counts after ten seconds of own renewals without a break, and a pause is a break", () => {
  const { clock, judge, live } = judging();
  live(10);
  expect(judge.trustsAge).toBe(false);
  live(1);
  expect(judge.trustsAge).toBe(true);
  clock.advance(8_000);
  expect(judge.trustsAge).toBe(false);
  live(9);
  expect(judge.trustsAge).toBe(false);
  live(2);
  expect(judge.trustsAge).toBe(true);
  judge.renewed(false);
  expect(judge.trustsAge).toBe(false);
});
