// Which clips wait for a picture of their own. Nodes take them in turns: one that dies leaves its clip to the next try.

import type { Sql } from "../../database.ts";
import type { videoSegments } from "../../tables/videos.ts";

const TRIES_MAX = 6;
/** Until the second try; each further one waits four times as long. */
const FIRST_RETRY_S = 30;

type Segment = Pick<typeof videoSegments.$inferSelect, "rendition" | "number" | "epoch" | "durationMs" | "keyed">;

/** A clip, and the segment in its middle, of the best rendition. */
export interface ClipToDraw {
  id: string;
  videoId: string;
  segment: Segment & { initHash: string };
}

/** The newest first. Each is due again later, unless `clipDrawn` says that it is there. */
export function clipsToDraw(sql: Sql, limit: number): Promise<ClipToDraw[]> {
  return sql<ClipToDraw[]>`
    WITH due AS (
      SELECT id FROM clips WHERE picture_due_at <= now() ORDER BY picture_due_at DESC LIMIT ${limit} FOR UPDATE SKIP LOCKED),
    taken AS (
      UPDATE clips k SET picture_tries = picture_tries + 1, picture_due_at = CASE WHEN picture_tries + 1 < ${TRIES_MAX}
        THEN now() + ${FIRST_RETRY_S} * 4 ^ picture_tries * interval '1 s' END
      FROM due WHERE k.id = due.id RETURNING k.id, k.video_id, k.first_number, k.last_number)
    SELECT t.id, t.video_id AS "videoId", jsonb_build_object('rendition', s.rendition, 'number', s.number, 'epoch', s.epoch,
      'durationMs', s.duration_ms, 'keyed', s.keyed, 'initHash', s.init_hash) AS segment
    FROM taken t CROSS JOIN LATERAL (
      SELECT s.* FROM video_segments s JOIN video_renditions r ON r.video_id = s.video_id AND r.name = s.rendition
      WHERE s.video_id = t.video_id AND s.number BETWEEN t.first_number AND t.last_number AND s.keyed AND s.init_hash IS NOT NULL
      ORDER BY r.name <> 'source', r.bandwidth DESC, abs(s.number - (t.first_number + t.last_number) / 2) LIMIT 1) s`;
}

/** False: the clip is gone. */
export async function clipDrawn(sql: Sql, id: string): Promise<boolean> {
  const { count } = await sql`UPDATE clips SET pictured = true, picture_due_at = NULL WHERE id = ${id}`;
  return count === 1;
}
