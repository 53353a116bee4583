// What the pictures of a video are drawn from.

import type { Sql } from "../../database.ts";
import type { videoRenditions, videoSegments } from "../../tables/videos.ts";

export type DrawnRendition = Pick<typeof videoRenditions.$inferSelect, "name" | "width" | "height">;

/** Null: no video that can be watched, or one that is live. */
export async function renditionsToDraw(sql: Sql, videoId: string): Promise<DrawnRendition[] | null> {
  const [row] = await sql<{ renditions: DrawnRendition[] }[]>`
    SELECT coalesce((SELECT jsonb_agg(jsonb_build_object('name', name, 'width', width, 'height', height) ORDER BY name)
      FROM video_renditions WHERE video_id = v.id), '[]') AS renditions
    FROM videos v WHERE v.id = ${videoId} AND v.status = 'ready'`;
  return row?.renditions ?? null;
}

type Stored = Pick<typeof videoSegments.$inferSelect, "epoch" | "initHash" | "keyed">;

/** A segment of the large rendition, and that of the small one with its number; null: it has none. */
export interface SegmentToDraw extends Stored, Pick<typeof videoSegments.$inferSelect, "number" | "durationMs"> {
  /** As players count: the sum of what the playlist lists before it. */
  positionMs: number;
  small: Stored | null;
}

/** Of a longer video evenly spread ones are returned: a storyboard has a few hundred pictures. */
const SEGMENTS_MAX = 50_000;

/** From the first media to the last, in order. */
export function segmentsToDraw(
  sql: Sql,
  { videoId, large, small }: { videoId: string; large: string; small: string },
): Promise<SegmentToDraw[]> {
  return sql<SegmentToDraw[]>`
    WITH span AS (
      SELECT min(number) AS first, max(number) AS last FROM video_segments
      WHERE video_id = ${videoId} AND rendition = ${large} AND init_hash IS NOT NULL),
    listed AS (
      SELECT number, epoch, duration_ms, keyed, init_hash, sum(duration_ms) OVER by_number - duration_ms AS position_ms,
        row_number() OVER by_number - 1 AS place, count(*) OVER () AS count
      FROM video_segments, span
      WHERE video_id = ${videoId} AND rendition = ${large} AND number BETWEEN first AND last AND duration_ms > 0
      WINDOW by_number AS (ORDER BY number))
    SELECT l.number, l.epoch, l.duration_ms AS "durationMs", l.keyed, l.init_hash AS "initHash", l.position_ms AS "positionMs",
      CASE WHEN s.init_hash IS NOT NULL
        THEN jsonb_build_object('epoch', s.epoch, 'keyed', s.keyed, 'initHash', s.init_hash) END AS small
    FROM listed l LEFT JOIN video_segments s ON s.video_id = ${videoId} AND s.rendition = ${small} AND s.number = l.number
    WHERE l.place % (l.count / ${SEGMENTS_MAX} + 1) = 0 OR l.place = l.count - 1
    ORDER BY l.number`;
}
