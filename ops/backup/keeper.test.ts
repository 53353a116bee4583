import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { BackupFault } from "./fault.ts";
import { Keeper } from "./keeper.ts";
import type { Manifest } from "./manifest.ts";
import type { BackupStatus } from "./status.ts";
import type { BackupCheck } from "./verification/checks.ts";

const HOUR_MS = 3_600_000;

function setup(stored: Partial<BackupStatus> = {}) {
  let known = stored;
  const clock = new ManualClock(Date.parse("2026-11-22T10:00:00Z"));
  const did: string[] = [];
  const said: string[] = [];
  const world = {
    timeline: 1,
    hole: null as string | null,
    faults: [] as string[],
    fails: null as Error | null,
    shipFails: null as Error | null,
  };
  const now = () => new Date(clock.wallMs()).toISOString();
  const note = (_fields: unknown, text = "") => void said.push(text);
  const doing = (what: string) => {
    did.push(what);
    if (world.fails) throw world.fails;
  };
  const keeper = new Keeper({
    clock,
    log: { info: note, warn: note, error: note } as never,
    config: { everyHours: 24, verifyEveryHours: 48 },
    spool: {
      waiting: () => [],
      get hole() {
        return world.hole;
      },
      endHole() {
        world.hole = null;
      },
    },
    shipper: {
      async ship() {
        if (world.shipFails) throw world.shipFails;
      },
    },
    timeline: async () => world.timeline,
    status: async () => ({ newest: null, faulty: 0, logArrivedMs: null, check: null, ...known }),
    async makeBackup() {
      doing("backup");
      const made = { id: "b", timeline: world.timeline, startedAt: now(), endedAt: now(), parts: [] };
      known = { ...known, newest: made as unknown as Manifest };
      return known.newest!;
    },
    async verify() {
      doing("verify");
      const check: BackupCheck = { backup: "b", at: now(), faults: world.faults, tables: 1, rows: 1, tookMs: 1 };
      known = { ...known, check };
      return check;
    },
  });
  const hours = (count: number) => clock.settle(count * HOUR_MS, 10_000);
  return { clock, did, said, world, keeper, hours };
}

test("the first backup is made at once and verified, then each is made when it is due", async () => {
  const { keeper, did, hours } = setup();
  keeper.start();
  await hours(0.1);
  expect(did).toEqual(["backup", "verify"]);
  await hours(25);
  expect(did).toEqual(["backup", "verify", "backup"]);
  await hours(24);
  expect(did.slice(3).sort()).toEqual(["backup", "verify"]);
  keeper.stop();
});

test("what is in the store counts: a restart makes no backup", async () => {
  const newest = { id: "a", timeline: 1, endedAt: "2026-11-22T09:00:00Z", parts: [] } as unknown as Manifest;
  const check = { backup: "a", at: "2026-11-22T09:30:00Z", faults: [], tables: 1, rows: 1, tookMs: 1 };
  const { keeper, did, hours } = setup({ newest, check });
  keeper.start();
  await hours(1);
  expect(did).toEqual([]);
  keeper.stop();
});

test("after a restore and after dropped log a backup is due at once", async () => {
  const { keeper, did, world, hours } = setup();
  keeper.start();
  await hours(0.1);
  did.length = 0;
  world.timeline = 2;
  await hours(0.1);
  expect(did).toEqual(["backup"]);
  world.hole = "000000020000000000000009";
  await hours(0.1);
  expect(did).toEqual(["backup", "backup"]);
  expect(world.hole).toBeNull();
  keeper.stop();
});

test("a failing backup is tried again with longer pauses, and the hole stays noted", async () => {
  const { keeper, did, said, world, hours } = setup();
  world.fails = new BackupFault("store_away", "no answer");
  world.hole = "000000010000000000000009";
  keeper.start();
  await hours(1);
  expect(did.length).toBeGreaterThan(3);
  expect(did.length).toBeLessThan(8);
  expect(new Set(said)).toEqual(new Set(["backup failed"]));
  expect(world.hole).not.toBeNull();
  world.fails = null;
  await hours(1);
  expect(world.hole).toBeNull();
  keeper.stop();
});

test("a fault of shipping is logged once, and its end too", async () => {
  const { keeper, said, world, clock } = setup();
  world.shipFails = new BackupFault("store_away", "no answer");
  keeper.start();
  await clock.settle(8_000, 500);
  world.shipFails = null;
  await clock.settle(1_500, 500);
  keeper.stop();
  // Without fields, the text is the first word.
  expect(said).toEqual(["log is not shipped", ""]);
});

test("a verification that finds differences is an error, and is not repeated before its time", async () => {
  const { keeper, did, said, world, hours } = setup();
  world.faults = ["users has 9 rows instead of 10"];
  keeper.start();
  await hours(5);
  expect(did).toEqual(["backup", "verify"]);
  expect(said).toContain("backup differs from the database");
  keeper.stop();
});
