// A pool of connections to PostgreSQL, with the time-outs that keep a paused process from blocking its own replacement.

import postgres from "postgres";
import { type ImpatientSocketOptions, impatientSockets, type Timer } from "./impatient-socket.ts";

export type Sql = postgres.Sql<{ bigint: number }>;

export interface Database {
  /** Tagged templates: prepared once per connection. `drizzleOn(sql)` is for the plain queries. */
  sql: Sql;
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
  /** A connection is over, and its statements fail, when nothing is heard on it for `limitMs` after something was said. Must be more than
   *  `statement_timeout` (5 s). Default: its answers are waited for. */
  silence?: { limitMs: number; clock: Timer };
  /** Spreads the attempts of many processes to connect again. Default: all of them wait equally long. */
  random?: { next(): number };
}

/** `silence.limitMs` of a process that must go on by itself after an outage. */
export const ANSWER_WITHIN_MS = 7_000;

export function connectDatabase({
  url,
  applicationName,
  connectionsMax = 10,
  lockTimeoutMs = 0,
  silence,
  random = { next: () => 0.5 },
}: DatabaseOptions): Database {
  const sql: Sql = postgres(url, {
    max: connectionsMax,
    connect_timeout: 3,
    idle_timeout: 60,
    max_lifetime: 60 * 30,
    // Back-off after a failed connection, in seconds: an outage must not become a storm, nor its end be noticed late.
    backoff: (attempt) => Math.min(0.1 * 2 ** attempt, 1) * (0.5 + random.next() / 2),
    onnotice: () => {},
    ...(silence && { socket: socketsOf(silence) }),
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
  return { sql, close: () => sql.end({ timeout: 2 }) };
}

/** Asked for each connection, with the options that the driver has parsed. What goes through TLS cannot be counted, so it is waited for. */
function socketsOf({ limitMs, clock }: NonNullable<DatabaseOptions["silence"]>) {
  let next: ReturnType<typeof impatientSockets> | undefined;
  return ({ ssl, ...place }: Pick<ImpatientSocketOptions, "host" | "port" | "path"> & { ssl: unknown }) => {
    next ??= impatientSockets({ ...place, clock, silentMs: ssl ? Number.POSITIVE_INFINITY : limitMs });
    return next();
  };
}

/** SQLSTATE of a server's error; undefined for a broken connection. */
export function sqlState(error: unknown): string | undefined {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof postgres.PostgresError)) return undefined;
  return cause.code;
}

/** Name of the constraint or unique index that a statement broke; undefined for any other error. */
export const brokenConstraint = (error: unknown): string | undefined =>
  error instanceof postgres.PostgresError ? error.constraint_name : undefined;

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
