import { expect, test } from "bun:test";
import { type Clock, ManualClock } from "./clock.ts";
import { LoopLag } from "./loop-lag.ts";

/** A loop that stands still when it is told to: its timers ring late by that. */
function stage() {
  const manual = new ManualClock();
  let stoodMs = 0;
  const clock: Clock = {
    wallMs: () => manual.wallMs() + stoodMs,
    monoMs: () => manual.monoMs() + stoodMs,
    timer: (ms, ring) => manual.timer(ms, ring),
    sleep: (ms) => manual.sleep(ms),
  };
  return {
    manual,
    lag: new LoopLag(clock),
    standStill(ms: number) {
      stoodMs += ms;
    },
  };
}

test("a look that comes late tells the lag at once, and a loop that is calm again forgets it slowly", () => {
  const { manual, lag, standStill } = stage();
  expect(lag.lagMs).toBe(0);
  standStill(500);
  manual.advance(100);
  expect(lag.lagMs).toBe(500);
  for (let look = 1; look <= 3; look++) {
    manual.advance(100);
    expect(lag.lagMs).toBeCloseTo(500 * 0.8 ** look);
  }
  lag.stop();
  lag.stop();
  expect(manual.waiting).toBe(0);
});

test("while nobody asks no timer runs, and who asks again is told of no lag of before", () => {
  const { manual, lag, standStill } = stage();
  expect(lag.lagMs).toBe(0);
  standStill(500);
  manual.advance(6_000);
  expect(manual.waiting).toBe(0);
  manual.advance(60_000);
  expect(lag.lagMs).toBe(0);
  manual.advance(100);
  expect(lag.lagMs).toBe(0);
  lag.stop();
});
