// The end of a video: first a tombstone, which nobody sees any more; a while later its objects; then its rows; then the tombstone.

import type { Sql } from "../../database.ts";
import { inTransaction } from "../../transaction.ts";

/** Its clips go at once: whoever deletes a video wants nothing of it to be seen. False: no such video, or it is being recorded. A tombstone
 *  stays as old as it is. */
export function markDeleting(pool: Sql, videoId: string): Promise<boolean> {
  return inTransaction(pool, async (sql) => {
    const rows = await sql`
      UPDATE videos SET status = 'deleting', deleting_since = coalesce(deleting_since, now())
      WHERE id = ${videoId} AND status <> 'recording' RETURNING 1`;
    // A statement of its own: the lock of the row was waited for, and no clip comes after it.
    if (rows.length === 1) await sql`DELETE FROM clips WHERE video_id = ${videoId}`;
    return rows.length === 1;
  });
}

/** Makes tombstones of recordings without media that ended so long ago: what a spool may still hold of them is given up. Returns how
 *  many. */
export async function retireEmpty(
  sql: Sql,
  { olderThanMs, limit }: { olderThanMs: number; limit: number },
): Promise<number> {
  const { count } = await sql`
    UPDATE videos SET status = 'deleting', deleting_since = now() WHERE id IN (
      SELECT id FROM videos v WHERE kind = 'recording' AND status = 'ready' AND bytes = 0
        AND finished_at < now() - ${olderThanMs} * interval '1 ms'
        AND NOT EXISTS (SELECT 1 FROM video_segments s WHERE s.video_id = v.id AND s.init_hash IS NOT NULL)
      ORDER BY finished_at LIMIT ${limit})`;
  return count;
}

/** Tombstones of at least this age, oldest first. One of which only the segments of its clips are left is none until there are fewer clips. */
export async function tombstones(
  sql: Sql,
  { olderThanMs, limit }: { olderThanMs: number; limit: number },
): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    SELECT id FROM videos v WHERE status = 'deleting' AND coalesce(deleting_since, created_at) <= now() - ${olderThanMs} * interval '1 ms'
      AND (clips_left IS NULL OR clips_left <> (SELECT count(*) FROM clips WHERE video_id = v.id))
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

/** The last step: the tombstone, and the actor of the video. A job that still runs in it is fenced. False: no such tombstone, or it has clips. */
export async function removeVideoRow(sql: Sql, videoId: string): Promise<boolean> {
  const [row] = await sql<{ removed: boolean }[]>`
    WITH video AS (
      DELETE FROM videos v WHERE id = ${videoId} AND status = 'deleting'
        AND NOT EXISTS (SELECT 1 FROM clips WHERE video_id = v.id) RETURNING id),
    actor AS (DELETE FROM actors USING video WHERE kind = 'video' AND key = video.id::text)
    SELECT EXISTS (SELECT 1 FROM video) AS removed`;
  return row?.removed ?? false;
}
