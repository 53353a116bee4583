// Proves a backup by restoring it: into a scratch folder, up to this moment, and its tables are compared with those of the database. Reading all of
// them checks the checksum of each of their pages too.

import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "#ops/up/ports.ts";
import { privileges } from "#ops/up/services/postgres-process.ts";
import type { Clock } from "#runtime/base/clock.ts";
import { type Random, randomHex } from "#runtime/base/random.ts";
import { connectDatabase, type Sql } from "#schema/database.ts";
import {
  brokenPages,
  changesOfTables,
  clusterFacts,
  type FactLimits,
  markLog,
  type TableFacts,
  tableFacts,
} from "#schema/queries/operator/backups.ts";
import { type Archive, logKey } from "../archive.ts";
import { BackupFault } from "../fault.ts";
import { listBackups, type Manifest } from "../manifest.ts";
import { chooseBackup } from "../restore/choose.ts";
import { layOut } from "../restore/lay-out.ts";
import { LogFeeder } from "../restore/log-feeder.ts";
import { recover } from "../restore/recovery.ts";
import { type BackupCheck, keepCheck } from "./checks.ts";
import { differences } from "./compare.ts";

const MIB = 1024 * 1024;
/** The database is in use: of large tables only the rows are counted, and the largest are not read. */
const LIVE: FactLimits = { countedBytesMax: 4_096 * MIB, digestedBytesMax: 64 * MIB };
const COPY: FactLimits = { countedBytesMax: Number.POSITIVE_INFINITY, digestedBytesMax: 64 * MIB };
/** PostgreSQL's counts of changed rows are up to ten seconds late. */
const COUNTS_LATE_MS = 11_000;
const LOG_WITHIN_MS = 2 * 60_000;
const LOG_CHECK_MS = 500;

export interface VerifyParts {
  /** Of a superuser, for the database that is in use. */
  databaseUrl: string;
  archive: Archive;
  /** Absolute path; what is there is removed. */
  scratch: string;
  /** Null: the newest backup. */
  id: string | null;
  clock: Clock;
  random: Random;
  /** For tests. */
  countsLateMs?: number;
}

/** The outcome is kept in the store too. Throws BackupFault when there was no outcome: `no_backup`, `store_away`, `no_space`, `log_late`. */
export async function verifyBackup(parts: VerifyParts): Promise<BackupCheck> {
  const { archive, clock, databaseUrl, id } = parts;
  const startMs = clock.monoMs();
  const database = connectDatabase({ url: databaseUrl, applicationName: "verify", connectionsMax: 1 });
  const { sql } = database;
  try {
    await sql`SET statement_timeout = 0`;
    const { cluster, timeline } = await clusterFacts(sql);
    const manifest = chooseBackup(await listBackups(archive, cluster), { atMs: null, id });
    const before = await tableFacts(sql, LIVE);
    const mark = await reachStore(sql, cluster, parts);
    await clock.sleep(parts.countsLateMs ?? COUNTS_LATE_MS);
    const after = await changesOfTables(sql);
    const copy = await restoreScratch({ manifest, mark, timeline }, parts);
    const faults =
      "fault" in copy ? [copy.fault] : [...copy.pages, ...differences({ before, after, restored: copy.tables })];
    const tables = "fault" in copy ? [] : copy.tables;
    const check = {
      ...{ backup: manifest.id, at: new Date(clock.wallMs()).toISOString(), faults },
      ...{ tables: tables.length, rows: tables.reduce((sum, { rows }) => sum + (rows ?? 0), 0) },
      tookMs: Math.round(clock.monoMs() - startMs),
    };
    await keepCheck(archive, cluster, check);
    return check;
  } finally {
    await database.close();
  }
}

/** Marks the log, and waits until the mark is in the store. */
async function reachStore(sql: Sql, cluster: string, { archive, clock, random }: VerifyParts): Promise<string> {
  const mark = `verify-${randomHex(random, 8)}`;
  const { segment } = await markLog(sql, mark);
  const deadlineMs = clock.monoMs() + LOG_WITHIN_MS;
  while (!(await archive.has(logKey(cluster, segment)))) {
    if (clock.monoMs() > deadlineMs)
      throw new BackupFault(
        "log_late",
        `${segment} has not arrived within ${LOG_WITHIN_MS / 1_000} s: is the log shipped?`,
      );
    await clock.sleep(LOG_CHECK_MS);
  }
  return mark;
}

/** The outcomes that speak against the backup, and not against the store or this machine. */
const FAULTS_OF_BACKUP = new Set(["damaged", "wrong_key", "log_missing", "too_late", "too_early", "recovery_failed"]);

interface ScratchPlace {
  manifest: Manifest;
  mark: string;
  /** Of the database: another restored copy may have made a branch of its log. */
  timeline: number;
}

async function restoreScratch(
  { manifest, mark, timeline }: ScratchPlace,
  { archive, scratch, clock, databaseUrl }: VerifyParts,
): Promise<{ tables: TableFacts[]; pages: string[] } | { fault: string }> {
  const as = privileges();
  const files = join(scratch, "postgres");
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true, mode: as.owner === null ? 0o700 : 0o711 });
  try {
    await layOut({ archive, manifest, folder: files, owner: as.owner });
    const { cluster, segmentBytes } = manifest;
    const feeder = new LogFeeder({
      ...{ folder: join(scratch, "log"), archive, cluster, segmentBytes, owner: as.owner, clock },
    });
    const port = await freePort();
    const url = Object.assign(new URL(databaseUrl), { hostname: "127.0.0.1", port: String(port) }).href;
    const running = await recover({
      ...{ cluster: files, databaseUrl: url, port, as, target: { mark }, feeder, clock },
      timeline,
      logFile: join(scratch, "postgres.log"),
      settings: { fsync: "off", shared_buffers: "32MB" },
    });
    try {
      return await readCopy(url);
    } finally {
      await running.stop();
    }
  } catch (error) {
    if (error instanceof BackupFault && FAULTS_OF_BACKUP.has(error.code)) return { fault: error.message };
    throw error;
  } finally {
    if (existsSync(scratch)) rmSync(scratch, { recursive: true, force: true });
  }
}

async function readCopy(url: string): Promise<{ tables: TableFacts[]; pages: string[] }> {
  const database = connectDatabase({ url, applicationName: "verify", connectionsMax: 1 });
  try {
    await database.sql`SET statement_timeout = 0`;
    const tables = await tableFacts(database.sql, COPY);
    const broken = await brokenPages(database.sql);
    return { tables, pages: broken ? [`${broken} pages have wrong checksums`] : [] };
  } finally {
    await database.close();
  }
}
