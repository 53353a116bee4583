// What the clips of a tombstone keep of it. Retention takes a video and leaves its clips their segments; whoever deletes a video deletes them too.

import type { Sql } from "../../database.ts";
import type { videoSegments } from "../../tables/videos.ts";

export type KeptSegment = Pick<typeof videoSegments.$inferSelect, "rendition" | "number" | "epoch" | "initHash">;

/** How many clips a video has. Of a tombstone this number only falls. */
export async function clipsOf(sql: Sql, videoId: string): Promise<number> {
  const [row] = await sql<[{ count: number }]>`SELECT count(*)::int AS count FROM clips WHERE video_id = ${videoId}`;
  return row.count;
}

/** The clips of a video. */
export async function clipIds(sql: Sql, videoId: string): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`SELECT id FROM clips WHERE video_id = ${videoId}`;
  return rows.map(({ id }) => id);
}

/** Segments with media in any clip of the video. */
export function segmentsOfClips(sql: Sql, videoId: string): Promise<KeptSegment[]> {
  return sql<KeptSegment[]>`
    SELECT rendition, number, epoch, init_hash AS "initHash" FROM video_segments s
    WHERE video_id = ${videoId} AND init_hash IS NOT NULL AND ${isInClip(sql)}`;
}

/** Removes rows of a tombstone's segments that no clip has. Returns how many: fewer than `limit` were the last ones. */
export async function removeOtherSegmentRows(sql: Sql, videoId: string, limit: number): Promise<number> {
  const { count } = await sql`
    DELETE FROM video_segments WHERE ctid = ANY (ARRAY(
      SELECT s.ctid FROM video_segments s JOIN videos v ON v.id = s.video_id
      WHERE s.video_id = ${videoId} AND v.status = 'deleting' AND NOT ${isInClip(sql)} LIMIT ${limit}))`;
  return count;
}

/** The last step: what is left of this tombstone is what so many clips need. */
export async function leaveToClips(sql: Sql, videoId: string, clips: number) {
  await sql`
    DELETE FROM video_inits i WHERE video_id = ${videoId} AND NOT EXISTS (
      SELECT 1 FROM video_segments s WHERE s.video_id = i.video_id AND s.rendition = i.rendition AND s.init_hash = i.hash)`;
  await sql`
    UPDATE videos SET clips_left = ${clips}, storyboard = NULL,
      bytes = (SELECT coalesce(sum(bytes), 0) FROM video_segments WHERE video_id = ${videoId})
    WHERE id = ${videoId} AND status = 'deleting'`;
}

/** Of `video_segments AS s`. */
const isInClip = (sql: Sql) => sql`EXISTS (
  SELECT 1 FROM clips k WHERE k.video_id = s.video_id AND s.number BETWEEN k.first_number AND k.last_number)`;
