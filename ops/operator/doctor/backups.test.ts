import { expect, test } from "bun:test";
import type { Manifest } from "#ops/backup/manifest.ts";
import type { BackupStatus } from "#ops/backup/status.ts";
import { statusChecks } from "./backups.ts";

const nowMs = Date.parse("2026-11-22T10:00:00Z");
const HOUR_MS = 3_600_000;
const ago = (hours: number) => new Date(nowMs - hours * HOUR_MS).toISOString();
const config = { everyHours: 24, verifyEveryHours: 168, rpoSeconds: 60 };
const check = { backup: "b", at: ago(10), faults: [] as string[], tables: 60, rows: 9, tookMs: 1 };
const good: BackupStatus = {
  newest: { id: "b", endedAt: ago(3) } as Manifest,
  faulty: 0,
  logArrivedMs: nowMs - 40_000,
  check,
};

const states = (status: Partial<BackupStatus>, isFailing = false) =>
  Object.fromEntries(
    statusChecks({ ...good, ...status }, { config, nowMs, isFailing }).map(({ name, state }) => [name, state]),
  );

test("a young backup, a log that arrives and a verification are well", () => {
  expect(states({})).toEqual({ log: "ok", "base backup": "ok", verified: "ok", keys: "ok" });
});

test("each thing that is late is a warning first and a fault later", () => {
  const newest = (hours: number) => ({ newest: { id: "b", endedAt: ago(hours) } as Manifest });
  expect([states(newest(40))["base backup"], states(newest(80))["base backup"]]).toEqual(["warning", "fault"]);
  expect([states({ logArrivedMs: nowMs - 3 * 60_000 }).log, states({ logArrivedMs: nowMs - HOUR_MS }).log]).toEqual([
    "warning",
    "fault",
  ]);
  const at = (hours: number) => states({ check: { ...check, at: ago(hours) } }).verified;
  expect([at(150), at(200), at(700)]).toEqual(["ok", "warning", "fault"]);
});

test("what is not there is said", () => {
  expect(states({ newest: null, logArrivedMs: null, check: null })).toEqual({
    ...{ log: "warning", "base backup": "fault", verified: "warning", keys: "ok" },
  });
  expect(states({ logArrivedMs: null }).log).toBe("fault");
  expect(states({}, true).log).toBe("fault");
  expect(states({ faulty: 1 }).keys).toBe("warning");
  expect(states({ check: { ...check, faults: ["users has 9 rows instead of 10"] } }).verified).toBe("fault");
});
