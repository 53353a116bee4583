// People who look like somebody that a room has banned, by the traces of their sign-ins, or because a moderator says so.

import type { SuspicionLevel } from "../../api/room-people.ts";
import type { Sql } from "../../database.ts";

/** An address of more people says nothing about them: a school, a proxy that hides its clients. */
const PEOPLE_OF_ADDRESS_MAX = 20;

export interface SuspicionRow {
  userId: string;
  login: string;
  displayName: string;
  level: SuspicionLevel;
  at: Date;
  byId: string | null;
  byLogin: string | null;
  byDisplayName: string | null;
}

interface InRoom {
  channelId: string;
  userId: string;
}

/** By login. `userId`: of this person alone. */
export function suspicionsIn(
  sql: Sql,
  {
    channelId,
    userId = null,
    afterLogin = null,
    limit,
  }: { channelId: string; userId?: string | null; afterLogin?: string | null; limit: number },
): Promise<SuspicionRow[]> {
  return sql<SuspicionRow[]>`
    SELECT u.id AS "userId", u.login, u.display_name AS "displayName", s.level, s.created_at AS at,
           m.id AS "byId", m.login AS "byLogin", m.display_name AS "byDisplayName"
    FROM suspicions s JOIN users u ON u.id = s.user_id LEFT JOIN users m ON m.id = s.by_user_id
    WHERE s.channel_id = ${channelId} AND s.level <> 'cleared'
      ${userId === null ? sql`` : sql`AND s.user_id = ${userId}`} ${afterLogin === null ? sql`` : sql`AND u.login > ${afterLogin}`}
    ORDER BY u.login LIMIT ${limit}`;
}

/** Replaces an earlier mark. */
export async function markSuspicious(
  sql: Sql,
  { channelId, userId, level, byUserId }: InRoom & { level: SuspicionLevel | "cleared"; byUserId: string },
): Promise<void> {
  await sql`
    INSERT INTO suspicions (channel_id, user_id, level, by_user_id)
    VALUES (${channelId}, ${userId}, ${level}, ${byUserId})
    ON CONFLICT (channel_id, user_id) DO UPDATE SET level = excluded.level, by_user_id = excluded.by_user_id, is_found = false, created_at = now()`;
}

/**
 * Marks the person if their sign-ins met an address of somebody whom the room has banned for good: `likely` where the browser is alike too.
 * False: nothing is found, or a mark was set or cleared before.
 */
export async function findSuspicion(sql: Sql, { channelId, userId }: InRoom): Promise<boolean> {
  const rows = await sql`
    INSERT INTO suspicions (channel_id, user_id, level, is_found)
    SELECT ${channelId}::uuid, ${userId}::uuid,
           CASE WHEN bool_or(theirs.device_hash = mine.device_hash) THEN 'likely' ELSE 'possible' END, true
    FROM sign_in_traces mine
    JOIN sign_in_traces theirs ON theirs.address_hash = mine.address_hash AND theirs.user_id <> mine.user_id
    JOIN bans b ON b.channel_id = ${channelId} AND b.user_id = theirs.user_id AND b.until IS NULL
    WHERE mine.user_id = ${userId} AND (SELECT count(*) FROM (
      SELECT DISTINCT user_id FROM sign_in_traces WHERE address_hash = mine.address_hash LIMIT ${PEOPLE_OF_ADDRESS_MAX + 1}
    ) people) <= ${PEOPLE_OF_ADDRESS_MAX}
    HAVING count(*) > 0
    ON CONFLICT (channel_id, user_id) DO NOTHING RETURNING 1`;
  return rows.length > 0;
}
