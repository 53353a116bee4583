import { expect, test } from "bun:test";
import fc from "fast-check";
import { ManualClock } from "../base/clock.ts";
import { StoreClock } from "./store-clock.ts";

function store(offsetMs = 1_000_000) {
  const clock = new ManualClock();
  const estimate = new StoreClock(clock);
  let leapMs = 0;
  /** What the store reads now. */
  const reads = () => clock.monoMs() + offsetMs + leapMs;
  return {
    clock,
    estimate,
    reads,
    leap: (ms: number) => {
      leapMs += ms;
    },
    /** Turns the clock by a second, and reads the store's. */
    beat(errorMs = 0) {
      clock.advance(1_000);
      estimate.learn(reads() + errorMs);
    },
    error: () => Math.abs(estimate.nowMs() - reads()),
  };
}

test("the first reading counts at once, and small corrections too", () => {
  const { estimate, reads, beat, error } = store(-5_000_000);
  beat();
  expect(error()).toBe(0);
  beat(1_500);
  expect(estimate.nowMs()).toBe(reads() + 1_500);
  beat();
  expect(error()).toBe(0);
});

test("one wild reading counts for nothing; two that agree are believed", () => {
  for (const wildMs of [3_600_000, -3_600_000, 15_000]) {
    const { beat, error, leap, estimate, clock } = store();
    beat();
    beat(wildMs);
    expect(error()).toBe(0);
    beat();
    beat(wildMs);
    beat(-wildMs);
    expect(error()).toBe(0);
    leap(wildMs);
    beat();
    expect(error()).toBeGreaterThan(1_000);
    beat();
    expect(error()).toBe(0);
    clock.advance(5_000);
    expect(Number.isFinite(estimate.nowMs())).toBe(true);
  }
});

test("time since a moment is never told too short over a step back of the store's clock", () => {
  const ms = (max: number) => fc.integer({ min: 0, max });
  fc.assert(
    fc.property(ms(20), ms(7_200_000), ms(40), ms(15), (beforeS, backMs, outageS, afterS) => {
      const { clock, estimate, reads, beat, leap } = store();
      for (let i = 0; i <= beforeS; i++) beat();
      const saved = { atMs: reads(), monoMs: clock.monoMs() };
      clock.advance(outageS * 1_000);
      leap(-backMs);
      for (let i = 0; i < 2 + afterS; i++) beat();
      const trueMs = clock.monoMs() - saved.monoMs;
      // A step that is as long as the outage, and not small, cannot be told from none.
      fc.pre(backMs > 2_000 && (backMs <= 30_000 || backMs > (outageS + afterS + 3) * 1_000));
      expect(estimate.sinceMs(saved.atMs)).toBeGreaterThanOrEqual(trueMs);
      expect(estimate.sinceMs(saved.atMs)).toBeLessThanOrEqual(trueMs + 30_000);
    }),
  );
});

test("what was saved after a large step back is as old as the clock says, and a minute later the step is forgotten", () => {
  const { estimate, reads, beat, leap, clock } = store();
  beat();
  leap(-3_600_000);
  beat();
  beat();
  const atMs = reads();
  beat();
  expect(estimate.sinceMs(atMs)).toBe(1_000);
  clock.advance(60_000);
  expect(estimate.sinceMs(atMs)).toBe(61_000);
});

test("a process that starts after the step takes a moment ahead of the clock for half a minute ago", () => {
  const { estimate, reads, beat } = store();
  beat();
  expect(estimate.sinceMs(reads() + 3_600_000)).toBe(30_000);
  expect(estimate.sinceMs(reads() + 50)).toBe(-50);
  expect(estimate.sinceMs(reads() - 3_600_000)).toBe(3_600_000);
});
