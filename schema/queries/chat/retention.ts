// How long the entries of a room are kept: by the instance's limit and by that of its channel, whichever is stricter.

import type { Sql } from "../../database.ts";

/** A number of days that PostgreSQL can take from now. */
const DAYS_MAX = 36_500;

export interface OldRoom {
  channelId: string;
  /** Of its entries. */
  days: number;
}

/** The next `limit` channels by id, and those of them whose room has entries older than they may be. */
export async function oldRooms(
  sql: Sql,
  { days, afterId, limit }: { days: number; afterId: string; limit: number },
): Promise<{ rooms: OldRoom[]; lastId: string | null }> {
  const rows = await sql<{ channelId: string; days: number; isOld: boolean }[]>`
    SELECT c.id AS "channelId", c.days,
           coalesce((SELECT e.at < now() - c.days * interval '1 day' FROM chat_entries e WHERE e.channel_id = c.id ORDER BY e.seq LIMIT 1), false) AS "isOld"
    FROM (
      SELECT c.id, least(nullif(r.chat_days, 0), nullif(${days}::bigint, 0), ${DAYS_MAX}::bigint) AS days
      FROM channels c LEFT JOIN channel_retention r ON r.channel_id = c.id
      WHERE c.id > ${afterId} AND (${days > 0} OR r.chat_days > 0) ORDER BY c.id LIMIT ${limit}
    ) c ORDER BY c.id`;
  return { rooms: rows.filter(({ isOld }) => isOld), lastId: rows.length < limit ? null : rows.at(-1)!.channelId };
}

/**
 * Deletes at most `limit` of a room's oldest entries, up to the first one that is young enough. A room stays without holes, and keeps its
 * newest entry, by which a new owner numbers the next. Returns how many: fewer than `limit` means all are gone.
 */
export async function deleteOldEntries(
  sql: Sql,
  { channelId, days, limit }: OldRoom & { limit: number },
): Promise<number> {
  // The end is found first: it is one number, however the rows lie.
  const rows = await sql`
    WITH oldest AS MATERIALIZED (
      SELECT seq, at < now() - ${days} * interval '1 day' AS "isOld" FROM chat_entries WHERE channel_id = ${channelId} ORDER BY seq LIMIT ${limit}
    ), bounds AS MATERIALIZED (
      SELECT coalesce((SELECT min(seq) FROM oldest WHERE NOT "isOld"), (SELECT max(seq) + 1 FROM oldest)) AS "end",
             (SELECT max(seq) FROM chat_entries WHERE channel_id = ${channelId}) AS newest
    )
    DELETE FROM chat_entries
    WHERE channel_id = ${channelId} AND seq < (SELECT least("end", newest) FROM bounds)`;
  return rows.count;
}
