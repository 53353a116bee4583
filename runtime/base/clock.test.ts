import { expect, test } from "bun:test";
import { everyWhileBusy, ManualClock } from "./clock.ts";

test("no timer runs while there is nothing to do, and work goes on once it is woken", () => {
  const clock = new ManualClock();
  let [left, turns] = [0, 0];
  const ticking = everyWhileBusy(clock, 100, {
    isIdle: () => left === 0,
    work() {
      turns++;
      left--;
    },
  });
  ticking.wake();
  expect(clock.waiting).toBe(0);
  left = 2;
  ticking.wake();
  ticking.wake();
  expect(clock.waiting).toBe(1);
  clock.advance(1_000);
  expect([turns, left, clock.waiting]).toEqual([2, 0, 0]);
  left = 5;
  ticking.wake();
  clock.advance(100);
  ticking.stop();
  ticking.wake();
  clock.advance(1_000);
  expect([turns, clock.waiting]).toEqual([3, 0]);
});

test("work that fails is tried again at the next turn", () => {
  const clock = new ManualClock();
  let turns = 0;
  const ticking = everyWhileBusy(clock, 100, {
    isIdle: () => false,
    work() {
      turns++;
      if (turns === 1) throw new Error("broken");
    },
  });
  ticking.wake();
  expect(() => clock.advance(100)).toThrow("broken");
  clock.advance(100);
  expect(turns).toBe(2);
  ticking.stop();
});
