// How long videos are kept (and rooms' entries: ../chat/retention.ts): by the instance's limits and by those of their channel, whichever is stricter.

import type { Sql } from "../../database.ts";

export interface ChannelLimits {
  /** Null: the instance's. 0: none of the channel's own. */
  days: number | null;
  bytes: number | null;
  /** Of the room's entries. */
  chatDays: number | null;
}

/** 0: no limit. */
export interface InstanceLimits {
  days: number;
  bytes: number;
}

export async function channelLimits(sql: Sql, channelId: string): Promise<ChannelLimits> {
  const [row] = await sql<ChannelLimits[]>`
    SELECT days, bytes, chat_days AS "chatDays" FROM channel_retention WHERE channel_id = ${channelId}`;
  return row ?? { days: null, bytes: null, chatDays: null };
}

/** Absent fields stay as they are. Returns what holds now. */
export async function changeChannelLimits(
  sql: Sql,
  channelId: string,
  { days, bytes, chatDays }: Partial<ChannelLimits>,
): Promise<ChannelLimits> {
  const [row] = await sql<[ChannelLimits]>`
    INSERT INTO channel_retention AS r (channel_id, days, bytes, chat_days)
    VALUES (${channelId}, ${days ?? null}, ${bytes ?? null}, ${chatDays ?? null})
    ON CONFLICT (channel_id) DO UPDATE SET
      days = ${days === undefined ? sql`r.days` : days}, bytes = ${bytes === undefined ? sql`r.bytes` : bytes},
      chat_days = ${chatDays === undefined ? sql`r.chat_days` : chatDays}
    RETURNING days, bytes, chat_days AS "chatDays"`;
  return row;
}

/**
 * Makes tombstones of videos whose time is over, and of the oldest ones of channels that have more bytes than they may. Neither pinned ones
 * nor what is being recorded, uploaded or processed; pinned ones count as bytes. At most `limit` at once. Returns their ids.
 *
 * An age is compared as a number: a moment so many days ago may be before all that PostgreSQL knows.
 */
export async function retireVideos(
  sql: Sql,
  { days, bytes, limit }: InstanceLimits & { limit: number },
): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    WITH limits AS (
      SELECT c.id AS channel_id, least(nullif(r.days, 0), nullif(${days}::bigint, 0)) AS days,
             least(nullif(r.bytes, 0), nullif(${bytes}::bigint, 0)) AS bytes
      FROM channels c LEFT JOIN channel_retention r ON r.channel_id = c.id
      WHERE ${days > 0 || bytes > 0} OR r.days > 0 OR r.bytes > 0
    ), kept AS (
      SELECT v.id, v.pinned, l.days, l.bytes AS bytes_max,
             extract(epoch FROM now() - coalesce(v.finished_at, v.created_at))::float8 / 86400 AS age_days,
             sum(v.bytes) OVER (PARTITION BY v.channel_id ORDER BY v.id DESC) AS bytes_with_newer
      FROM limits l JOIN videos v ON v.channel_id = l.channel_id WHERE v.status IN ('ready', 'failed')
    )
    UPDATE videos SET status = 'deleting', deleting_since = now()
    WHERE NOT pinned AND status IN ('ready', 'failed') AND id IN (
      SELECT id FROM kept WHERE NOT pinned AND (age_days > days OR bytes_with_newer > bytes_max) ORDER BY id LIMIT ${limit})
    RETURNING id`;
  return rows.map(({ id }) => id);
}
