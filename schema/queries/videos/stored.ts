// What must be in the object store for a video, by its rows.

import type { Sql } from "../../database.ts";
import type { videos } from "../../tables/videos.ts";
import { THUMBNAIL_WIDTHS } from "../../wire/media.ts";
import { videoKey } from "../../wire/video-keys.ts";

export type StoredVideo = Pick<
  typeof videos.$inferSelect,
  "id" | "title" | "status" | "kind" | "pictures" | "storyboard"
>;

/** Null: no such video. Tombstones too. */
export async function storedVideo(sql: Sql, id: string): Promise<StoredVideo | null> {
  const [row] = await sql<
    StoredVideo[]
  >`SELECT id, title, status, kind, pictures, storyboard FROM videos WHERE id = ${id}`;
  return row ?? null;
}

/** Keys of the pictures that the video has by its row. */
export function pictureKeys({
  id,
  pictures,
  storyboard,
}: Pick<StoredVideo, "id" | "pictures" | "storyboard">): string[] {
  const keys: string[] = [];
  if (pictures.includes("poster")) keys.push(videoKey.poster(id));
  if (pictures.includes("thumbnail")) keys.push(...THUMBNAIL_WIDTHS.map((width) => videoKey.thumbnail(id, width)));
  if (storyboard) {
    const sheets = Math.ceil(storyboard.count / (storyboard.columns * storyboard.rows));
    keys.push(...Array.from({ length: sheets }, (_, n) => videoKey.storyboard(id, n)));
  }
  return keys;
}

export interface StoredSegment {
  rendition: string;
  number: number;
  epoch: number;
  bytes: number;
  /** Null: not known. */
  sha256: Uint8Array | null;
}

/** Segments with media, by rendition and number, behind the given one. */
export function storedSegments(
  sql: Sql,
  {
    videoId,
    after,
    limit,
  }: { videoId: string; after: Pick<StoredSegment, "rendition" | "number"> | null; limit: number },
): Promise<StoredSegment[]> {
  return sql<StoredSegment[]>`
    SELECT rendition, number, epoch, bytes, sha256 FROM video_segments
    WHERE video_id = ${videoId} AND init_hash IS NOT NULL
      ${after === null ? sql`` : sql`AND (rendition, number) > (${after.rendition}, ${after.number}::bigint)`}
    ORDER BY rendition, number LIMIT ${limit}`;
}

/** Init segments, and what segments name that is none. */
export async function storedInits(
  sql: Sql,
  videoId: string,
): Promise<{ rendition: string; hash: string; bytes: number | null }[]> {
  return sql<{ rendition: string; hash: string; bytes: number | null }[]>`
    SELECT coalesce(i.rendition, n.rendition) AS rendition, coalesce(i.hash, n.hash) AS hash, i.bytes
    FROM (SELECT * FROM video_inits WHERE video_id = ${videoId}) i
    FULL JOIN (SELECT DISTINCT rendition, init_hash AS hash FROM video_segments WHERE video_id = ${videoId} AND init_hash IS NOT NULL) n
      ON n.rendition = i.rendition AND n.hash = i.hash
    ORDER BY 1, 2`;
}
