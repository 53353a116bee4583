// Accounts and channels closed by staff, for a time or until staff lifts it. An account's suspension covers its channel.

import { type Column, sql as expression, type SQL } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Sql } from "../../database.ts";
import { textOf } from "../../drizzle.ts";
import { users } from "../../tables/accounts.ts";
import { channels } from "../../tables/channels.ts";

export interface Suspension {
  reason: string;
  since: Date;
  /** Null: until staff lifts it. */
  until: Date | null;
}

/** Whether a row of users or channels is suspended now. */
export const isSuspended = (row: { suspendedAt: Column; suspendedUntil: Column }): SQL<boolean> =>
  expression<boolean>`(${row.suspendedAt} IS NOT NULL AND coalesce(${row.suspendedUntil} > now(), true))`;

/** The same as text, of `users AS u` and `channels AS c`. */
export const SUSPENDED = { u: textOf(isSuspended(alias(users, "u"))), c: textOf(isSuspended(alias(channels, "c"))) };

/** The same in tagged templates. */
export const suspendedNow = (sql: Sql, table: keyof typeof SUSPENDED) => sql.unsafe(SUSPENDED[table]);

/** Null: they are not suspended, or are gone. */
export async function suspensionOfUser(sql: Sql, userId: string): Promise<Suspension | null> {
  const [row] = await sql<Suspension[]>`
    SELECT u.suspension_reason AS reason, u.suspended_at AS since, u.suspended_until AS until
    FROM users u WHERE u.id = ${userId} AND ${suspendedNow(sql, "u")}`;
  return row ?? null;
}

/** Of the channel itself, or of its owner. Null: neither, or it is gone. */
export async function suspensionOfChannel(sql: Sql, channelId: string): Promise<Suspension | null> {
  const [row] = await sql<Suspension[]>`
    SELECT s.reason, s.since, s.until FROM channels c JOIN users u ON u.id = c.user_id
    CROSS JOIN LATERAL (
      SELECT c.suspension_reason AS reason, c.suspended_at AS since, c.suspended_until AS until WHERE ${suspendedNow(sql, "c")}
      UNION ALL
      SELECT u.suspension_reason, u.suspended_at, u.suspended_until WHERE ${suspendedNow(sql, "u")}
    ) s
    WHERE c.id = ${channelId} LIMIT 1`;
  return row ?? null;
}

/** Channels that were suspended in the last `ms`, or whose owner was, and still are; and those that went with their owner's account. */
export async function channelsClosedWithin(sql: Sql, ms: number): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    SELECT c.id FROM channels c WHERE c.suspended_at > now() - ${ms} * interval '1 ms' AND ${suspendedNow(sql, "c")}
    UNION
    SELECT c.id FROM users u JOIN channels c ON c.user_id = u.id
    WHERE u.suspended_at > now() - ${ms} * interval '1 ms' AND ${suspendedNow(sql, "u")}
    UNION
    SELECT channel_id FROM erasures WHERE asked_at > now() - ${ms} * interval '1 ms'`;
  return rows.map(({ id }) => id);
}

export interface NewSuspension {
  reason: string;
  /** From now, by the database's clock; null: until staff lifts it. */
  durationMs: number | null;
}

/** In the place of one that was there. Ends all sign-ins, whose ids it answers, and voids all tokens given so far. */
export async function suspendUser(
  sql: Sql,
  userId: string,
  { reason, durationMs }: NewSuspension,
): Promise<{ suspension: Suspension; signInIds: string[] } | null> {
  const [row] = await sql<(Suspension & { signInIds: string[] })[]>`
    WITH ended AS (DELETE FROM sign_ins WHERE user_id = ${userId} RETURNING id),
    voided AS (
      INSERT INTO revocations (subject, at)
      SELECT subject, clock_timestamp() FROM (SELECT id AS subject FROM ended UNION ALL SELECT ${userId}::uuid) s
    )
    UPDATE users SET suspended_at = now(), suspension_reason = ${reason}, suspended_until = ${until(sql, durationMs)}
    WHERE id = ${userId}
    RETURNING suspension_reason AS reason, suspended_at AS since, suspended_until AS until, ARRAY(SELECT id FROM ended) AS "signInIds"`;
  if (!row) return null;
  const { signInIds, ...suspension } = row;
  return { suspension, signInIds };
}

/** False: they were not suspended. */
export async function restoreUser(sql: Sql, userId: string): Promise<boolean> {
  const rows = await sql`
    WITH was AS (SELECT u.id, ${suspendedNow(sql, "u")} AS suspended FROM users u WHERE u.id = ${userId} FOR UPDATE)
    UPDATE users SET suspended_at = NULL, suspended_until = NULL, suspension_reason = NULL
    FROM was WHERE users.id = was.id AND was.suspended RETURNING users.id`;
  return rows.length === 1;
}

/** In the place of one that was there. */
export async function suspendChannel(
  sql: Sql,
  channelId: string,
  { reason, durationMs }: NewSuspension,
): Promise<Suspension | null> {
  const [row] = await sql<Suspension[]>`
    UPDATE channels SET suspended_at = now(), suspension_reason = ${reason}, suspended_until = ${until(sql, durationMs)}
    WHERE id = ${channelId}
    RETURNING suspension_reason AS reason, suspended_at AS since, suspended_until AS until`;
  return row ?? null;
}

/** False: it was not suspended itself. */
export async function restoreChannel(sql: Sql, channelId: string): Promise<boolean> {
  const rows = await sql`
    WITH was AS (SELECT c.id, ${suspendedNow(sql, "c")} AS suspended FROM channels c WHERE c.id = ${channelId} FOR UPDATE)
    UPDATE channels SET suspended_at = NULL, suspended_until = NULL, suspension_reason = NULL
    FROM was WHERE channels.id = was.id AND was.suspended RETURNING channels.id`;
  return rows.length === 1;
}

const until = (sql: Sql, durationMs: number | null) =>
  durationMs === null ? sql`NULL` : sql`now() + ${durationMs} * interval '1 ms'`;
