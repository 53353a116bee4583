// A pool of connections to PostgreSQL, with the time-outs that keep a paused process from blocking its own replacement.

import postgres from "postgres";
import { type CommentOf, commented } from "./commented-statements.ts";
import { type ImpatientSocketOptions, impatientSockets, type Timer } from "./impatient-socket.ts";
import { probingSockets } from "./probing-sockets.ts";
import type { Sql } from "./sql.ts";

export type { Sql } from "./sql.ts";

/** A part of a statement, made by a tagged template. */
export type Fragment = postgres.Fragment;

export interface Database {
  /** Tagged templates, prepared once per connection. Plain queries use `drizzleOn(sql)`. */
  sql: Sql;
  /** Resolves when all connections are closed. Waits at most 2 s for running statements. */
  close(): Promise<void>;
}

interface DatabaseOptions {
  url: string;
  /** Shown in pg_stat_activity. An actor node puts its incarnation here, so that its successor can end its statements. */
  applicationName: string;
  /** Pool size. Default 10. */
  connectionsMax?: number;
  /** How long a statement waits for a lock. Default 0: until `statement_timeout`. */
  lockTimeoutMs?: number;
  /** Closes a connection, and fails its statements, when the server sends nothing for `limitMs` after a statement. Must be more than
   *  `statement_timeout` (5 s). Default: no limit. */
  silence?: {
    limitMs: number;
    clock: Timer & { monoMs(): number };
    /** Called with the time from a statement until the server's answer began. Not for TLS connections, nor for those behind another one. */
    onAnswer?(ms: number): void;
  };
  /** What the server remarks. Default: nothing is done with it. */
  onNotice?(text: string): void;
  /** Jitter of the reconnect back-off. Default: none. */
  random?: { next(): number };
  /** Stands in front of each statement; null: nothing. Default: nothing. */
  commentOf?: CommentOf;
  /** False: a new connection does not ask which types are arrays, so that statements cannot use arrays. For a server that may end at any time: the
   *  driver leaves the rejection of that question unhandled, which would end the process. Default: true. */
  arrayTypes?: boolean;
}

/** OID of the type `text`. */
const TEXT = 25;

/** A text that is no well-formed Unicode becomes one that the server refuses (SQLSTATE 22021): the driver would send it with U+FFFD,
 *  so that two different texts became one. A serializer must not throw: the driver would blame another statement on the connection. */
export const storable = (text: unknown): string => {
  const whole = String(text);
  return whole.isWellFormed() ? whole : "\u0000";
};

/** `silence.limitMs` of a process that must recover from an outage without a restart. */
export const ANSWER_WITHIN_MS = 7_000;

export function connectDatabase({
  url,
  applicationName,
  connectionsMax = 10,
  lockTimeoutMs = 0,
  silence,
  random = { next: () => 0.5 },
  onNotice = () => {},
  commentOf,
  arrayTypes = true,
}: DatabaseOptions): Database {
  const sql: Sql = postgres(url, {
    max: connectionsMax,
    connect_timeout: 3,
    idle_timeout: 60,
    fetch_types: arrayTypes,
    max_lifetime: 60 * 30,
    // Seconds. Short enough to notice the end of an outage soon; while it lasts, one connection of the pool tries (probing-sockets.ts).
    backoff: (attempt) => Math.min(0.1 * 2 ** attempt, 0.5) * (0.5 + random.next() / 2),
    onnotice: ({ message = "" }) => onNotice(message),
    ...(silence && { socket: socketsOf(silence) }),
    types: {
      bigint: { to: 20, from: [20], parse: (text: string) => Number(text), serialize: (n: number) => String(n) },
      text: { to: TEXT, from: [], parse: String, serialize: storable },
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
  return { sql: commentOf ? commented(sql, commentOf) : sql, close: () => sql.end({ timeout: 2 }) };
}

/** The driver calls this for each connection with its parsed options. Bytes inside TLS cannot be counted, so TLS connections have no limit. */
function socketsOf({ limitMs, clock, onAnswer }: NonNullable<DatabaseOptions["silence"]>) {
  let next: ReturnType<typeof probingSockets> | undefined;
  return ({ ssl, ...place }: Pick<ImpatientSocketOptions, "host" | "port" | "path"> & { ssl: unknown }) => {
    const silentMs = ssl ? Number.POSITIVE_INFINITY : limitMs;
    next ??= probingSockets(impatientSockets({ ...place, clock, silentMs, ...(onAnswer && { onAnswer }) }), clock);
    return next();
  };
}

/** SQLSTATE of a server error; undefined for any other error, such as a broken connection. */
export function sqlState(error: unknown): string | undefined {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof postgres.PostgresError)) return undefined;
  return cause.code;
}

/** Name of the constraint or unique index that a statement violated; undefined for any other error. */
export const brokenConstraint = (error: unknown): string | undefined =>
  error instanceof postgres.PostgresError ? error.constraint_name : undefined;

/** True for a value that the database will never accept: SQLSTATE class 22 (data), 23 (integrity; except 23505, unique violation) or
 *  54 (program limits, such as a JSON value that is too large). */
export function isPoison(error: unknown): boolean {
  const state = sqlState(error);
  return state !== undefined && POISON.has(state.slice(0, 2)) && state !== "23505";
}

const POISON = new Set(["22", "23", "54"]);

/** Classes of SQLSTATE that speak of the server or the connection: the same statement may succeed later, or may even have succeeded. */
const OF_THE_SERVER = new Set(["08", "25", "28", "3D", "40", "53", "55", "57", "58"]);

/** True: the server answered that it does not carry out this statement, whatever the reason, and would answer the same again. */
export function isRefused(error: unknown): boolean {
  const state = sqlState(error);
  return state !== undefined && !OF_THE_SERVER.has(state.slice(0, 2));
}

/** True for an error that postgres.js throws from its own timer, where our code cannot catch it: a connection closed between
 *  a statement and its delayed write, or before its first query. The statement itself is rejected as usual, so the process
 *  may continue. */
export function isDriverFault(error: unknown): boolean {
  return error instanceof Error && /[\\/]postgres[\\/](src|cf|cjs)[\\/]/.test(error.stack ?? "");
}
