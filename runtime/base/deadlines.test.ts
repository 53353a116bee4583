// Deadlines by a hand-turned clock.

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

test("each is late at its own time, in whatever order they came", () => {
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

test("what was taken out is never late, and nothing pending means no timer", () => {
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
