import { expect, test } from "bun:test";
import { BackupFault } from "../fault.ts";
import type { Manifest } from "../manifest.ts";
import { chooseBackup, readTime } from "./choose.ts";

const platform = `${process.platform}-${process.arch}`;
const made = (id: string, endedAt: string, more: Partial<Manifest> = {}) =>
  ({ id, endedAt, platform, ...more }) as Manifest;
const backups = [made("a", "2026-11-20T10:00:00.000Z"), made("b", "2026-11-21T10:00:00.000Z")];
const at = (text: string) => Date.parse(text);

test("the newest backup that ended before the wanted time, or the newest of all", () => {
  const choose = (text: string | null) =>
    chooseBackup({ backups, faulty: [] }, { atMs: text && at(text), id: null } as never).id;
  expect([choose(null), choose("2026-11-21T10:00:00Z"), choose("2026-11-21T09:59:59Z")]).toEqual(["b", "b", "a"]);
});

test("what cannot be is said with the reason", () => {
  const fault = new BackupFault("wrong_key", "sealed with another key");
  const closed = [{ cluster: "7", id: "c", fault }];
  const choose = (wanted: { at?: string; id?: string }, from = { backups, faulty: closed }) => {
    try {
      return chooseBackup(from, { atMs: wanted.at ? at(wanted.at) : null, id: wanted.id ?? null }).id;
    } catch (error) {
      return (error as BackupFault).message;
    }
  };
  expect(choose({ at: "2026-11-19T00:00:00Z" }, { backups, faulty: [] })).toContain(
    "ended at 2026-11-20T10:00:00.000Z",
  );
  expect(choose({}, { backups: [], faulty: [] })).toContain("there is no backup here");
  expect(choose({}, { backups: [], faulty: closed })).toContain("sealed with another key");
  expect(choose({ id: "c" })).toContain("sealed with another key");
  expect(choose({ id: "x" }, { backups, faulty: [] })).toContain("there is no backup x");
  expect(choose({ id: "b", at: "2026-11-20T12:00:00Z" })).toStartWith("too_early");
  expect(choose({}, { backups: [made("m", "2026", { platform: "plan9-mips" })], faulty: [] })).toStartWith(
    "unsupported",
  );
});

test("a time has a date, seconds and a zone", () => {
  expect(readTime("2026-11-22T10:15:00Z")).toEqual({
    text: "2026-11-22T10:15:00+00:00",
    ms: at("2026-11-22T10:15:00Z"),
  });
  expect(readTime("2026-11-22T10:15:00.123456+02:00")!.text).toBe("2026-11-22T10:15:00.123456+02:00");
  for (const text of ["2026-11-22", "2026-11-22T10:15:00", "10:15", "yesterday", "2026-13-45T99:00:00Z", "' OR 1"])
    expect(readTime(text), text).toBeNull();
});
