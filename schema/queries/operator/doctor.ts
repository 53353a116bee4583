// Checks of the doctor on the database: settings, size, speed, and inconsistent rows.

import type { Sql } from "../../database.ts";

export interface ServerFacts {
  version: string;
  synchronousCommit: string;
  fsync: string;
  fullPageWrites: string;
  /** Setting of our own connections. */
  statementTimeout: string;
  idleInTransactionTimeout: string;
  readOnly: boolean;
  connectionsMax: number;
  connectionsUsed: number;
  /** Connections that have waited for a lock, or been idle in a transaction, for over 2 s. */
  stuck: number;
  bytes: number;
}

export async function serverFacts(sql: Sql): Promise<ServerFacts> {
  const [row] = await sql<ServerFacts[]>`
    SELECT current_setting('server_version') AS version, current_setting('synchronous_commit') AS "synchronousCommit",
      current_setting('fsync') AS fsync, current_setting('full_page_writes') AS "fullPageWrites",
      current_setting('statement_timeout') AS "statementTimeout",
      current_setting('idle_in_transaction_session_timeout') AS "idleInTransactionTimeout",
      pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS "readOnly",
      current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS "connectionsMax",
      (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS "connectionsUsed",
      (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend' AND state_change < now() - interval '2 seconds'
         AND (state = 'idle in transaction' OR (state = 'active' AND wait_event_type = 'Lock'))) AS stuck,
      pg_database_size(current_database())::float8 AS bytes`;
  return row!;
}

export async function databaseNowMs(sql: Sql): Promise<number> {
  const [row] = await sql<
    { nowMs: number }[]
  >`SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "nowMs"`;
  return row!.nowMs;
}

/** A commit that changes nothing but must reach the disk. */
export async function commitNothing(sql: Sql) {
  await sql`SELECT pg_logical_emit_message(true, 'doctor', '')`;
}

/** Names of the applied migrations; null: the database was never migrated. */
export async function ranMigrations(sql: Sql): Promise<string[] | null> {
  const [there] = await sql`SELECT to_regclass('public.migrations') AS name`;
  if (there?.name === null) return null;
  return (await sql<{ name: string }[]>`SELECT name FROM migrations ORDER BY name`).map(({ name }) => name);
}

/** Roles of connected edges and actor nodes that are superuser or own the tables. Other roles' connections are visible only to a role that
 *  may read all of pg_stat_activity. */
export async function mightyNodes(sql: Sql): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    SELECT DISTINCT r.rolname AS name FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid
    WHERE a.datname = current_database() AND a.application_name ~ '^(edge|actor) '
      AND (r.rolsuper OR r.oid = (SELECT relowner FROM pg_class WHERE oid = to_regclass('public.users')))
    ORDER BY name`;
  return rows.map(({ name }) => name);
}

interface OddRows {
  /** Actors that have been due for over 2 s without a living owner. */
  dueUnowned: number;
  /** The longest wait among them. */
  dueUnownedMs: number;
  /** Broadcasts on air by their row, while the channel's actor is offline or missing. */
  staleBroadcasts: number;
}

export async function oddRows(sql: Sql, silentMs: number): Promise<OddRows> {
  const [row] = await sql<OddRows[]>`
    SELECT due.count AS "dueUnowned", due.ms AS "dueUnownedMs",
      (SELECT count(*)::int FROM broadcasts b LEFT JOIN actors a ON a.kind = 'channel' AND a.key = b.channel_id::text
       WHERE b.ended_at IS NULL AND (a.key IS NULL OR (a.state->>'phase' = 'offline' AND a.saved_at < now() - interval '10 seconds')))
       AS "staleBroadcasts"
    FROM (
      SELECT count(*)::int AS count,
        coalesce(max(extract(epoch FROM now() - greatest(a.wake_at, n.left_at, n.seen_at)) * 1000), 0)::float8 AS ms
      FROM actors a LEFT JOIN nodes n ON n.incarnation = a.node
      WHERE a.wake_at <= now() - interval '2 seconds'
        AND (n.incarnation IS NULL OR n.left_at IS NOT NULL OR n.seen_at < now() - make_interval(secs => ${silentMs / 1000}::float8))
    ) due`;
  return row!;
}
