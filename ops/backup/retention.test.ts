import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { SeededRandom } from "#runtime/base/random.ts";
import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import { Archive, logKey, manifestKey, partKey } from "./archive.ts";
import { listBackups, type Manifest, writeManifest } from "./manifest.ts";
import { removeLeftovers, retire } from "./retention.ts";
import { BackupKeys } from "./sealing/keys.ts";

const HOUR_MS = 3_600_000;

function setup(key = "k".repeat(32)) {
  const clock = new ManualClock(Date.parse("2026-11-22T10:00:00Z"));
  clock.sleep = async (ms) => clock.advance(ms);
  const objects = new MemoryObjects(clock);
  const archiveWith = (text: string) =>
    new Archive({ objects, keys: new BackupKeys([text]), clock, random: new SeededRandom(1) });
  const archive = archiveWith(key);
  const put = (name: string) => objects.put(name, new Uint8Array(1), { contentType: "x" });
  /** A backup that begins at this file of the log. */
  async function backup(id: string, { cluster = "7", segment = 1, timeline = 1 } = {}) {
    const startSegment = `0000000${timeline}00000000000000${String(segment).padStart(2, "0")}`;
    const endedAt = new Date(clock.wallMs()).toISOString();
    const parts = [1, 2].map((number) => ({ key: partKey(id, number), bytes: 1, sha256: "" }));
    for (const part of parts) await put(part.key);
    await writeManifest(archive, { version: 1, id, cluster, timeline, startSegment, endedAt, parts } as Manifest);
    clock.advance(HOUR_MS);
  }
  const log = async (cluster: string, names: string[]) => {
    for (const name of names) await put(logKey(cluster, name));
  };
  const keys = (prefix: string) => [...objects.stored.keys()].filter((key) => key.startsWith(prefix)).sort();
  return { clock, objects, archive, archiveWith, put, backup, log, keys };
}

test("the newest backups stay, and of the log what they need, histories too", async () => {
  const { archive, backup, log, keys } = setup();
  await backup("a", { segment: 2 });
  await backup("b", { segment: 5 });
  await backup("c", { segment: 8, timeline: 2 });
  await backup("z", { cluster: "8", segment: 1 });
  const segments = [1, 4, 5, 6, 9].map((number) => `00000001000000000000000${number}`);
  await log("7", [...segments, `${segments[1]}.00000028.backup`, "00000002.history"]);
  await log("8", [segments[0]!]);
  expect(await retire(archive, { cluster: "7", keep: 2 })).toEqual({ backups: ["a"], segments: 3 });
  expect(keys("backups/log/")).toEqual(
    [...segments.slice(2), "00000002.history"]
      .map((name) => logKey("7", name))
      .sort()
      .concat(logKey("8", segments[0]!)),
  );
  expect((await listBackups(archive)).backups.map(({ id }) => id)).toEqual(["b", "c", "z"]);
  expect(keys("backups/base/a")).toEqual([]);
  expect(await retire(archive, { cluster: "7", keep: 2 })).toEqual({ backups: [], segments: 0 });
});

test("without a backup no log goes, nor while one cannot be opened", async () => {
  const { archive, archiveWith, backup, log, keys } = setup();
  const first = "000000010000000000000001";
  await log("7", [first]);
  expect((await retire(archive, { cluster: "7", keep: 1 })).segments).toBe(0);
  await backup("a", { segment: 3 });
  const other = archiveWith("z".repeat(32));
  const { backups, faulty } = await listBackups(other);
  expect([backups, faulty.map(({ cluster, id, fault }) => [cluster, id, fault.code])]).toEqual([
    [],
    [["7", "a", "wrong_key"]],
  ]);
  await writeManifest(other, { version: 1, id: "b", cluster: "7", startSegment: first, endedAt: "2" } as Manifest);
  expect((await retire(archive, { cluster: "7", keep: 1 })).segments).toBe(0);
  expect(keys("backups/log/")).toHaveLength(1);
});

test("parts of a killed backup go once they are old, those of a running one stay", async () => {
  const { archive, clock, put, backup, keys } = setup();
  await put(partKey("killed", 1));
  clock.advance(5 * HOUR_MS);
  await put(partKey("running", 1));
  await backup("whole");
  clock.advance(1 * HOUR_MS);
  expect(await removeLeftovers(archive, clock.wallMs())).toEqual(["killed"]);
  expect(keys("backups/base/")).toEqual([partKey("running", 1), partKey("whole", 1), partKey("whole", 2)]);
});

test("a manifest that was changed or exchanged is none", async () => {
  const { archive, backup, objects } = setup();
  await backup("a");
  await backup("b");
  const stored = objects.stored.get(manifestKey("7", "b"))!;
  objects.stored.set(manifestKey("7", "a"), stored);
  const { backups, faulty } = await listBackups(archive);
  expect([backups.map(({ id }) => id), faulty.map(({ fault }) => fault.code)]).toEqual([["b"], ["damaged"]]);
});
