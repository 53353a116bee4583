// A pool of connections to PostgreSQL, with the time-outs that keep a paused process from blocking its own replacement.

import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { type ImpatientSocketOptions, impatientSockets } from "./impatient-socket.ts";

export type Sql = postgres.Sql<{ bigint: number }>;

export interface Database {
  /** Tagged templates: prepared once per connection. Hot and fenced statements use this. */
  sql: Sql;
  /** The same pool through drizzle, for the plain queries. */
  db: PostgresJsDatabase;
  /** Resolves when all connections are closed; waits at most 2 s for statements under way. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  url: string;
  /** Shown in pg_stat_activity. An actor node puts its incarnation here, so that its successor can end its statements. */
  applicationName: string;
  /** Connections at most. Default 10. */
  connectionsMax?: number;
  /** How long a statement waits for a row lock; 0 = as long as `statement_timeout` allows. */
  lockTimeoutMs?: number;
  /** A connection on which nothing is heard for so long after something was said is over, its statements fail. Must be more than
   *  `statement_timeout` (5 s). Default 0: it is waited for; for long statements only. */
  silentMs?: number;
}

/** For `silentMs` of whoever must go on by itself after an outage. */
export const ANSWER_WITHIN_MS = 7_000;

export function connectDatabase({
  url,
  applicationName,
  connectionsMax = 10,
  lockTimeoutMs = 0,
  silentMs = 0,
}: DatabaseOptions): Database {
  const sql: Sql = postgres(url, {
    max: connectionsMax,
    connect_timeout: 3,
    idle_timeout: 60,
    max_lifetime: 60 * 30,
    // Back-off after a failed connection, in seconds: an outage must not become a storm, nor its end be noticed late.
    backoff: (attempt) => Math.min(0.1 * 2 ** attempt, 1) * (0.5 + Math.random() / 2),
    onnotice: () => {},
    ...(silentMs > 0 && { socket: socketsOf(silentMs) }),
    types: {
      bigint: { to: 20, from: [20], parse: (text: string) => Number(text), serialize: (n: number) => String(n) },
    },
    connection: {
      application_name: applicationName,
      statement_timeout: 5_000,
      idle_in_transaction_session_timeout: 2_000,
      lock_timeout: lockTimeoutMs,
      tcp_keepalives_idle: 10,
      tcp_keepalives_interval: 5,
      tcp_keepalives_count: 2,
    } as Record<string, string | number>,
  });
  return { sql, db: drizzleKeepingTypes(sql), close: () => sql.end({ timeout: 2 }) };
}

/** Asked for each connection, with the options that the driver has parsed. What goes through TLS cannot be counted, so it is waited for. */
function socketsOf(silentMs: number) {
  let next: ReturnType<typeof impatientSockets> | undefined;
  return ({ ssl, ...place }: Omit<ImpatientSocketOptions, "silentMs"> & { ssl: unknown }) => {
    next ??= impatientSockets({ ...place, silentMs: ssl ? Number.POSITIVE_INFINITY : silentMs });
    return next();
  };
}

/** drizzle turns off the driver's own types for dates and JSON on the shared pool; statements by `sql` need them.
 *  Its date columns work either way; JSON columns are read and written by `sql` only. */
function drizzleKeepingTypes(sql: Sql) {
  const { parsers, serializers } = sql.options;
  const kept = { parsers: { ...parsers }, serializers: { ...serializers } };
  const db = drizzle(sql);
  Object.assign(parsers, kept.parsers);
  Object.assign(serializers, kept.serializers);
  return db;
}

/** SQLSTATE of a server's error; undefined for a broken connection. */
export function sqlState(error: unknown): string | undefined {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof postgres.PostgresError)) return undefined;
  return cause.code;
}

/** True for a value that the store will never take (class 22 data, class 23 integrity), 23505 apart. */
export function isPoison(error: unknown): boolean {
  const state = sqlState(error);
  return state !== undefined && (state.startsWith("22") || state.startsWith("23")) && state !== "23505";
}

/** True for an error that postgres.js throws from a timer of its own, where nobody can catch it: a connection that closed between
 *  a statement and its delayed write, or before its first query. The statement itself is rejected as usual, so a process
 *  may go on. */
export function isDriverFault(error: unknown): boolean {
  return error instanceof Error && /[\\/]postgres[\\/](src|cf|cjs)[\\/]/.test(error.stack ?? "");
}
