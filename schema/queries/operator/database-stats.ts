// What PostgreSQL counts of itself, for metrics.

import type { Sql } from "../../database.ts";

export interface DatabaseStats {
  connections: number;
  connectionsMax: number;
  committed: number;
  rolledBack: number;
  /** Blocks of 8 KiB, found in its memory or read from disk (or from the system's cache of it). */
  blocksFound: number;
  blocksRead: number;
  deadlocks: number;
  /** Age of the oldest open transaction of the nodes' role; 0: none. */
  oldestTransactionMs: number;
}

export async function databaseStats(sql: Sql): Promise<DatabaseStats> {
  const [row] = await sql<DatabaseStats[]>`
    SELECT numbackends AS connections, current_setting('max_connections')::int AS "connectionsMax",
      xact_commit::float8 AS committed, xact_rollback::float8 AS "rolledBack",
      blks_hit::float8 AS "blocksFound", blks_read::float8 AS "blocksRead", deadlocks::float8 AS deadlocks,
      coalesce((SELECT extract(epoch FROM max(clock_timestamp() - xact_start)) * 1000 FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()), 0)::float8 AS "oldestTransactionMs"
    FROM pg_stat_database WHERE datname = current_database()`;
  return row!;
}

/** Of all tables and indexes. Looks at each file, so it is not for every scrape. */
export async function databaseBytes(sql: Sql): Promise<number> {
  const [row] = await sql<{ bytes: number }[]>`SELECT pg_database_size(current_database())::float8 AS bytes`;
  return row!.bytes;
}
