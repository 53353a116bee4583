// What a broadcast was about, from when on: chapters of its recording.

import type { Sql } from "../../database.ts";

export interface BroadcastTopic {
  /** Null: from the beginning on. */
  atMs: number | null;
  title: string;
  category: string | null;
}

/** Later changes of a broadcast are not kept. */
const CHANGES_MAX = 500;

/** To be called after each change of the channel's title or category: adds what is new to the broadcast on air, if there is one. */
export async function noteBroadcastTopic(sql: Sql, channelId: string): Promise<void> {
  await sql`
    INSERT INTO broadcast_changes (broadcast_id, at, title, category)
    SELECT b.id, clock_timestamp(), c.title, c.category
    FROM channels c JOIN broadcasts b ON b.channel_id = c.id AND b.ended_at IS NULL AND b.phase IN ('live', 'lost')
    LEFT JOIN LATERAL (SELECT title, category FROM broadcast_changes WHERE broadcast_id = b.id ORDER BY at DESC LIMIT 1) last ON true
    WHERE c.id = ${channelId}
      AND (c.title, c.category) IS DISTINCT FROM (coalesce(last.title, b.title), CASE WHEN last.title IS NULL THEN b.category ELSE last.category END)
      AND (SELECT count(*) FROM broadcast_changes WHERE broadcast_id = b.id) < ${CHANGES_MAX}
    ON CONFLICT DO NOTHING`;
}

/** In order of time, first what the broadcast began with. Empty: no such broadcast. */
export function broadcastTopics(sql: Sql, broadcastId: string): Promise<BroadcastTopic[]> {
  return sql<BroadcastTopic[]>`
    SELECT NULL::float8 AS "atMs", title, category FROM broadcasts WHERE id = ${broadcastId}
    UNION ALL
    SELECT extract(epoch FROM at)::float8 * 1000, title, category FROM broadcast_changes WHERE broadcast_id = ${broadcastId}
    ORDER BY "atMs" NULLS FIRST`;
}
