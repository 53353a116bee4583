// The end of a video: first a tombstone, which nobody sees any more; a while later its objects; then its rows; then the tombstone.

import type { Sql } from "../../database.ts";

/** False: no such video, or it is being recorded. A tombstone stays as old as it is. */
export async function markDeleting(sql: Sql, videoId: string): Promise<boolean> {
  const rows = await sql`
    UPDATE videos SET status = 'deleting', deleting_since = coalesce(deleting_since, now())
    WHERE id = ${videoId} AND status <> 'recording' RETURNING 1`;
  return rows.length === 1;
}

/** Tombstones of at least this age, oldest first. */
export async function tombstones(
  sql: Sql,
  { olderThanMs, limit }: { olderThanMs: number; limit: number },
): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    SELECT id FROM videos WHERE status = 'deleting' AND coalesce(deleting_since, created_at) <= now() - ${olderThanMs} * interval '1 ms'
    ORDER BY id LIMIT ${limit}`;
  return rows.map(({ id }) => id);
}

/** Removes rows of a tombstone's segments. Returns how many: fewer than `limit` were the last ones. */
export async function removeSegmentRows(sql: Sql, videoId: string, limit: number): Promise<number> {
  const { count } = await sql`
    DELETE FROM video_segments WHERE ctid = ANY (ARRAY(
      SELECT s.ctid FROM video_segments s JOIN videos v ON v.id = s.video_id
      WHERE s.video_id = ${videoId} AND v.status = 'deleting' LIMIT ${limit}))`;
  return count;
}

/** The last step: the tombstone, and the actor of the video. A job that still runs in it is fenced. */
export async function removeVideoRow(sql: Sql, videoId: string): Promise<void> {
  await sql`
    WITH video AS (DELETE FROM videos WHERE id = ${videoId} AND status = 'deleting' RETURNING id)
    DELETE FROM actors USING video WHERE kind = 'video' AND key = video.id::text`;
}
