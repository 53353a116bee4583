// The media of an upload as rows: the same as those of a recording. Nobody reads them before the video is ready.

import type { Sql } from "../../database.ts";
import type { RenditionEntry } from "./recording.ts";
import type { UploadOwner } from "./uploads.ts";

/** A rendition as the multivariant playlist says it, with what it is made of. */
export interface RenditionRows extends RenditionEntry {
  init: { hash: string; bytes: number };
  segments: {
    number: number;
    atMs: number;
    durationMs: number;
    keyed: boolean;
    bytes: number;
    sha256: Uint8Array;
    initHash: string;
  }[];
}

const ROWS_AT_ONCE = 1_000;

/** Each statement is fenced by itself, so a second owner never waits for the first. False: fenced, or the video is being deleted. */
export async function finishUpload(
  sql: Sql,
  owner: UploadOwner,
  renditions: readonly RenditionRows[],
): Promise<boolean> {
  if (!(await removeMedia(sql, owner))) return false;
  for (const rendition of renditions) {
    await addRendition(sql, owner, rendition);
    const { segments, name } = rendition;
    for (let at = 0; at < segments.length; at += ROWS_AT_ONCE)
      await addSegments(sql, owner, { name, segments: segments.slice(at, at + ROWS_AT_ONCE) });
  }
  return complete(sql, owner, renditions);
}

/** What an earlier try has written. */
async function removeMedia(sql: Sql, { videoId, epoch }: UploadOwner): Promise<boolean> {
  const rows = await sql`
    WITH own AS (SELECT 1 FROM actors WHERE kind = 'video' AND key = ${videoId} AND epoch = ${epoch} FOR SHARE),
    video AS (SELECT id FROM videos, own WHERE id = ${videoId} AND status = 'processing'),
    segments AS (DELETE FROM video_segments USING video WHERE video_id = video.id),
    inits AS (DELETE FROM video_inits USING video WHERE video_id = video.id),
    renditions AS (DELETE FROM video_renditions USING video WHERE video_id = video.id)
    SELECT 1 FROM video`;
  return rows.length === 1;
}

async function addRendition(sql: Sql, { videoId, epoch }: UploadOwner, rendition: RenditionRows) {
  const { name, codecs, width, height, fps, bandwidth, averageBandwidth, init } = rendition;
  await sql`
    WITH own AS (SELECT 1 FROM actors WHERE kind = 'video' AND key = ${videoId} AND epoch = ${epoch} FOR SHARE),
    init AS (INSERT INTO video_inits (video_id, rendition, hash, bytes)
      SELECT ${videoId}, ${name}, ${init.hash}, ${init.bytes} FROM own)
    INSERT INTO video_renditions (video_id, name, codecs, width, height, fps, bandwidth, average_bandwidth)
    SELECT ${videoId}, ${name}, ${codecs}::text[], ${width}, ${height}, ${fps}, ${bandwidth}, ${averageBandwidth} FROM own`;
}

async function addSegments(
  sql: Sql,
  { videoId, epoch }: UploadOwner,
  { name, segments }: Pick<RenditionRows, "name" | "segments">,
) {
  const column = <Key extends keyof (typeof segments)[number]>(key: Key) => segments.map((segment) => segment[key]);
  // The driver takes a list of booleans for one.
  const keyed = column("keyed").map(String);
  const hashes = segments.map(({ sha256 }) => Buffer.from(sha256).toString("hex"));
  await sql`
    WITH own AS (SELECT 1 FROM actors WHERE kind = 'video' AND key = ${videoId} AND epoch = ${epoch} FOR SHARE)
    INSERT INTO video_segments
      (video_id, rendition, number, epoch, at_ms, duration_ms, discontinuity, keyed, init_hash, bytes, sha256)
    SELECT ${videoId}, ${name}, s.number, ${epoch}, s.at_ms, s.duration_ms, false, s.keyed, s.init_hash, s.bytes, decode(s.sha256, 'hex')
    FROM own, unnest(${column("number")}::bigint[], ${column("atMs")}::float8[], ${column("durationMs")}::float8[],
      ${keyed}::text[]::boolean[], ${column("initHash")}::text[], ${column("bytes")}::integer[], ${hashes}::text[])
      AS s (number, at_ms, duration_ms, keyed, init_hash, bytes, sha256)`;
}

/** Exactly once: a video that is ready stays as it is. */
async function complete(
  sql: Sql,
  { videoId, epoch }: UploadOwner,
  renditions: readonly RenditionRows[],
): Promise<boolean> {
  const [first] = renditions;
  const lengths = (segments: RenditionRows["segments"]) => segments.map(({ durationMs }) => durationMs);
  const durationMs = lengths(first!.segments).reduce((sum, ms) => sum + ms, 0);
  const all = renditions.flatMap(({ segments }) => segments);
  const bytes = [...all, ...renditions.map(({ init }) => init)].reduce((sum, one) => sum + one.bytes, 0);
  const targetMs = Math.max(1, Math.round(Math.max(...lengths(all)) / 1_000)) * 1_000;
  const rows = await sql`
    WITH own AS (SELECT 1 FROM actors WHERE kind = 'video' AND key = ${videoId} AND epoch = ${epoch} FOR SHARE),
    upload AS (UPDATE uploads SET progress = 1 FROM own WHERE video_id = ${videoId})
    UPDATE videos SET status = 'ready', duration_ms = ${durationMs}, bytes = ${bytes}, target_duration_ms = ${targetMs},
      failure = NULL, finished_at = coalesce(finished_at, now())
    FROM own WHERE id = ${videoId} AND status IN ('processing', 'ready') RETURNING 1`;
  return rows.length === 1;
}
