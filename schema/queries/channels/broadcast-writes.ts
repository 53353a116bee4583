// Writes of broadcasts by a channel's owner, fenced by its epoch.

import type { Sql } from "../../database.ts";

export interface BroadcastEntry {
  id: string;
  channelId: string;
  epoch: number;
  phase: "live" | "lost" | "ended";
  liveAtMs: number;
  endedAtMs: number | null;
  /** Absent: not known; what is known stays. */
  endReason?: "stopped" | "encoder_gone" | "limit";
  viewersPeak?: number;
  viewersAverage?: number;
}

const moment = (ms: number | null) => (ms === null ? null : ms / 1000);

/** Inserts or updates a broadcast, with the title that its channel has now: an ended one keeps that of its end. A late write never reopens an
 *  ended one.
 *  False: this epoch no longer owns the channel, the channel is gone, or the broadcast has ended. */
export async function writeBroadcast(sql: Sql, entry: BroadcastEntry): Promise<boolean> {
  const { id, channelId, epoch, phase, liveAtMs, endedAtMs } = entry;
  const { endReason = null, viewersPeak = null, viewersAverage = null } = entry;
  const rows = await sql`
    WITH own AS (SELECT 1 FROM actors WHERE kind = 'channel' AND key = ${channelId} AND epoch = ${epoch} FOR SHARE)
    INSERT INTO broadcasts AS b (id, channel_id, title, category, phase, epoch, started_at, ended_at, end_reason, viewers_peak, viewers_average)
    SELECT ${id}, c.id, c.title, c.category, ${phase}, ${epoch},
      to_timestamp(${moment(liveAtMs)}::float8), to_timestamp(${moment(endedAtMs)}::float8),
      ${endReason}, ${viewersPeak}::integer, ${viewersAverage}::real
    FROM own, channels c WHERE c.id = ${channelId}
    ON CONFLICT (id) DO UPDATE SET title = CASE WHEN b.phase = 'ended' THEN b.title ELSE excluded.title END, phase = excluded.phase, epoch = excluded.epoch, ended_at = excluded.ended_at,
      end_reason = coalesce(excluded.end_reason, b.end_reason),
      viewers_peak = coalesce(excluded.viewers_peak, b.viewers_peak),
      viewers_average = coalesce(excluded.viewers_average, b.viewers_average)
    WHERE b.epoch <= excluded.epoch AND (b.phase <> 'ended' OR excluded.phase = 'ended')
    RETURNING b.id`;
  return rows.length === 1;
}

export async function channelExists(sql: Sql, channelId: string): Promise<boolean> {
  return (await sql`SELECT 1 FROM channels WHERE id = ${channelId}`).length === 1;
}

export interface UniqueViewersCount {
  broadcastId: string;
  channelId: string;
  epoch: number;
  viewers: number;
}

/** Keeps the highest count. Writes nothing when this epoch no longer owns the channel, or the broadcast was not public and has no row. */
export async function writeUniqueViewers(
  sql: Sql,
  { broadcastId, channelId, epoch, viewers }: UniqueViewersCount,
): Promise<void> {
  await sql`
    WITH own AS (SELECT 1 FROM actors WHERE kind = 'channel' AND key = ${channelId} AND epoch = ${epoch} FOR SHARE)
    UPDATE broadcasts b SET viewers_unique = ${viewers}::integer FROM own
    WHERE b.id = ${broadcastId} AND coalesce(b.viewers_unique, -1) < ${viewers}::integer`;
}
