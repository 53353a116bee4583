import { expect, test } from "bun:test";
import type { LineEntry } from "#schema/api/chat.ts";
import { type Entry, NOBODY } from "#schema/wire/room.ts";
import { TextRing } from "./entry-ring.ts";

const user = { id: "u", login: "u", displayName: "u", color: "#000000", badges: [] };
const entries = (from: number, to: number): Entry[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ seq: from + i, at: "", kind: "line", id: "", user, body: "" }));
const seqs = (texts: string[] | null) => texts?.map((text) => (JSON.parse(text) as Entry).seq) ?? null;

test("known entries are ignored, and those above a hole not added", () => {
  const ring = new TextRing(0, 8);
  expect(seqs(ring.push(entries(1, 3)))).toEqual([1, 2, 3]);
  expect(seqs(ring.push(entries(2, 5)))).toEqual([4, 5]);
  expect(ring.push(entries(1, 5))).toEqual([]);
  expect(ring.push(entries(7, 9))).toEqual([]);
  expect(ring.headSeq).toBe(5);
  expect(seqs(ring.after(3, 9))).toEqual([4, 5]);
  expect(ring.at(4)?.seq).toBe(4);
  expect(ring.at(6)).toBeUndefined();
});

test("it keeps at least the newest entries; older ones can be prepended at its floor", () => {
  const ring = new TextRing(0, 8);
  for (let seq = 1; seq <= 40; seq++) ring.push(entries(seq, seq));
  for (let second = 1; second <= 6; second++) ring.trim();
  const { floorSeq } = ring;
  expect(floorSeq).toBe(32);
  expect(40 - floorSeq).toBeGreaterThanOrEqual(8);
  expect(ring.after(floorSeq - 1, 9)).toBeNull();
  ring.prepend(entries(20, floorSeq - 1));
  expect(ring.floorSeq).toBe(floorSeq);
  ring.prepend(entries(20, 35));
  expect(seqs(ring.after(19, 99))).toEqual(Array.from({ length: 21 }, (_, i) => 20 + i));
});

test("a frame above a seq is made once, until the ring changes; a long one leaves a rest", () => {
  const ring = new TextRing(0, 200);
  const read = (seq: number) => {
    const { text, toSeq } = ring.frameAbove(seq)!;
    return { toSeq, seqs: (JSON.parse(text) as { entries: Entry[] }).entries.map((entry) => entry.seq) };
  };
  ring.push(entries(1, 3));
  expect(read(1)).toEqual({ toSeq: 3, seqs: [2, 3] });
  expect(ring.frameAbove(1)).toBe(ring.frameAbove(1));
  ring.push(entries(4, 4));
  expect(read(1)).toEqual({ toSeq: 4, seqs: [2, 3, 4] });
  const before = ring.frameAbove(1);
  ring.erase(new Set(["u"]));
  expect(ring.frameAbove(1)).not.toEqual(before);
  ring.push(entries(5, 100).map((entry) => ({ ...entry, body: "x".repeat(1_000) })) as Entry[]);
  const { toSeq } = ring.frameAbove(4)!;
  expect(toSeq).toBeWithin(50, 70);
  expect(read(toSeq).seqs[0]).toBe(toSeq + 1);
  ring.push(entries(101, 400));
  for (let second = 1; second <= 6; second++) ring.trim();
  expect(ring.frameAbove(4)).toBeNull();
});

test("what is more than its length stays for some seconds, up to a limit", () => {
  const ring = new TextRing(0, 8);
  const say = (count: number) => ring.push(entries(ring.headSeq + 1, ring.headSeq + count));
  const floors: number[] = [];
  for (let second = 1; second <= 8; second++) {
    say(100);
    ring.trim();
    floors.push(ring.floorSeq);
  }
  expect(floors).toEqual([0, 0, 0, 0, 0, 100, 200, 300]);
  say(20_000);
  expect(ring.headSeq - ring.floorSeq).toBeWithin(5_000, 6_251);
});

test("erased lines keep their seq and lose author and body, whatever their text", () => {
  const ring = new TextRing(0, 8);
  const line = (seq: number, id: string, more: Partial<LineEntry> = {}): LineEntry => ({
    seq,
    at: "2026-11-22T12:00:00.000Z",
    kind: "line",
    id: `line ${seq}`,
    user: { ...user, id },
    body: "hello",
    action: true,
    ...more,
  });
  const tricky = '"user":{"id":"ada"}';
  const odd = { badges: [], displayName: tricky, color: "#000000", login: "x", id: "bob" }; // In an order that a database may return.
  ring.push([line(1, "ada"), line(2, "bob", { body: tricky }), line(3, "x", { user: odd }), line(4, "ada")]);
  const before = ring.after(1, 2);
  expect(ring.erase(new Set(["ada", "cyd"]))).toEqual(["ada"]);
  expect(ring.after(1, 2)).toEqual(before);
  for (const seq of [1, 4]) {
    expect(ring.at(seq)).toEqual({
      seq,
      at: "2026-11-22T12:00:00.000Z",
      kind: "line",
      id: `line ${seq}`,
      user: NOBODY,
      body: "",
      deleted: true,
    });
  }
  expect(ring.erase(new Set(["ada"]))).toEqual([]);
  expect(ring.erase(new Set(["bob"]))).toEqual(["bob"]);
  expect(ring.at(3)).toMatchObject({ deleted: true });
  expect(ring.headSeq).toBe(4);
});
