// Backups of the database: what PostgreSQL must be told, and what tells a restored copy from the original. As a superuser.

import type { Sql } from "../../database.ts";

/** Key of the advisory lock of whoever makes a backup. The number has no meaning. */
const BACKUP_LOCK = 7_420_002;

export interface ClusterFacts {
  /** PostgreSQL's system identifier. */
  cluster: string;
  timeline: number;
  segmentBytes: number;
  /** Major version of PostgreSQL. */
  postgres: number;
  archiveMode: "on" | "off" | "always";
  dataFolder: string;
  bytes: number;
}

export async function clusterFacts(sql: Sql): Promise<ClusterFacts> {
  const [row] = await sql<ClusterFacts[]>`
    SELECT system_identifier::text AS cluster, ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint AS timeline,
      pg_size_bytes(current_setting('wal_segment_size'))::float8 AS "segmentBytes",
      current_setting('server_version_num')::int / 10000 AS postgres, current_setting('archive_mode') AS "archiveMode",
      current_setting('data_directory') AS "dataFolder", (SELECT sum(pg_database_size(oid)) FROM pg_database)::float8 AS bytes
    FROM pg_control_system()`;
  return row!;
}

/** Lasts as long as the connection. False: another connection has it. */
export async function tryBackupLock(connection: Sql): Promise<boolean> {
  const [row] = await connection<{ locked: boolean }[]>`SELECT pg_try_advisory_lock(${BACKUP_LOCK}) AS locked`;
  return row!.locked;
}

export async function unlockBackup(connection: Sql) {
  await connection`SELECT pg_advisory_unlock(${BACKUP_LOCK})`;
}

export interface LogPosition {
  lsn: string;
  /** File of the log in which it lies. */
  segment: string;
}

/** Begins a backup on this connection, which must stay open until `stopBackup`; else PostgreSQL gives the backup up. */
export async function startBackup(connection: Sql, label: string): Promise<LogPosition> {
  const [row] = await connection<LogPosition[]>`
    SELECT lsn::text, pg_walfile_name(lsn) AS segment FROM (SELECT pg_backup_start(${label}, true) AS lsn) s`;
  return row!;
}

/** Does not wait for the log. `label`: the text of the file backup_label, which the copy must have. */
export async function stopBackup(connection: Sql): Promise<LogPosition & { label: string; tablespaces: string }> {
  const [row] = await connection<(LogPosition & { label: string; tablespaces: string })[]>`
    SELECT lsn::text, pg_walfile_name(lsn) AS segment, labelfile AS label, coalesce(spcmapfile, '') AS tablespaces
    FROM pg_backup_stop(false)`;
  return row!;
}

/** Names this place of the log, so that a restore can stop there, and ends its file so that it is archived. */
export async function markLog(sql: Sql, name: string): Promise<LogPosition> {
  const [row] = await sql<LogPosition[]>`
    SELECT lsn::text, pg_walfile_name(lsn) AS segment FROM (SELECT pg_create_restore_point(${name}) AS lsn) s`;
  await sql`SELECT pg_switch_wal()`;
  return row!;
}

/** Null: none was archived yet. */
export interface ArchiverFacts {
  archiveMode: string;
  archiveTimeoutS: number;
  lastArchivedAgoMs: number | null;
  /** The last try failed, and none has succeeded since. */
  isFailing: boolean;
}

export async function archiverFacts(sql: Sql): Promise<ArchiverFacts> {
  const [row] = await sql<ArchiverFacts[]>`
    SELECT current_setting('archive_mode') AS "archiveMode",
      extract(epoch FROM current_setting('archive_timeout')::interval)::float8 AS "archiveTimeoutS",
      (extract(epoch FROM now() - last_archived_time) * 1000)::float8 AS "lastArchivedAgoMs",
      coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) AS "isFailing"
    FROM pg_stat_archiver`;
  return row!;
}

export interface RecoveryFacts {
  isRecovering: boolean;
  /** When the last transaction that was replayed had committed; null: none was. */
  replayedTo: string | null;
}

export async function recoveryFacts(sql: Sql): Promise<RecoveryFacts> {
  const [row] = await sql<RecoveryFacts[]>`
    SELECT pg_is_in_recovery() AS "isRecovering",
      to_char(pg_last_xact_replay_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "replayedTo"`;
  return row!;
}

export interface TableFacts {
  name: string;
  /** Null: too large to be counted on a database that is in use. */
  rows: number | null;
  /** The same for equal rows, in whatever order. Null: not made. */
  digest: string | null;
  /** Rows that were inserted, changed and deleted since PostgreSQL counts; up to ten seconds late. */
  inserted: number;
  updated: number;
  deleted: number;
}

/** Tables above these sizes are not read. */
export interface FactLimits {
  countedBytesMax: number;
  digestedBytesMax: number;
}

export async function tableFacts(sql: Sql, { countedBytesMax, digestedBytesMax }: FactLimits): Promise<TableFacts[]> {
  const tables = await sql<(Omit<TableFacts, "rows" | "digest"> & { sqlName: string; bytes: number })[]>`
    SELECT c.relname AS name, format('%I.%I', n.nspname, c.relname) AS "sqlName", pg_table_size(c.oid)::float8 AS bytes,
      coalesce(s.n_tup_ins, 0)::float8 AS inserted, coalesce(s.n_tup_upd, 0)::float8 AS updated, coalesce(s.n_tup_del, 0)::float8 AS deleted
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
    WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY c.relname`;
  const facts: TableFacts[] = [];
  for (const { sqlName, bytes, ...table } of tables) {
    const read = bytes > countedBytesMax ? null : await readTable(sql, sqlName, bytes <= digestedBytesMax);
    facts.push({ ...table, rows: read?.rows ?? null, digest: read?.digest ?? null });
  }
  return facts;
}

async function readTable(sql: Sql, sqlName: string, withDigest: boolean) {
  const digest = withDigest ? "coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text" : "NULL";
  const [row] = await sql.unsafe<{ rows: number; digest: string | null }[]>(
    `SELECT count(*)::float8 AS rows, ${digest} AS digest FROM ${sqlName} t`,
  );
  return row!;
}

/** Changes of rows since PostgreSQL counts, by table, without reading the tables. */
export async function changesOfTables(
  sql: Sql,
): Promise<Pick<TableFacts, "name" | "inserted" | "updated" | "deleted">[]> {
  return sql`
    SELECT relname AS name, n_tup_ins::float8 AS inserted, n_tup_upd::float8 AS updated, n_tup_del::float8 AS deleted
    FROM pg_stat_all_tables WHERE schemaname = 'public' ORDER BY relname`;
}

/** Pages with a wrong checksum that were met so far; null: the cluster has no checksums. */
export async function brokenPages(sql: Sql): Promise<number | null> {
  const [row] = await sql<{ on: boolean; failures: number }[]>`
    SELECT current_setting('data_checksums') = 'on' AS on, coalesce(sum(checksum_failures), 0)::float8 AS failures FROM pg_stat_database`;
  return row!.on ? row!.failures : null;
}
