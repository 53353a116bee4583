import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { MinuteBudget } from "./minute-budget.ts";

test("a budget may be spent at once, then at the speed at which it is refilled, each key for itself", () => {
  const clock = new ManualClock();
  const budget = new MinuteBudget(clock, 60_000);
  budget.spend("a", 59_999);
  expect(budget.waitMs("a")).toBe(0);
  budget.spend("a", 3_000);
  const waitMs = budget.waitMs("a");
  expect(waitMs).toBeWithin(2_900, 3_100);
  expect(budget.waitMs("b")).toBe(0);
  clock.advance(waitMs - 2);
  expect(budget.waitMs("a")).toBeGreaterThan(0);
  clock.advance(2);
  expect(budget.waitMs("a")).toBe(0);
});

test("0 is no limit", () => {
  const budget = new MinuteBudget(new ManualClock(), 0);
  budget.spend("a", 1e15);
  expect(budget.waitMs("a")).toBe(0);
});
