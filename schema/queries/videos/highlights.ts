// Highlights: begun by whoever keeps the channel's videos, then written by the owner of the `video` actor, fenced by its epoch.

import type { Sql } from "../../database.ts";
import { inTransaction } from "../../transaction.ts";
import type { UploadLimits, UploadOwner } from "./uploads.ts";
import { usedRoom } from "./used-bytes.ts";

/** Numbers of the segments of a part, both included. */
export interface HighlightPart {
  firstNumber: number;
  lastNumber: number;
}

export interface NewHighlight {
  videoId: string;
  channelId: string;
  sourceId: string;
  title: string;
  visibility: string;
  /** Ascending, none over another. */
  parts: readonly HighlightPart[];
}

/** Inserts the video, which is kept for ever until its owner says otherwise, and the actor that puts it together. `gone`: the source cannot be
 *  watched any more. */
export function beginHighlight(
  pool: Sql,
  { videoId, channelId, sourceId, title, visibility, parts }: NewHighlight,
  { countMax, bytesMax }: UploadLimits,
): Promise<"begun" | "gone" | "too many" | "too many bytes"> {
  return inTransaction(pool, async (sql) => {
    const [owner] = await sql<{ userId: string }[]>`SELECT user_id AS "userId" FROM channels WHERE id = ${channelId}`;
    if (!owner) return "gone";
    const used = await usedRoom(sql, owner.userId);
    if (countMax > 0 && used.highlights >= countMax) return "too many";
    const [firsts, lasts] = [parts.map((part) => part.firstNumber), parts.map((part) => part.lastNumber)];
    const [size] = await sql<[{ bytes: number }]>`
      SELECT coalesce(sum(s.bytes), 0)::float8 AS bytes
      FROM unnest(${firsts}::bigint[], ${lasts}::bigint[]) p (first, last)
      JOIN video_segments s ON s.video_id = ${sourceId} AND s.number BETWEEN p.first AND p.last`;
    if (bytesMax > 0 && used.bytes + size.bytes > bytesMax) return "too many bytes";
    const made = await sql`
      INSERT INTO videos (id, channel_id, kind, status, title, visibility, pinned, bytes, target_duration_ms)
      SELECT ${videoId}, channel_id, 'highlight', 'processing', ${title}, ${visibility}, true, ${size.bytes}, target_duration_ms
      FROM videos WHERE id = ${sourceId} AND channel_id = ${channelId} AND status = 'ready'`;
    if (made.count === 0) return "gone";
    await sql`
      INSERT INTO highlight_parts (video_id, part, source_id, first_number, last_number)
      SELECT ${videoId}, n - 1, ${sourceId}, first, last
      FROM unnest(${firsts}::bigint[], ${lasts}::bigint[]) WITH ORDINALITY p (first, last, n)`;
    await sql`INSERT INTO actors (kind, key, epoch, wake_at) VALUES ('video', ${videoId}, 0, now())`;
    return "begun";
  });
}

export interface HighlightPlan {
  sourceId: string;
  /** Those that the source has, its reference first. */
  renditions: string[];
}

/** Null: there is nothing to do for it. `done`: it is put together. `source gone`: what it is cut from is being deleted, or has no media. */
export async function highlightPlan(sql: Sql, videoId: string): Promise<HighlightPlan | "done" | "source gone" | null> {
  const [row] = await sql<{ status: string; sourceId: string | null; renditions: string[] }[]>`
    SELECT v.status, s.id AS "sourceId", ARRAY(
      SELECT name FROM video_renditions r WHERE r.video_id = s.id ORDER BY name <> 'source', bandwidth DESC, name) AS renditions
    FROM videos v
    LEFT JOIN highlight_parts p ON p.video_id = v.id AND p.part = 0
    LEFT JOIN videos s ON s.id = p.source_id AND s.status = 'ready'
    WHERE v.id = ${videoId} AND v.kind = 'highlight'`;
  if (row?.status === "ready") return "done";
  if (row?.status !== "processing") return null;
  const { sourceId, renditions } = row;
  return sourceId === null || renditions.length === 0 ? "source gone" : { sourceId, renditions };
}

/** Where a segment comes from, and its number in the highlight. */
export interface CopiedSegment {
  number: number;
  sourceNumber: number;
  sourceEpoch: number;
  initHash: string;
}

interface RowsOf {
  videoId: string;
  rendition: string;
  /** Whose numbers and clock are those of the video. */
  reference: string;
}

/** One row for each row of the reference: a part that begins without media of the rendition begins with gaps, so that all have the same
 *  discontinuities. */
const plannedRows = (sql: Sql, { videoId, rendition, reference }: RowsOf) => sql`
  SELECT p.base + s.number - p.first_number AS number, s.number AS source_number, r.epoch AS source_epoch,
    coalesce(r.at_ms, s.at_ms) AS at_ms, coalesce(r.duration_ms, s.duration_ms) AS duration_ms,
    s.number = p.first_number AND p.part > 0 OR coalesce(r.discontinuity, s.discontinuity) AS discontinuity,
    coalesce(r.keyed, false) AS keyed, r.init_hash, coalesce(r.bytes, 0) AS bytes, r.sha256
  FROM (
    SELECT part, source_id, first_number, last_number,
      coalesce(sum(last_number - first_number + 1) OVER (ORDER BY part ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::bigint AS base
    FROM highlight_parts WHERE video_id = ${videoId}) p
  JOIN video_segments s ON s.video_id = p.source_id AND s.rendition = ${reference} AND s.number BETWEEN p.first_number AND p.last_number
  LEFT JOIN video_segments r ON r.video_id = s.video_id AND r.rendition = ${rendition} AND r.number = s.number`;

/** Those with media, ascending by number, above `after`. */
export function segmentsToCopy(
  sql: Sql,
  { after, limit, ...of }: RowsOf & { after: number; limit: number },
): Promise<CopiedSegment[]> {
  return sql<CopiedSegment[]>`
    SELECT number, source_number AS "sourceNumber", source_epoch AS "sourceEpoch", init_hash AS "initHash"
    FROM (${plannedRows(sql, of)}) planned
    WHERE init_hash IS NOT NULL AND number > ${after} ORDER BY number LIMIT ${limit}`;
}

/** Writes the rows of what has been copied, and makes the video one that can be watched. Each statement is fenced by itself, so a second owner
 *  never waits for the first. False: fenced, or the video is being deleted. */
export async function finishHighlight(
  sql: Sql,
  owner: UploadOwner,
  { sourceId, renditions }: HighlightPlan,
): Promise<boolean> {
  const { videoId, epoch } = owner;
  const own = sql`
    own AS (SELECT v.id FROM videos v JOIN actors a ON a.kind = 'video' AND a.key = v.id::text AND a.epoch = ${epoch}
      WHERE v.id = ${videoId} AND v.status = 'processing' FOR SHARE OF a)`;
  const begun = await sql`
    WITH ${own},
    segments AS (DELETE FROM video_segments USING own WHERE video_id = own.id),
    inits AS (DELETE FROM video_inits USING own WHERE video_id = own.id),
    renditions AS (DELETE FROM video_renditions USING own WHERE video_id = own.id)
    SELECT 1 FROM own`;
  if (begun.length === 0) return false;
  for (const rendition of renditions) {
    const planned = plannedRows(sql, { videoId, rendition, reference: renditions[0]! });
    const [{ media }] = await sql<[{ media: number }]>`
      WITH ${own},
      written AS (
        INSERT INTO video_segments
          (video_id, rendition, number, epoch, at_ms, duration_ms, discontinuity, keyed, init_hash, bytes, sha256)
        SELECT own.id, ${rendition}, number, ${epoch}, at_ms, duration_ms, discontinuity, keyed, init_hash, bytes, sha256
        FROM own, (${planned}) planned RETURNING init_hash)
      SELECT count(init_hash)::int AS media FROM written`;
    // One that is in none of the parts is left out.
    if (media === 0)
      await sql`
        WITH ${own} DELETE FROM video_segments USING own WHERE video_id = own.id AND rendition = ${rendition}`;
    else await addRendition(sql, { sourceId, videoId, rendition });
  }
  const finished = await sql`
    WITH ${own},
    total AS (
      SELECT min(at_ms) FILTER (WHERE rendition = ${renditions[0]!}) AS began_ms, sum(bytes) AS bytes,
        sum(duration_ms) FILTER (WHERE rendition = ${renditions[0]!}) AS duration_ms
      FROM video_segments WHERE video_id = ${videoId})
    UPDATE videos v SET status = 'ready', failure = NULL, finished_at = now(), bytes = total.bytes, duration_ms = total.duration_ms,
      started_at = CASE WHEN source.started_at IS NOT NULL THEN to_timestamp(total.began_ms / 1000) END
    FROM own, total, videos source WHERE v.id = own.id AND source.id = ${sourceId} AND total.bytes > 0 RETURNING 1`;
  return finished.length === 1;
}

async function addRendition(
  sql: Sql,
  { sourceId, videoId, rendition }: { sourceId: string; videoId: string; rendition: string },
) {
  await sql`
    INSERT INTO video_inits (video_id, rendition, hash, bytes)
    SELECT ${videoId}, rendition, hash, bytes FROM video_inits i
    WHERE video_id = ${sourceId} AND rendition = ${rendition} AND EXISTS (
      SELECT 1 FROM video_segments s WHERE s.video_id = ${videoId} AND s.rendition = i.rendition AND s.init_hash = i.hash)
    ON CONFLICT DO NOTHING`;
  await sql`
    INSERT INTO video_renditions (video_id, name, codecs, width, height, fps, bandwidth, average_bandwidth)
    SELECT ${videoId}, name, codecs, width, height, fps, bandwidth, average_bandwidth FROM video_renditions
    WHERE video_id = ${sourceId} AND name = ${rendition} ON CONFLICT DO NOTHING`;
}
