// The segments of a video, in order, for playlists and for all that counts in media time.

import type { Sql } from "../../database.ts";
import type { videoSegments } from "../../tables/videos.ts";

/** What a playlist needs of a row; null instead of a hash: there are no media for this number. */
export type SegmentRow = Pick<
  typeof videoSegments.$inferSelect,
  "number" | "epoch" | "atMs" | "durationMs" | "discontinuity" | "keyed" | "initHash"
>;

interface SegmentRange {
  videoId: string;
  rendition: string;
  /** Only numbers above. */
  after: number;
  limit: number;
}

/** Ascending by number. */
export function segmentsAfter(sql: Sql, { videoId, rendition, after, limit }: SegmentRange): Promise<SegmentRow[]> {
  return sql<SegmentRow[]>`
    SELECT number, epoch, at_ms AS "atMs", duration_ms AS "durationMs", discontinuity, keyed, init_hash AS "initHash"
    FROM video_segments WHERE video_id = ${videoId} AND rendition = ${rendition} AND number > ${after}
    ORDER BY number LIMIT ${limit}`;
}

/** Those with these numbers, both included, ascending. */
export function segmentsBetween(
  sql: Sql,
  { videoId, rendition, first, last }: { videoId: string; rendition: string; first: number; last: number },
): Promise<SegmentRow[]> {
  return sql<SegmentRow[]>`
    SELECT number, epoch, at_ms AS "atMs", duration_ms AS "durationMs", discontinuity, keyed, init_hash AS "initHash"
    FROM video_segments WHERE video_id = ${videoId} AND rendition = ${rendition} AND number BETWEEN ${first} AND ${last}
    ORDER BY number`;
}

/** The first number of a rendition with media; null: it has none. */
export async function firstSegment(
  sql: Sql,
  { videoId, rendition }: { videoId: string; rendition: string },
): Promise<Pick<SegmentRow, "number" | "atMs"> | null> {
  const [row] = await sql<Pick<SegmentRow, "number" | "atMs">[]>`
    SELECT number, at_ms AS "atMs" FROM video_segments
    WHERE video_id = ${videoId} AND rendition = ${rendition} AND init_hash IS NOT NULL ORDER BY number LIMIT 1`;
  return row ?? null;
}

/** The renditions of a video that have this number. */
export async function renditionsWith(
  sql: Sql,
  { videoId, number }: { videoId: string; number: number },
): Promise<string[]> {
  const rows = await sql<{ rendition: string }[]>`
    SELECT r.name AS rendition FROM video_renditions r JOIN video_segments s
      ON s.video_id = r.video_id AND s.rendition = r.name AND s.number = ${number} WHERE r.video_id = ${videoId}`;
  return rows.map(({ rendition }) => rendition);
}
