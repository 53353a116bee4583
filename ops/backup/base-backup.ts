// Makes a base backup of a running cluster: its files while they change, between pg_backup_start and pg_backup_stop, straight into the store.
// Memory stays bounded: a part is all that is held.
//
//   lock ─► pg_backup_start ─► files ─► pg_backup_stop ─► label ─► log has arrived ─► secrets ─► manifest

import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import { type Random, randomHex } from "#runtime/base/random.ts";
import { connectDatabase, type Sql } from "#schema/database.ts";
import {
  type ClusterFacts,
  clusterFacts,
  type LogPosition,
  startBackup,
  stopBackup,
  tryBackupLock,
  unlockBackup,
} from "#schema/queries/operator/backups.ts";
import { type Archive, logKey, partKey, secretsKey } from "./archive.ts";
import { clusterFiles } from "./cluster-files.ts";
import { BackupFault } from "./fault.ts";
import { type Manifest, writeManifest } from "./manifest.ts";
import { removeLeftovers, retire } from "./retention.ts";
import { inChunks, streamOf } from "./sealing/byte-source.ts";
import { seal } from "./sealing/sealed-stream.ts";
import { type TarEntry, tar } from "./tar.ts";
import { segmentsBetween } from "./wal/wal-names.ts";

/** Small enough to arrive within the store's time limit over a slow line. */
const PART_BYTES = 8 * 1024 * 1024;
const LOG_WITHIN_MS = 5 * 60_000;
const LOG_CHECK_MS = 500;

export interface BackupParts {
  /** Of a superuser. */
  databaseUrl: string;
  archive: Archive;
  /** Of the data folder: without them a restored database cannot be used fully. */
  secrets: string;
  /** Base backups that are kept. */
  keep: number;
  clock: Clock;
  random: Random;
  log: Pick<Log, "info" | "warn">;
  /** For tests. */
  partBytes?: number;
  logWithinMs?: number;
}

/** Throws BackupFault: `backup_running`, `not_archiving`, `store_away`, `log_late`, `log_missing`, `unsupported`. Then there is no backup, and what it
 *  has stored is removed by a later one. */
export async function takeBackup(parts: BackupParts): Promise<Manifest> {
  const database = connectDatabase({ url: parts.databaseUrl, applicationName: "backup", connectionsMax: 1 });
  const connection = await database.sql.reserve();
  const sql = connection as unknown as Sql;
  try {
    await connection`SET statement_timeout = 0`;
    const facts = await clusterFacts(sql);
    if (facts.archiveMode === "off")
      throw new BackupFault("not_archiving", "PostgreSQL does not archive its log: start with `npm start -- --backup`");
    if (!(await tryBackupLock(sql)))
      throw new BackupFault("backup_running", "a backup of this database is being made already");
    const manifest = await make(sql, facts, parts);
    await tidy(parts, facts);
    await unlockBackup(sql);
    return manifest;
  } finally {
    connection.release();
    // Ends the lock, and a backup that was not finished.
    await database.close();
  }
}

async function make(sql: Sql, facts: ClusterFacts, parts: BackupParts): Promise<Manifest> {
  const { archive, clock, random } = parts;
  const startedAt = new Date(clock.wallMs()).toISOString();
  const id = `${startedAt.replace(/[-:]|\.\d+/g, "")}-${randomHex(random, 2)}`;
  const start = await startBackup(sql, id);
  const counts = { files: 0, bytes: 0 };
  let stop: LogPosition | null = null;
  const entries = async function* (): AsyncGenerator<TarEntry> {
    for await (const entry of clusterFiles(facts.dataFolder)) {
      if (entry.kind === "file") {
        counts.files++;
        counts.bytes += entry.bytes;
      }
      yield entry;
    }
    const { label, tablespaces, ...position } = await stopBackup(sql);
    stop = position;
    yield textFile("backup_label", label);
    if (tablespaces !== "") yield textFile("tablespace_map", tablespaces);
  };
  const stored = await storeParts(id, tar(entries()), parts);
  const endedAt = new Date(clock.wallMs()).toISOString();
  const { segment: startSegment, lsn: startLsn } = start;
  const { segment: stopSegment, lsn: stopLsn } = stop!;
  const { cluster, timeline, segmentBytes, postgres } = facts;
  await awaitLog(segmentsBetween(startSegment, stopSegment, segmentBytes), cluster, parts);
  await archive.putSealed(secretsKey(id), new TextEncoder().encode(parts.secrets));
  const manifest: Manifest = {
    ...{
      version: 1,
      id,
      cluster,
      timeline,
      postgres,
      platform: `${process.platform}-${process.arch}`,
      startedAt,
      endedAt,
    },
    ...{ startLsn, stopLsn, startSegment, stopSegment, segmentBytes, ...counts, parts: stored },
  };
  await writeManifest(archive, manifest);
  return manifest;
}

function textFile(path: string, text: string): TarEntry {
  const bytes = new TextEncoder().encode(text);
  return { kind: "file", path, bytes: bytes.length, content: streamOf(bytes) };
}

async function storeParts(
  id: string,
  files: AsyncIterable<Uint8Array>,
  parts: BackupParts,
): Promise<Manifest["parts"]> {
  const { archive, random, partBytes = PART_BYTES } = parts;
  const stored: Manifest["parts"] = [];
  const sealed = seal(files, { keys: archive.keys, random, about: `base ${id}` });
  for await (const part of inChunks(sealed, partBytes)) {
    const key = partKey(id, stored.length + 1);
    await archive.putRaw(key, part);
    const sha256 = new Bun.CryptoHasher("sha256").update(part).digest("hex");
    stored.push({ key, bytes: part.length, sha256 });
  }
  return stored;
}

/** A backup without the log that was written meanwhile cannot be restored. */
async function awaitLog(
  names: string[],
  cluster: string,
  { archive, clock, logWithinMs = LOG_WITHIN_MS }: BackupParts,
) {
  const deadlineMs = clock.monoMs() + logWithinMs;
  for (const name of names.reverse()) {
    // The last one first: what PostgreSQL archived before has arrived before.
    while (!(await archive.has(logKey(cluster, name)))) {
      if (name !== names[0])
        throw new BackupFault("log_missing", `${name} is missing in the store, although a later file is there`);
      if (clock.monoMs() > deadlineMs)
        throw new BackupFault(
          "log_late",
          `${name} has not arrived within ${logWithinMs / 1_000} s: is the log shipped?`,
        );
      await clock.sleep(LOG_CHECK_MS);
    }
  }
}

/** The backup stands, whatever becomes of the old ones. */
async function tidy({ archive, keep, clock, log }: BackupParts, { cluster }: ClusterFacts) {
  try {
    const left = await removeLeftovers(archive, clock.wallMs());
    if (left.length > 0) log.info({ backups: left }, "removed what unfinished backups had left");
    const retired = await retire(archive, { cluster, keep });
    if (retired.backups.length + retired.segments > 0) log.info({ ...retired }, "removed old backups");
  } catch (error) {
    log.warn({ reason: String(error) }, "old backups were not removed");
  }
}
