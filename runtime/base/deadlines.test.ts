// Deadlines with a manual clock.

import { expect, test } from "bun:test";
import { ManualClock } from "./clock.ts";
import { Deadlines } from "./deadlines.ts";

function setUp() {
  const clock = new ManualClock(0);
  const pending = new Map<string, { name: string; deadlineMonoMs: number }>();
  const late: [string, number][] = [];
  const deadlines = new Deadlines(clock, pending, ({ name }) => {
    late.push([name, clock.monoMs()]);
    remove(name);
  });
  const remove = (name: string) => {
    pending.delete(name);
    deadlines.removed();
  };
  const add = (name: string, deadlineMonoMs: number) => {
    const item = { name, deadlineMonoMs };
    pending.set(name, item);
    deadlines.added(item);
  };
  return { clock, late, add, remove };
}

test("each item is late at its own deadline, in whatever order items were added", () => {
  const { clock, late, add } = setUp();
  add("c", 300);
  add("a", 100);
  add("b", 200);
  expect(clock.waiting).toBe(1);
  clock.advance(1_000);
  expect(late).toEqual([
    ["a", 100],
    ["b", 200],
    ["c", 300],
  ]);
  expect(clock.waiting).toBe(0);
});

test("deadlines close together ring together, never early", () => {
  const { clock, late, add } = setUp();
  for (let ms = 100; ms <= 105; ms++) add(String(ms), ms);
  clock.advance(1_000);
  expect(late.map(([name]) => name)).toEqual(["100", "101", "102", "103", "104", "105"]);
  for (const [name, atMs] of late) {
    expect(atMs).toBeGreaterThanOrEqual(Number(name));
    expect(atMs).toBeLessThanOrEqual(Number(name) + 5);
  }
});

test("a removed item is never late, and no timer runs without items", () => {
  const { clock, late, add, remove } = setUp();
  add("a", 100);
  add("b", 100);
  remove("a");
  expect(clock.waiting).toBe(1);
  remove("b");
  expect(clock.waiting).toBe(0);
  add("c", 50);
  clock.advance(1_000);
  expect(late).toEqual([["c", 50]]);
});
