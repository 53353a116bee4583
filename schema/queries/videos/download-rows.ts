// The rows of one rendition, for joining its segments to files.

import type { Sql } from "../../database.ts";
import type { videoSegments } from "../../tables/videos.ts";

export type DownloadRow = Pick<
  typeof videoSegments.$inferSelect,
  "number" | "epoch" | "durationMs" | "discontinuity" | "keyed" | "initHash" | "bytes"
>;

interface DownloadRange {
  videoId: string;
  rendition: string;
  /** Numbers, both included. */
  first: number;
  last: number;
  limit: number;
}

/** Gaps too, ascending by number. */
export function downloadRows(
  sql: Sql,
  { videoId, rendition, first, last, limit }: DownloadRange,
): Promise<DownloadRow[]> {
  return sql<DownloadRow[]>`
    SELECT number, epoch, duration_ms AS "durationMs", discontinuity, keyed, init_hash AS "initHash", bytes FROM video_segments
    WHERE video_id = ${videoId} AND rendition = ${rendition} AND number BETWEEN ${first} AND ${last} ORDER BY number LIMIT ${limit}`;
}
