// A PostgreSQL of its own that archives its log, and a store for its backups whose faults a test can choose.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Archive, logKey } from "#ops/backup/archive.ts";
import { type BackupParts, takeBackup } from "#ops/backup/base-backup.ts";
import { listBackups, type Manifest } from "#ops/backup/manifest.ts";
import { chooseBackup, livingTimeline } from "#ops/backup/restore/choose.ts";
import { type Restored, restoreDatabase } from "#ops/backup/restore/restore.ts";
import { BackupKeys } from "#ops/backup/sealing/keys.ts";
import { LogShipper } from "#ops/backup/wal/log-shipper.ts";
import { LogSpool } from "#ops/backup/wal/log-spool.ts";
import { type S3Server, startS3 } from "#ops/s3/server.ts";
import { DataFolder } from "#ops/up/data-folder.ts";
import { withLonePostgres } from "#ops/up/lone-postgres.ts";
import { freePort } from "#ops/up/ports.ts";
import { Service } from "#ops/up/service.ts";
import { postgresService } from "#ops/up/services/postgres.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import type { ObjectStoreConfig } from "#runtime/config/objects.ts";
import { connectObjects, type S3Objects } from "#runtime/objects/objects-s3.ts";
import { connectDatabase, type Database, type Sql } from "#schema/database.ts";
import { migrate } from "#schema/migrate.ts";
import { clusterFacts } from "#schema/queries/operator/backups.ts";

export const KEY = "k".repeat(32);
const S3_KEYS = { accessKeyId: "test", secretAccessKey: "secret-of-tests" };
const SEGMENT_BYTES = 16 * 1024 * 1024;
const log = createLog({ name: "test", level: "silent" });

interface Wanted {
  at?: string;
  key?: string;
  id?: string | null;
  into?: DataFolder;
}

export class BackupStage {
  readonly archive: Archive;
  readonly shipper: LogShipper;
  #restores = 0;

  constructor(
    /** Everything lies below. */
    readonly root: string,
    readonly folder: DataFolder,
    readonly database: Database,
    readonly databaseUrl: string,
    readonly cluster: string,
    readonly s3: S3Server,
    readonly store: ObjectStoreConfig,
    readonly objects: S3Objects,
    readonly spool: LogSpool,
    private readonly service: Service,
  ) {
    this.archive = this.archiveWith(KEY);
    this.shipper = new LogShipper({ spool, archive: this.archive, cluster, segmentBytes: SEGMENT_BYTES });
  }

  get sql(): Sql {
    return this.database.sql;
  }

  archiveWith(key: string): Archive {
    return new Archive({ objects: this.objects, keys: new BackupKeys([key]), clock, random });
  }

  /** As the process does it that ships the log beside. */
  async backup(more: Partial<BackupParts> = {}): Promise<Manifest> {
    const shipping = setInterval(() => void this.shipper.ship().catch(() => {}), 100);
    const secrets = readFileSync(this.folder.file("secrets.json"), "utf8");
    const { databaseUrl, archive } = this;
    return takeBackup({ databaseUrl, archive, secrets, keep: 7, clock, random, log, ...more }).finally(() =>
      clearInterval(shipping),
    );
  }

  /** Ends the present file of the log. Answers its name. */
  async endSegment(): Promise<string> {
    const [row] = await this.sql<{ name: string }[]>`SELECT pg_walfile_name(pg_switch_wal()) AS name`;
    return row!.name;
  }

  /** Ends the present file of the log, and waits until it is in the store. */
  async shipAll() {
    const name = await this.endSegment();
    while (!(await this.archive.has(logKey(this.cluster, name)))) {
      await this.shipper.ship();
      await Bun.sleep(20);
    }
  }

  /** The database's time, to the microsecond, with a little room on both sides. */
  async moment(): Promise<string> {
    await Bun.sleep(20);
    const [row] = await this.sql<{ at: string }[]>`
      SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') AS at`;
    await Bun.sleep(20);
    return row!.at;
  }

  /** Restores into a new folder. */
  async restore({ at, key = KEY, id = null, into }: Wanted = {}): Promise<Copy> {
    const folder = into ?? new DataFolder(join(this.root, `restored-${++this.#restores}`));
    const archive = this.archiveWith(key);
    try {
      const wanted = { atMs: at === undefined ? null : Date.parse(at), id };
      const manifest = chooseBackup(await listBackups(archive), wanted);
      const target = at === undefined ? ("end" as const) : { time: at };
      const how = { target, timeline: await livingTimeline(archive, manifest), clock, say: () => {}, durable: false };
      return new Copy(folder, await restoreDatabase({ folder, archive, manifest, ...how }));
    } catch (error) {
      const left = readdirSync(folder.path).filter((name) => /postgres|restore-log/.test(name));
      if (left.length > 0 && !into) throw new Error(`a failed restore leaves ${left}`, { cause: error });
      throw error;
    }
  }

  async keys(prefix: string): Promise<string[]> {
    return (await this.archive.list(prefix)).map((item) => item.key);
  }

  /** Changes one byte of an object, as a disk does it. */
  async damage(key: string) {
    const bytes = Uint8Array.from(await this.objects.get(key));
    bytes[Math.floor(bytes.length / 2)]! ^= 1;
    await this.objects.put(key, bytes, { contentType: "application/octet-stream" });
  }

  async stop() {
    await this.database.close();
    await this.service.stop();
    this.objects.stop();
    await this.s3.stop();
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** A restored database. */
export class Copy {
  constructor(
    readonly folder: DataFolder,
    readonly restored: Restored,
  ) {}

  /** Starts it, asks, and stops it. */
  ask<T>(question: (sql: Sql) => Promise<T>): Promise<T> {
    return withLonePostgres(this.folder, async (url) => {
      const { sql, close } = connectDatabase({ url, applicationName: "test", connectionsMax: 1 });
      return question(sql).finally(close);
    });
  }

  has(name: string) {
    return existsSync(this.folder.file(name));
  }
}

/** `spoolFiles`: how many files of the log may wait. */
export async function startBackupStage({ spoolFiles = 64 } = {}): Promise<BackupStage> {
  const root = mkdtempSync(join(tmpdir(), "backups-"));
  const folder = new DataFolder(join(root, "data"));
  const keys = { ...S3_KEYS, region: "us-east-1" };
  const s3 = await startS3({ folder: join(root, "s3"), keys, bucket: "live", durable: false });
  const place = { endpoint: s3.url, publicEndpoint: s3.url, bucket: "live", pathStyle: true };
  const store: ObjectStoreConfig = { ...keys, ...place };
  const spool = new LogSpool(folder.file("log-archive"), { bytesMax: spoolFiles * SEGMENT_BYTES });
  const archiving = { spool, timeoutS: 60 };
  const postgres = postgresService({ folder, port: await freePort(), durable: false, archiving });
  await postgres.prepare();
  const service = new Service(postgres.spec, folder, () => {});
  await service.start();
  await postgres.createDatabase();
  const database = connectDatabase({ url: postgres.url, applicationName: "test", connectionsMax: 4 });
  await migrate(database);
  const { cluster } = await clusterFacts(database.sql);
  const objects = connectObjects({ config: store, clock });
  return new BackupStage(root, folder, database, postgres.url, cluster, s3, store, objects, spool, service);
}
