// Backups and restores of a real PostgreSQL, and what can go wrong with them: the store, the process, the key, the objects, the disk.

import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { manifestKey, partKey } from "#ops/backup/archive.ts";
import { listBackups, type Manifest } from "#ops/backup/manifest.ts";
import { verifyBackup } from "#ops/backup/verification/verify-backup.ts";
import { NO_FAULTS } from "#ops/s3/faults.ts";
import { dyingWithUs } from "#ops/up/processes.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import type { Sql } from "#schema/database.ts";
import { readLineage } from "#schema/queries/cluster/lineage.ts";
import { patient } from "#schema/testing-slowness.ts";
import { until } from "../support/until.ts";
import { type BackupStage, KEY, startBackupStage } from "./stage.ts";

const SPOOL_FILES = 6;
const OPERATOR = join(import.meta.dir, "../../operator/main.ts");

let stage: BackupStage;
let sql: Sql;
let first: Manifest;
beforeAll(async () => {
  stage = await startBackupStage({ spoolFiles: SPOOL_FILES });
  sql = stage.sql;
  await sql`CREATE TABLE notes (id int PRIMARY KEY, text text NOT NULL)`;
  await write(1, 1_000);
  first = await stage.backup();
  stage.spool.endHole(first.startSegment);
}, patient(60_000));
afterAll(() => stage?.stop());
beforeEach(() => {
  stage.s3.faults.now = NO_FAULTS;
});

const write = (from: number, to: number) =>
  sql`INSERT INTO notes SELECT n, 'note ' || n FROM generate_series(${from}::int, ${to}::int) n`;
const notesIn = async (from: Sql) => {
  const [row] = await from<
    { count: number; most: number }[]
  >`SELECT count(*)::int AS count, max(id) AS most FROM notes`;
  return row!;
};
const failure = (work: Promise<unknown>) =>
  work.then(
    () => "it went well",
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );

test(
  "a restore goes to a moment between two writes, and to the end of the log, and raises epochs each time",
  async () => {
    const key = crypto.randomUUID();
    await sql`INSERT INTO actors (kind, key, epoch, state) VALUES ('channel', ${key}, 5, ${sql.json({ phase: "lost", broadcast: { startNumber: 3, media: { headNumber: 40 } } })})`;
    await write(1_001, 1_500);
    const between = await stage.moment();
    await write(1_501, 1_700);
    await sql`DELETE FROM notes WHERE id <= 10`;
    await stage.shipAll();

    const copy = await stage.restore({ at: between });
    expect(copy.restored.replayedTo! <= between).toBe(true);
    expect(copy.restored.timeline).toBe(2);
    const found = await copy.ask(async (from) => {
      const [actor] = await from<{ epoch: number; head: number }[]>`
      SELECT epoch, (state->'broadcast'->'media'->>'headNumber')::int AS head FROM actors WHERE key = ${key}`;
      return { ...(await notesIn(from)), actor, lineage: await readLineage(from, null) };
    });
    expect(found).toMatchObject({ count: 1_500, most: 1_500, actor: { epoch: 1_005, head: 1_040 } });
    expect(found.lineage!.kept).toEqual(found.lineage!.here);
    expect(found.lineage!.here.timeline).toBe(2);
    // The secrets come back too, and nothing is left of the restore.
    const secrets = (path: string) => JSON.parse(readFileSync(path, "utf8")).jwtSecret;
    expect(secrets(copy.folder.file("secrets.json"))).toBe(secrets(stage.folder.file("secrets.json")));
    expect([copy.has("postgres.restoring"), copy.has("restore-log"), copy.has("run/supervisor.lock")]).toEqual([
      false,
      false,
      false,
    ]);

    // Not into a folder that has a database, which stays; into one whose database was moved away, whose secrets stay.
    expect(await failure(stage.restore({ into: copy.folder }))).toBe("not_empty");
    renameSync(copy.folder.file("postgres"), copy.folder.file("postgres.moved"));
    const moved = await stage.restore({ at: between, into: copy.folder });
    expect(moved.has("secrets.json.before-restore")).toBe(false);
    expect((await moved.ask(notesIn)).most).toBe(1_500);
    expect(moved.restored.timeline).toBe(3);

    // Another restore chooses another timeline, since the first one has left its history, and follows the log of the database, not the copy's.
    const end = await stage.restore();
    expect(end.restored.timeline).toBe(4);
    expect(await end.ask(notesIn)).toEqual({ count: 1_690, most: 1_700 });
  },
  patient(60_000),
);

test(
  "a time before the backups or after the log, and an unknown backup, are refused, and nothing is left",
  async () => {
    expect(await failure(stage.restore({ at: "2020-01-01T00:00:00Z" }))).toBe("no_backup");
    const future = new Date(clock.wallMs() + 3_600_000).toISOString().replace("Z", "+00:00");
    expect(await failure(stage.restore({ at: future }))).toBe("too_late");
    expect(await failure(stage.restore({ id: "20200101T000000Z-ffff" }))).toBe("no_backup");
  },
  patient(60_000),
);

test("another key opens nothing, and says which key is needed", async () => {
  const { backups, faulty } = await listBackups(stage.archiveWith("z".repeat(32)));
  expect([backups.length, faulty[0]!.fault.code]).toEqual([0, "wrong_key"]);
  expect(faulty[0]!.fault.message).toContain(stage.archive.keys.sealingName);
  expect(await failure(stage.restore({ key: "z".repeat(32) }))).toBe("wrong_key");
});

test(
  "two backups at once: one is made, the other is refused",
  async () => {
    stage.s3.faults.now = { ...NO_FAULTS, delayMs: 50 };
    const outcomes = await Promise.all([failure(stage.backup()), failure(stage.backup())]);
    expect(outcomes.sort()).toEqual(["backup_running", "it went well"]);
  },
  patient(60_000),
);

test(
  "a backup that is killed is none, and hinders no other",
  async () => {
    const whole = (await listBackups(stage.archive)).backups.length;
    // Slow enough to be met in the middle.
    stage.s3.faults.now = { ...NO_FAULTS, bytesPerSecond: 400_000 };
    const { endpoint, bucket, accessKeyId, secretAccessKey } = stage.store;
    const child = Bun.spawn(dyingWithUs([process.execPath, OPERATOR, "backup", "--data", stage.folder.path], "KILL"), {
      env: {
        ...process.env,
        ...{ BACKUP_KEY: KEY, BACKUP_S3_ENDPOINT: endpoint, BACKUP_S3_BUCKET: bucket },
        ...{ BACKUP_S3_ACCESS_KEY_ID: accessKeyId, BACKUP_S3_SECRET_ACCESS_KEY: secretAccessKey },
      },
      stdout: "ignore",
      stderr: "pipe",
    });
    const isUnderWay = async () => {
      const [row] = await sql`SELECT 1 FROM pg_stat_activity WHERE application_name = 'backup'`;
      return row !== undefined;
    };
    await until("the backup to run", isUnderWay, { withinMs: 20_000 });
    await Bun.sleep(500);
    child.kill("SIGKILL");
    await child.exited;
    stage.s3.faults.now = NO_FAULTS;
    await until("PostgreSQL to give it up", async () => !(await isUnderWay()));
    expect((await listBackups(stage.archive)).backups).toHaveLength(whole);
    const after = await stage.backup();
    expect((await listBackups(stage.archive)).backups.at(-1)!.id).toBe(after.id);
  },
  patient(60_000),
);

test(
  "a damaged or missing part, and a damaged manifest, are found before anything is restored",
  async () => {
    const made = await stage.backup({ partBytes: 1024 * 1024 });
    expect(made.parts.length).toBeGreaterThan(3);
    const { key } = made.parts[1]!;
    const before = await stage.objects.get(key);
    await stage.damage(key);
    expect(await failure(stage.restore({ id: made.id }))).toBe("damaged");
    await stage.objects.remove([key]);
    expect(await failure(stage.restore({ id: made.id }))).toBe("damaged");
    await stage.objects.put(key, before, { contentType: "application/octet-stream" });
    expect((await (await stage.restore({ id: made.id })).ask(notesIn)).most).toBe(1_700);
    await stage.damage(manifestKey(made.cluster, made.id));
    expect(await failure(stage.restore({ id: made.id }))).toBe("damaged");
    await stage.objects.remove([manifestKey(made.cluster, made.id), ...made.parts.map((part) => part.key)]);
  },
  patient(60_000),
);

test(
  "a damaged or missing file of the log stops a restore with its reason, and leaves nothing half restored",
  async () => {
    const made = await stage.backup();
    await write(2_001, 2_100);
    const middle = await stage.endSegment();
    await write(2_101, 2_200);
    const late = await stage.moment();
    await write(2_201, 2_201);
    await stage.shipAll();
    const key = `backups/log/${stage.cluster}/${middle}`;
    const before = await stage.objects.get(key);
    await stage.damage(key);
    expect(await failure(stage.restore({ id: made.id, at: late }))).toBe("damaged");
    await stage.objects.remove([key]);
    expect(await failure(stage.restore({ id: made.id, at: late }))).toBe("too_late");
    await stage.objects.put(key, before, { contentType: "application/octet-stream" });
    expect((await (await stage.restore({ id: made.id, at: late })).ask(notesIn)).most).toBe(2_200);
  },
  patient(60_000),
);

test(
  "while the store is away the database writes on, its log waits in bounded space, and the hole ends with the next backup",
  async () => {
    await stage.shipAll();
    stage.s3.faults.now = { ...NO_FAULTS, refusedShare: 1 };
    let id = 3_000;
    for (let file = 0; file < SPOOL_FILES + 3; file++) {
      await write(id, id + 9);
      id += 10;
      await stage.endSegment();
    }
    await until("the hole to be noted", () => stage.spool.hole !== null, { withinMs: 20_000 });
    expect(stage.spool.waiting()).toHaveLength(SPOOL_FILES);
    expect(await failure(stage.shipper.ship())).toBe("store_away");
    const [row] = await sql<{ waiting: number }[]>`
    SELECT count(*)::int AS waiting FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'`;
    expect(row!.waiting).toBeLessThan(3);

    stage.s3.faults.now = NO_FAULTS;
    await stage.shipper.ship();
    expect(stage.spool.waiting()).toEqual([]);
    const made = await stage.backup();
    stage.spool.endHole(made.startSegment);
    expect(stage.spool.hole).toBeNull();
    await write(id, id + 9);
    const at = await stage.moment();
    await write(id + 10, id + 19);
    await stage.shipAll();
    expect((await (await stage.restore({ at })).ask(notesIn)).most).toBe(id + 9);
    // From the backup before, no restore reaches behind the hole.
    const older = (await listBackups(stage.archive)).backups.at(-2)!;
    expect(older.id).not.toBe(made.id);
    expect(await failure(stage.restore({ id: older.id, at }))).toBe("too_late");
  },
  patient(90_000),
);

test(
  "a verification restores and compares, finds what was changed, and leaves nothing behind",
  async () => {
    const shipping = setInterval(() => void stage.shipper.ship().catch(() => {}), 100);
    const scratch = join(stage.root, "scratch");
    const { databaseUrl, archive } = stage;
    const verify = (id: string | null = null) =>
      verifyBackup({ databaseUrl, archive, scratch, id, clock, random, countsLateMs: 1_500 });
    try {
      const good = await verify();
      expect(good.faults).toEqual([]);
      expect(good.tables).toBeGreaterThan(50);
      const newest = (await listBackups(archive)).backups.at(-1)!;
      expect(good.backup).toBe(newest.id);
      await stage.damage(partKey(newest.id, 1));
      const bad = await verify();
      expect(bad.faults).toEqual([expect.stringContaining("damaged: ")]);
      expect(existsSync(scratch)).toBe(false);
      await stage.objects.remove([manifestKey(newest.cluster, newest.id)]);
    } finally {
      clearInterval(shipping);
    }
  },
  patient(90_000),
);

test(
  "with the backups that are kept, the log that they need stays, and old ones go",
  async () => {
    await stage.backup();
    const { backups } = await listBackups(stage.archive);
    expect(backups.some(({ id }) => id === first.id)).toBe(true);
    const last = await stage.backup({ keep: 1 });
    expect((await listBackups(stage.archive)).backups.map(({ id }) => id)).toEqual([last.id]);
    const log = (await stage.keys(`backups/log/${stage.cluster}/`)).map((key) => key.split("/").at(-1)!);
    const segments = log.filter((name) => !name.endsWith(".history"));
    for (const name of segments) expect(name.slice(8, 24) >= last.startSegment.slice(8, 24), name).toBe(true);
    expect(log).toContain("00000002.history");
    expect((await (await stage.restore()).ask(notesIn)).count).toBeGreaterThan(1_000);
    rmSync(join(stage.root, "scratch"), { recursive: true, force: true });
  },
  patient(60_000),
);
