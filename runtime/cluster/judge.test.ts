// When a node may judge others: not after a stall of its own; a slow start is no stall.

import { expect, test } from "bun:test";
import { ManualClock } from "../base/clock.ts";
import { MemoryHub } from "../bus/bus-memory.ts";
import { MemoryStore } from "../store/store-memory.ts";
import { EventLoop } from "./event-loop.ts";
import { Judge } from "./judge.ts";

function judging() {
  const clock = new ManualClock();
  const eventLoop = new EventLoop(clock);
  const bus = new MemoryHub(clock).connect();
  const judge = new Judge({ bus, clock, store: new MemoryStore(clock), eventLoop });
  const live = (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      clock.advance(1_000);
      eventLoop.tick(1_000);
      judge.renewed(true);
    }
  };
  return { clock, judge, eventLoop, live };
}

test("a slow start is not a stall", () => {
  const { clock, judge, eventLoop } = judging();
  clock.advance(60_000);
  expect([eventLoop.tick(1_000), judge.settled]).toEqual([0, true]);
});

test("a late tick is a stall, and is known before the tick comes", () => {
  const { clock, judge, eventLoop, live } = judging();
  live(3);
  expect(judge.settled).toBe(true);
  clock.advance(4_000);
  expect(judge.settled).toBe(false);
  expect([eventLoop.tick(1_000), judge.settled]).toEqual([3_000, false]);
  live(2);
  expect(judge.settled).toBe(true);
});

test("the age of `seen_at` counts after ten unbroken seconds of own renewals, and a pause breaks them", () => {
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
