// Warnings that their people have to acknowledge. Only a channel's owner writes them, in the statement of the act.

import type { Sql } from "../../database.ts";

interface NewWarning {
  id: string;
  channelId: string;
  userId: string;
  byUserId: string;
  reason: string;
  /** RFC 3339. */
  at: string;
}

/** A common table expression of `insertAside`. */
export const newWarning = (sql: Sql, { id, channelId, userId, byUserId, reason, at }: NewWarning) => sql`
  warned AS (
    INSERT INTO warnings (id, channel_id, user_id, by_user_id, reason, created_at)
    SELECT ${id}::uuid, ${channelId}::uuid, ${userId}::uuid, ${byUserId}::uuid, ${reason}, ${at}::text::timestamptz FROM logged
  )`;

/** A common table expression of `insertAside`. */
export const acknowledgedWarnings = (
  sql: Sql,
  { channelId, userId, at }: { channelId: string; userId: string; at: string },
) => sql`
  acknowledged AS (
    UPDATE warnings SET acknowledged_at = ${at}::text::timestamptz
    WHERE channel_id = ${channelId} AND user_id = ${userId} AND acknowledged_at IS NULL AND EXISTS (SELECT 1 FROM logged)
  )`;

/** People whose lines the room refuses: a part of `roomRules`, since a new owner asks the database as seldom as it can. */
export const warnedPeople = (sql: Sql, channelId: string) => sql`
  SELECT DISTINCT user_id, NULL::timestamptz AS until, true AS warned FROM warnings
  WHERE channel_id = ${channelId} AND acknowledged_at IS NULL`;

export interface WarningRow {
  id: string;
  at: Date;
  reason: string;
  byId: string | null;
  byLogin: string | null;
  byDisplayName: string | null;
}

/** The person's newest warning that is not acknowledged, or the one of this id. Null: none. */
export async function openWarning(
  sql: Sql,
  { channelId, userId, id = null }: { channelId: string; userId: string; id?: string | null },
): Promise<WarningRow | null> {
  const [row] = await sql<WarningRow[]>`
    SELECT w.id, w.created_at AS at, w.reason, m.id AS "byId", m.login AS "byLogin", m.display_name AS "byDisplayName"
    FROM warnings w LEFT JOIN users m ON m.id = w.by_user_id
    WHERE w.channel_id = ${channelId} AND w.user_id = ${userId}
      AND ${id === null ? sql`w.acknowledged_at IS NULL` : sql`w.id = ${id}`}
    ORDER BY w.id DESC LIMIT 1`;
  return row ?? null;
}
