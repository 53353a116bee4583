// The way of PostgreSQL's log: archive_command, spool, shipper, store.

import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "#runtime/base/clock.ts";
import { SeededRandom } from "#runtime/base/random.ts";
import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import { Archive } from "../archive.ts";
import { BackupKeys } from "../sealing/keys.ts";
import { LogShipper } from "./log-shipper.ts";
import { LogSpool } from "./log-spool.ts";

const scratch = mkdtempSync(join(tmpdir(), "it's a %p spool-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const MIB16 = 16 * 1024 * 1024;
const segment = (number: number) => `0000000100000000000000${String(number).padStart(2, "0")}`;
let made = 0;

function setup({ files = 3 } = {}) {
  const folder = join(scratch, String(++made));
  const spool = new LogSpool(folder, { bytesMax: files * MIB16 });
  spool.prepare(null);
  const clock = new ManualClock(Date.now());
  clock.sleep = async (ms) => clock.advance(ms);
  const objects = new MemoryObjects(clock);
  const keys = new BackupKeys(["k".repeat(32)]);
  const archive = new Archive({ objects, keys, clock, random: new SeededRandom(1) });
  const shipper = new LogShipper({ spool, archive, cluster: "7", segmentBytes: MIB16 });
  /** As PostgreSQL runs it: in a shell, `%p` and `%f` replaced, `%%` made one. */
  const archived = (name: string, text = name) => {
    const path = join(folder, `pg-${name}`);
    writeFileSync(path, text);
    const values: Record<string, string> = { "%p": path, "%f": name, "%%": "%" };
    const command = spool.archiveCommand.replace(/%[pf%]/g, (word) => values[word]!);
    const { exitCode, stderr } = Bun.spawnSync(["sh", "-c", command]);
    expect([exitCode, stderr.toString()]).toEqual([0, ""]);
  };
  const stored = () => [...objects.stored.keys()];
  return { folder, spool, clock, objects, archive, shipper, archived, stored };
}

test("what PostgreSQL archives arrives sealed, in order, and leaves the spool", async () => {
  const { archived, spool, shipper, stored, archive, objects } = setup();
  for (const name of [segment(2), "00000002.history", segment(1)]) archived(name, `bytes of ${name}`);
  expect(spool.waiting().map(({ name }) => name)).toEqual([segment(1), segment(2), "00000002.history"]);
  await shipper.ship();
  expect(stored()).toEqual([segment(1), segment(2), "00000002.history"].map((name) => `backups/log/7/${name}`));
  expect(spool.waiting()).toEqual([]);
  const text = new TextDecoder().decode(await archive.getSealed(`backups/log/7/${segment(2)}`));
  expect(text).toBe(`bytes of ${segment(2)}`);
  for (const { bytes } of objects.stored.values()) expect(Buffer.from(bytes).includes("bytes of")).toBe(false);
  expect([shipper.arrived, Date.now() - shipper.arrivedToMs! < 60_000]).toEqual([3, true]);
});

test("while the store is away files wait up to the limit, then the log is dropped and the hole is noted", async () => {
  const { archived, spool, shipper, objects, folder } = setup({ files: 3 });
  objects.fault = () => "before";
  for (let number = 1; number <= 5; number++) archived(segment(number));
  expect(spool.waiting().map(({ name }) => name)).toEqual([segment(1), segment(2), segment(3)]);
  expect(spool.hole).toBe(segment(5));
  await expect(shipper.ship()).rejects.toMatchObject({ code: "store_away" });
  expect(spool.waiting()).toHaveLength(3);
  objects.fault = () => undefined;
  await shipper.ship();
  archived(segment(6));
  await shipper.ship();
  expect([...objects.stored.keys()].map((key) => key.slice(-2))).toEqual(["01", "02", "03", "06"]);
  // Only a backup that begins behind it ends it.
  spool.endHole(segment(5));
  expect(spool.hole).toBe(segment(6));
  spool.endHole(segment(6));
  expect([spool.hole, readdirSync(join(folder, "spool"))]).toEqual([null, []]);
});

test("a file whose put is unknown, or that comes twice, is stored once and replaces nothing", async () => {
  const { archived, spool, shipper, objects, stored } = setup();
  archived(segment(1));
  let puts = 0;
  objects.fault = (request) => (request === "put" && ++puts === 1 ? "after" : undefined);
  await shipper.ship();
  archived(segment(1));
  await shipper.ship();
  expect([stored(), spool.waiting()]).toEqual([[`backups/log/7/${segment(1)}`], []]);
  // Another database on the same timeline.
  archived(segment(1), "other bytes");
  await expect(shipper.ship()).rejects.toMatchObject({ code: "foreign_log" });
  expect(spool.waiting()).toHaveLength(1);
});

test("calls of ship share one run, and half a copy is not shipped", async () => {
  const { archived, shipper, folder, stored } = setup();
  archived(segment(1));
  writeFileSync(join(folder, "spool", `.${segment(2)}.tmp`), "half");
  await Promise.all([shipper.ship(), shipper.ship()]);
  expect([shipper.arrived, stored().length, existsSync(join(folder, "spool", `.${segment(2)}.tmp`))]).toEqual([
    1,
    1,
    true,
  ]);
});

test("log that went nowhere while nothing archived it is a hole, also over a restart", async () => {
  const { archived, spool, shipper, archive } = setup();
  archived(segment(1));
  await shipper.ship();
  expect(spool.hole).toBe(segment(1)); // There is no backup before it either.
  spool.endHole(segment(1));
  for (const number of [2, 3]) archived(segment(number));
  await shipper.ship();
  expect(spool.hole).toBeNull();
  const again = new LogShipper({ spool, archive, cluster: "7", segmentBytes: MIB16 });
  archived(segment(4));
  await again.ship();
  expect(spool.hole).toBeNull();
  archived(segment(6));
  await again.ship();
  expect(spool.hole).toBe(segment(6));
});
