import { expect, test } from "bun:test";
import { HotRoom } from "./hot-room.ts";

/** Says so many lines in each of these seconds, and asks after each. Answers the last slow mode and the second of each change. */
function seconds(
  hot: HotRoom,
  { from, count, lines, slowMs }: { from: number; count: number; lines: number; slowMs: number },
) {
  const changes: [second: number, slowMs: number][] = [];
  let now = slowMs;
  for (let second = from; second < from + count; second++) {
    for (let line = 0; line < lines; line++) hot.said(second * 1_000 + line);
    const next = hot.next(second * 1_000 + 999, now);
    if (next !== now) changes.push([second, next]);
    now = next;
  }
  return { changes, slowMs: now };
}

test("a room of 21 lines a second becomes slow after five seconds, and slower while it stays hot", () => {
  const { changes } = seconds(new HotRoom(), { from: 100, count: 60, lines: 21, slowMs: 0 });
  expect(changes).toEqual([
    [104, 3_000],
    [114, 10_000],
    [124, 30_000],
    [134, 60_000],
  ]);
});

test("a burst, or 20 lines a second for ever, is not hot", () => {
  expect(seconds(new HotRoom(), { from: 1, count: 1, lines: 99, slowMs: 0 }).changes).toEqual([]);
  expect(seconds(new HotRoom(), { from: 1, count: 300, lines: 20, slowMs: 0 }).changes).toEqual([]);
});

test("slow mode is undone step by step, each after half a minute of calm", () => {
  const hot = new HotRoom();
  const { slowMs } = seconds(hot, { from: 0, count: 15, lines: 30, slowMs: 0 });
  expect(slowMs).toBe(10_000);
  const { changes } = seconds(hot, { from: 15, count: 120, lines: 1, slowMs });
  expect(changes.map(([, ms]) => ms)).toEqual([3_000, 0]);
  expect(changes[1]![0] - changes[0]![0]).toBe(30);
});

test("a new owner that finds the room slowed down undoes it when it is calm", () => {
  expect(seconds(new HotRoom(), { from: 500, count: 2, lines: 0, slowMs: 3_000 }).changes).toEqual([[500, 0]]);
});

test("a room is still when nothing was said for half a minute", () => {
  const hot = new HotRoom();
  hot.said(1_000);
  expect(hot.isStill(20_000)).toBe(false);
  expect(hot.isStill(31_000)).toBe(true);
});
