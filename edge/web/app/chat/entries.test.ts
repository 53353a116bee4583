// A room's list of entries: one rising sequence.

import { expect, test } from "bun:test";
import type { LineEntry } from "#schema/api/chat.ts";
import { type AnyEntry, EMPTY, hold, release, restart, splice, withoutUsers } from "./entries.ts";

const line = (seq: number, user = "u1"): LineEntry => ({
  seq,
  at: "2026-11-22T12:00:00.000Z",
  kind: "line",
  id: `id-${seq}`,
  user: { id: user, login: user, displayName: user, color: "#ffffff", badges: [] },
  body: `line ${seq}`,
});
const lines = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => line(from + index));
const seqs = (list: { lines: LineEntry[] }) => list.lines.map(({ seq }) => seq);

test("entries that are in the list already are not added again", () => {
  const list = restart(lines(1, 5), 5, 100);
  const { list: next, hole } = splice(list, lines(3, 7), 100);
  expect(hole).toBeFalse();
  expect(seqs(next)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(splice(next, lines(2, 7), 100).list).toBe(next);
});

test("nothing is added after a hole, and the hole is reported", () => {
  const list = restart(lines(1, 3), 3, 100);
  const { list: next, hole } = splice(list, [line(4), line(6), line(7)], 100);
  expect(hole).toBeTrue();
  expect(next.headSeq).toBe(4);
  expect(seqs(next)).toEqual([1, 2, 3, 4]);
});

test("an empty room has head 0 and its first line is 1", () => {
  const list = restart([], 0, 100);
  expect(seqs(splice(list, [line(1)], 100).list)).toEqual([1]);
  expect(splice(list, [line(2)], 100).hole).toBeTrue();
});

test("only the newest lines are kept; the head still rises", () => {
  const { list } = splice(restart(lines(1, 50), 50, 60), lines(51, 80), 60);
  expect(list.headSeq).toBe(80);
  expect(list.lines.length).toBe(60);
  expect(list.lines[0]?.seq).toBe(21);
});

test("a deleted line keeps its seq and loses its body", () => {
  const deleted: AnyEntry = { seq: 4, at: "", kind: "deleted", id: "id-2" };
  const { list } = splice(restart(lines(1, 3), 3, 100), [deleted], 100);
  expect(list.headSeq).toBe(4);
  expect(list.lines[1]).toMatchObject({ seq: 2, body: "", deleted: true });
  expect(list.lines[2]).toMatchObject({ seq: 3, body: "line 3" });
});

test("clearing one user's lines leaves the others'", () => {
  const cleared: AnyEntry = { seq: 3, at: "", kind: "cleared", userId: "troll" };
  const { list } = splice(restart([line(1, "troll"), line(2)], 2, 100), [cleared], 100);
  expect(list.lines.map(({ deleted }) => deleted === true)).toEqual([true, false]);
});

test("an entry of an unknown kind counts in the sequence and shows nothing", () => {
  const odd = { seq: 2, at: "", kind: "pinned" } as unknown as AnyEntry;
  const { list, hole } = splice(restart([line(1)], 1, 100), [odd, line(3)], 100);
  expect(hole).toBeFalse();
  expect(seqs(list)).toEqual([1, 3]);
});

test("without a welcome the list begins at the first entry", () => {
  expect(splice(EMPTY, [line(41), line(42)], 100).list.headSeq).toBe(42);
});

test("lines of deleted accounts keep only their seq", () => {
  const list = restart([line(1, "u1"), line(2, "u2"), line(3, "u1")], 3, 100);
  const rest = withoutUsers(list, ["u1", "u9"]);
  expect(seqs(rest)).toEqual([1, 2, 3]);
  expect(rest.lines[1]).toEqual(line(2, "u2"));
  expect(rest.lines[2]).toMatchObject({ body: "", deleted: true, user: { login: "deleted" } });
  expect(JSON.stringify(rest)).not.toContain("u1");
  expect(withoutUsers(rest, ["u1"])).toBe(rest);
});

test("of 5,000 lines that follow, none takes a held line away, and memory stays bounded", () => {
  let list = hold(restart(lines(1, 300), 300, 300));
  const shown = list.held!.lines;
  for (let seq = 301; seq <= 5_300; seq += 4) list = splice(list, lines(seq, seq + 3), 300).list;
  expect(list.held!.lines).toBe(shown); // The same lines, so nothing is drawn anew.
  expect(list.held!.newCount).toBe(5_000);
  expect([list.lines.length, list.lines[0]?.seq]).toEqual([300, 5_001]);
  expect(release(list)).toEqual({ headSeq: 5_300, lines: lines(5_001, 5_300), held: null });
});

test("a held line that is deleted loses its body", () => {
  const list = hold(restart(lines(1, 3), 3, 3));
  const next = splice(splice(list, lines(4, 9), 3).list, [{ seq: 10, at: "", kind: "deleted", id: "id-2" }], 3).list;
  expect(next.held!.lines.map(({ body }) => body)).toEqual(["line 1", "", "line 3"]);
  expect(next.held!.newCount).toBe(6);
  expect(JSON.stringify(withoutUsers(next, ["u1"]))).not.toContain("u1");
});

test("held lines stay when the room is joined anew, and go when it was restored to an earlier state", () => {
  const list = hold(restart(lines(1, 5), 5, 100));
  const rejoined = restart(lines(900, 1_000), 1_000, 100, list);
  expect(rejoined.held).toEqual({ lines: lines(1, 5), newCount: 995 });
  expect(hold(rejoined)).toBe(rejoined);
  expect(restart(lines(1, 2), 2, 100, list)).toEqual({ headSeq: 2, lines: lines(1, 2), held: null });
});

const answer = (seq: number, to: number, user = "u2"): LineEntry => ({ ...line(seq, user), replyTo: `id-${to}` });

test("an answer has the beginning of what it answers, and keeps it when that is gone from the list", () => {
  const { list } = splice(restart(lines(1, 2), 2, 2), [answer(3, 1), line(4)], 2);
  expect(seqs(list)).toEqual([3, 4]);
  expect(list.lines[0]?.quote).toEqual({ id: "id-1", user: line(1).user, body: "line 1" });
});

test("an answer to a line that is not here says so", () => {
  const { list } = splice(restart([line(5)], 5, 100), [answer(6, 1)], 100);
  expect(list.lines[1]?.quote).toEqual({ id: "id-1", user: null, body: "" });
});

test("what is removed is removed where it is quoted too", () => {
  const start = restart([line(1, "troll"), answer(2, 1)], 2, 100);
  const quoteAfter = (entry: AnyEntry) => splice(start, [entry], 100).list.lines[1];
  expect(quoteAfter({ seq: 3, at: "", kind: "deleted", id: "id-1" })?.quote).toEqual({
    ...{ id: "id-1", user: line(1, "troll").user, body: "" },
  });
  expect(quoteAfter({ seq: 3, at: "", kind: "cleared", userId: "troll" })).toMatchObject({
    body: "line 2",
    quote: { body: "" },
  });
  expect(quoteAfter({ seq: 3, at: "", kind: "deleted", id: "id-2" })).toEqual({
    ...answer(2, 1),
    body: "",
    deleted: true,
  });
  const erasure = withoutUsers(start, ["troll"]);
  expect(erasure.lines[1]).toMatchObject({ body: "line 2", quote: { user: null, body: "" } });
  expect(JSON.stringify(erasure)).not.toContain("troll");
});

test("moderators keep what was removed, and who removed it", () => {
  const mod = { id: "m1", login: "mod", displayName: "Mod" };
  const at = "2026-11-22T12:00:01.000Z";
  const before = splice({ ...EMPTY, keepsRemoved: true }, lines(1, 3), 100).list;
  const { list } = splice(before, [{ seq: 4, at, kind: "deleted", id: "id-2", by: mod }], 100);
  expect(list.lines[1]).toMatchObject({ body: "", deleted: true, removed: { body: "line 2", by: mod } });
  const cleared = splice(list, [{ seq: 5, at, kind: "cleared" }], 100).list;
  expect(cleared.lines[1]?.removed?.by).toEqual(mod);
  expect(cleared.lines[0]?.removed).toEqual({ body: "line 1", by: null });
  expect(withoutUsers(cleared, ["u1"]).lines.some(({ removed }) => removed)).toBeFalse();
  // And so after a restart.
  const again = splice(restart(lines(6, 7), 7, 100, cleared), [{ seq: 8, at, kind: "deleted", id: "id-7" }], 100).list;
  expect(again.lines[1]?.removed).toEqual({ body: "line 7", by: null });
});

test("viewers keep nothing of what was removed", () => {
  const at = "2026-11-22T12:00:01.000Z";
  const { list } = splice(restart(lines(1, 2), 2, 100), [{ seq: 3, at, kind: "deleted", id: "id-2" }], 100);
  expect(JSON.stringify(list)).not.toContain("line 2");
});

test("an announcement and a raid that comes are read among the lines; other notices are not", () => {
  const by = { id: "m1", login: "mod", displayName: "Mod" };
  const notice = (seq: number, code: string) => ({
    seq,
    at: "2026-11-22T12:00:01.000Z",
    kind: "notice" as const,
    code,
    by,
  });
  const raider = { login: "brick", displayName: "Brick" };
  const raid = { id: "r", state: "gone" as const, from: raider, to: raider, viewers: 1_204, startedAt: "", atMs: 0 };
  const { list } = splice(
    restart(lines(1, 1), 1, 100),
    [
      { ...notice(2, "announcement"), body: "dinner at 8", color: "blue" },
      notice(3, "settings"),
      { ...notice(4, "raided"), raid },
      notice(5, "of a later server"),
    ],
    100,
  );
  expect(list.lines.map(({ body, notice }) => [body, notice?.title])).toEqual([
    ["line 1", undefined],
    ["dinner at 8", "Announcement by Mod"],
    ["Brick comes with 1,204 viewers.", "Raid"],
  ]);
  expect(list.headSeq).toBe(5);
});
