// What a user's videos take up, apart from recordings, which have limits of their own (retention.ts).

import type { Sql } from "../../database.ts";

export interface UsedRoom {
  /** Uploads, and highlights, that are not finished. */
  uploads: number;
  highlights: number;
  /** Of both, finished or not. */
  bytes: number;
}

/** To be called in a transaction: what one user adds is counted one after another. */
export async function usedRoom(sql: Sql, userId: string): Promise<UsedRoom> {
  await sql`SELECT 1 FROM users WHERE id = ${userId} FOR NO KEY UPDATE`;
  const [used] = await sql<[UsedRoom]>`
    SELECT count(*) FILTER (WHERE u.video_id IS NOT NULL AND v.status <> 'ready')::int AS uploads,
      count(*) FILTER (WHERE v.kind = 'highlight' AND v.status <> 'ready')::int AS highlights,
      coalesce(sum(CASE WHEN v.status = 'ready' THEN v.bytes ELSE coalesce(u.bytes, v.bytes) END), 0)::float8 AS bytes
    FROM videos v JOIN channels c ON c.id = v.channel_id LEFT JOIN uploads u ON u.video_id = v.id
    WHERE c.user_id = ${userId} AND v.kind <> 'recording' AND v.status IN ('uploading', 'processing', 'ready')`;
  return used;
}
