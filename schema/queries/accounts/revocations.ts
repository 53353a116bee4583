// Access tokens that are void before their end: everything of a user, of a device or of a bot, issued before a moment.

import type { Sql } from "../../database.ts";

export interface Revoked {
  /** A user, a sign-in or a personal access token. */
  subject: string;
  /** Wall time of the database, with fractions of a millisecond. */
  atMs: number;
}

/** Rows older than this speak of tokens that are long over, and go on the occasion of the next. */
const KEPT = "1 day";

export async function addRevocations(sql: Sql, subjects: readonly string[]): Promise<Revoked[]> {
  return await sql<Revoked[]>`
    WITH swept AS (DELETE FROM revocations WHERE at < now() - ${KEPT}::interval)
    INSERT INTO revocations (subject, at) SELECT unnest(${subjects as string[]}::uuid[]), clock_timestamp()
    RETURNING subject, (extract(epoch FROM at) * 1000)::float8 AS "atMs"`;
}

/** Of the last `withinMs`. */
export async function recentRevocations(sql: Sql, withinMs: number): Promise<Revoked[]> {
  return await sql<Revoked[]>`
    SELECT subject, (extract(epoch FROM max(at)) * 1000)::float8 AS "atMs"
    FROM revocations WHERE at > now() - ${withinMs} * interval '1 ms' GROUP BY subject`;
}
