// Revoked access tokens: all of a user, a device or a personal access token that were issued before a point in time.

import type { Sql } from "../../database.ts";

export interface Revoked {
  /** Id of a user, a device or a personal access token. */
  subject: string;
  /** Wall time of the database, with fractions of a millisecond. */
  atMs: number;
}

/** Rows older than this concern expired tokens only. The next insert deletes them. */
const KEPT = "1 day";

export async function addRevocations(sql: Sql, subjects: readonly string[]): Promise<Revoked[]> {
  return await sql<Revoked[]>`
    WITH swept AS (DELETE FROM revocations WHERE at < now() - ${KEPT}::interval)
    INSERT INTO revocations (subject, at) SELECT unnest(${subjects as string[]}::uuid[]), clock_timestamp()
    RETURNING subject, (extract(epoch FROM at) * 1000)::float8 AS "atMs"`;
}

/** Revocations of the last `withinMs`, one per subject. */
export async function recentRevocations(sql: Sql, withinMs: number): Promise<Revoked[]> {
  return await sql<Revoked[]>`
    SELECT subject, (extract(epoch FROM max(at)) * 1000)::float8 AS "atMs"
    FROM revocations WHERE at > now() - ${withinMs} * interval '1 ms' GROUP BY subject`;
}
