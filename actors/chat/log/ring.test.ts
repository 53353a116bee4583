import { expect, test } from "bun:test";
import type { Entry } from "#schema/wire/room.ts";
import { Ring } from "./ring.ts";

const user = { id: "u", login: "u", displayName: "u", color: "#000000", badges: [] };
const entries = (from: number, to: number): Entry[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ seq: from + i, at: "", kind: "line", id: "", user, body: "" }));
const seqs = (found: Entry[] | null) => found?.map((entry) => entry.seq) ?? null;

test("the ring keeps at least the newest entries, and answers null when it does not reach back far enough", () => {
  const ring = new Ring(100, 8);
  expect(ring.headSeq).toBe(100);
  expect(ring.after(100, 5)).toEqual([]);
  expect(ring.after(99, 5)).toBeNull();
  for (let seq = 101; seq <= 150; seq++) ring.push(entries(seq, seq));
  expect(ring.headSeq).toBe(150);
  expect(150 - ring.floorSeq).toBeGreaterThanOrEqual(8);
  expect(150 - ring.floorSeq).toBeLessThanOrEqual(10);
  expect(seqs(ring.newest(3))).toEqual([148, 149, 150]);
  expect(seqs(ring.after(147, 2))).toEqual([148, 149]);
  expect(ring.after(101, 2)).toBeNull();
  expect(ring.after(200, 2)).toEqual([]);
});

test("older entries are taken only if they join the floor, and only as many as fit", () => {
  const ring = new Ring(20, 8);
  ring.push(entries(21, 22));
  ring.prepend(entries(10, 15));
  expect(ring.floorSeq).toBe(20);
  ring.prepend(entries(10, 21));
  expect(seqs(ring.newest(8))).toEqual([15, 16, 17, 18, 19, 20, 21, 22]);
  ring.prepend(entries(1, 14));
  expect(ring.floorSeq).toBe(14);
  expect(() => ring.push(entries(24, 24))).toThrow();
});

test("a room with fewer entries than asked for gives all of them", () => {
  const ring = new Ring(0, 8);
  expect(ring.newest(50)).toEqual([]);
  ring.push(entries(1, 3));
  expect(seqs(ring.newest(50))).toEqual([1, 2, 3]);
});
