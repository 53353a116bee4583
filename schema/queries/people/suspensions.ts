// Suspensions of accounts and channels by staff, for a time or until staff lifts them. An account's suspension covers its channel.

import { and, type Column, eq, sql as expression, type SQL } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Sql } from "../../database.ts";
import { drizzleOn, fragmentOf, fromNow, now, textOf } from "../../drizzle.ts";
import { users } from "../../tables/accounts.ts";
import { channels } from "../../tables/channels.ts";

export interface Suspension {
  reason: string;
  since: Date;
  /** Null: until staff lifts it. */
  until: Date | null;
}

/** True when a row of `users` or `channels` is suspended now. */
export const isSuspended = (row: { suspendedAt: Column; suspendedUntil: Column }): SQL<boolean> =>
  expression<boolean>`(${row.suspendedAt} IS NOT NULL AND coalesce(${row.suspendedUntil} > now(), true))`;

/** `isSuspended` as SQL text for `users AS u`, `channels AS c` and `users AS a`. */
export const SUSPENDED = {
  u: textOf(isSuspended(alias(users, "u"))),
  c: textOf(isSuspended(alias(channels, "c"))),
  a: textOf(isSuspended(alias(users, "a"))),
};

const FRAGMENTS = { u: fragmentOf(SUSPENDED.u), c: fragmentOf(SUSPENDED.c), a: fragmentOf(SUSPENDED.a) };

/** `isSuspended` for tagged templates. */
export const suspendedNow = (sql: Sql, table: keyof typeof FRAGMENTS) => sql(FRAGMENTS[table]);

const suspensionIn = (row: { suspensionReason: Column; suspendedAt: Column; suspendedUntil: Column }) => ({
  reason: expression<string>`${row.suspensionReason}`,
  since: expression<Date>`${row.suspendedAt}`,
  until: expression<Date | null>`${row.suspendedUntil}`,
});

/** Null: not suspended, or no such user. */
export async function suspensionOfUser(sql: Sql, userId: string): Promise<Suspension | null> {
  const [row] = await drizzleOn(sql)
    .select(suspensionIn(users))
    .from(users)
    .where(and(eq(users.id, userId), isSuspended(users)));
  return row ?? null;
}

/** The channel's own suspension, else its owner's. Null: neither, or no such channel. */
export async function suspensionOfChannel(sql: Sql, channelId: string): Promise<Suspension | null> {
  const [row] = await drizzleOn(sql)
    .select({
      isOwn: isSuspended(channels),
      isOwners: isSuspended(users),
      own: suspensionIn(channels),
      owners: suspensionIn(users),
    })
    .from(channels)
    .innerJoin(users, eq(users.id, channels.userId))
    .where(eq(channels.id, channelId));
  return row?.isOwn ? row.own : row?.isOwners ? row.owners : null;
}

/** Channels that were suspended within the last `ms`, themselves or by their owner, and still are; and channels of accounts deleted within
 *  the last `ms`. */
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

/** Replaces an earlier suspension. Signs out all devices, returns their ids, and revokes all access tokens issued so far. Null: no such user. */
export async function suspendUser(
  sql: Sql,
  userId: string,
  { reason, durationMs }: NewSuspension,
): Promise<{ suspension: Suspension; deviceIds: string[] } | null> {
  const [row] = await sql<(Suspension & { deviceIds: string[] })[]>`
    WITH ended AS (DELETE FROM sign_ins WHERE user_id = ${userId} RETURNING id),
    voided AS (
      INSERT INTO revocations (subject, at)
      SELECT subject, clock_timestamp() FROM (SELECT id AS subject FROM ended UNION ALL SELECT ${userId}::uuid) s
    )
    UPDATE users SET suspended_at = now(), suspension_reason = ${reason}, suspended_until = ${durationMs === null ? sql`NULL` : sql`now() + ${durationMs} * interval '1 ms'`}
    WHERE id = ${userId}
    RETURNING suspension_reason AS reason, suspended_at AS since, suspended_until AS until, ARRAY(SELECT id FROM ended) AS "deviceIds"`;
  if (!row) return null;
  const { deviceIds, ...suspension } = row;
  return { suspension, deviceIds };
}

const NONE = { suspendedAt: null, suspendedUntil: null, suspensionReason: null };

/** False: the user was not suspended. */
export async function restoreUser(sql: Sql, userId: string): Promise<boolean> {
  const { count } = await drizzleOn(sql)
    .update(users)
    .set(NONE)
    .where(and(eq(users.id, userId), isSuspended(users)));
  return count === 1;
}

/** Replaces an earlier suspension. Null: no such channel. */
export async function suspendChannel(
  sql: Sql,
  channelId: string,
  { reason, durationMs }: NewSuspension,
): Promise<Suspension | null> {
  const suspendedUntil = durationMs === null ? null : fromNow(durationMs);
  const [row] = await drizzleOn(sql)
    .update(channels)
    .set({ suspendedAt: now, suspensionReason: reason, suspendedUntil })
    .where(eq(channels.id, channelId))
    .returning(suspensionIn(channels));
  return row ?? null;
}

/** False: the channel itself was not suspended. */
export async function restoreChannel(sql: Sql, channelId: string): Promise<boolean> {
  const { count } = await drizzleOn(sql)
    .update(channels)
    .set(NONE)
    .where(and(eq(channels.id, channelId), isSuspended(channels)));
  return count === 1;
}
