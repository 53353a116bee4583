// Uploads: begun by their uploader, then written by the owner of the `video` actor, fenced by its epoch.

import type { Sql } from "../../database.ts";
import { inTransaction } from "../../transaction.ts";
import { usedRoom } from "./used-bytes.ts";

export interface NewUpload {
  videoId: string;
  userId: string;
  title: string;
  visibility: string;
  fileName: string;
  bytes: number;
  partBytes: number;
  /** From now. */
  expiresInMs: number;
}

export interface UploadLimits {
  /** Unfinished ones of one user; 0 = no limit. */
  countMax: number;
  /** Bytes of one user's unfinished uploads, of the videos made of finished ones, and of highlights; 0 = no limit. */
  bytesMax: number;
}

/** Inserts a video of the user's own channel and its upload, and the actor that sees to both: it wakes at the latest when the upload expires. */
export async function beginUpload(
  sql: Sql,
  upload: NewUpload,
  { countMax, bytesMax }: UploadLimits,
): Promise<"begun" | "no channel" | "too many" | "too many bytes"> {
  const { videoId, userId, title, visibility, fileName, bytes, partBytes, expiresInMs } = upload;
  return inTransaction(sql, async (sql) => {
    const used = await usedRoom(sql, userId);
    if (countMax > 0 && used.uploads >= countMax) return "too many";
    if (bytesMax > 0 && used.bytes + bytes > bytesMax) return "too many bytes";
    const { count } = await sql`
      INSERT INTO videos (id, channel_id, kind, status, title, visibility)
      SELECT ${videoId}, id, 'upload', 'uploading', ${title}, ${visibility} FROM channels WHERE user_id = ${userId}`;
    if (count === 0) return "no channel";
    await sql`
      INSERT INTO uploads (video_id, user_id, file_name, bytes, part_bytes, expires_at)
      VALUES (${videoId}, ${userId}, ${fileName}, ${bytes}, ${partBytes}, now() + ${expiresInMs} * interval '1 ms')`;
    await sql`
      INSERT INTO actors (kind, key, epoch, wake_at) VALUES ('video', ${videoId}, 0, now() + ${expiresInMs} * interval '1 ms')`;
    return "begun";
  });
}

export async function setUploadId(sql: Sql, videoId: string, uploadId: string): Promise<boolean> {
  return (await sql`UPDATE uploads SET upload_id = ${uploadId} WHERE video_id = ${videoId}`).count === 1;
}

/** Undoes `beginUpload`, before anybody has seen the video. */
export async function forgetUpload(sql: Sql, videoId: string): Promise<void> {
  await sql`
    WITH video AS (DELETE FROM videos WHERE id = ${videoId} AND status = 'uploading' RETURNING id)
    DELETE FROM actors USING video WHERE kind = 'video' AND key = video.id::text`;
}

export interface UploadRow {
  videoId: string;
  channelId: string;
  userId: string;
  status: string;
  bytes: number;
  partBytes: number;
  uploadId: string | null;
  expiresAt: Date;
}

export async function findUpload(sql: Sql, videoId: string): Promise<UploadRow | null> {
  const [row] = await sql<UploadRow[]>`
    SELECT u.video_id AS "videoId", v.channel_id AS "channelId", u.user_id AS "userId", v.status, u.bytes, u.part_bytes AS "partBytes",
      u.upload_id AS "uploadId", u.expires_at AS "expiresAt"
    FROM uploads u JOIN videos v ON v.id = u.video_id WHERE u.video_id = ${videoId}`;
  return row ?? null;
}

/** What its actor does for a video. `pictures`: it is a recording that has ended. `highlight`: its parts are to be copied. `unknown`: there is
 *  no row of it. */
export type VideoTask =
  | { type: "upload"; expiresAtMs: number }
  | { type: "pictures" | "highlight" }
  | { type: "nothing" | "unknown" };

export async function videoTask(sql: Sql, videoId: string): Promise<VideoTask> {
  const [row] = await sql<{ status: string; kind: string; expiresAt: Date | null }[]>`
    SELECT v.status, v.kind, u.expires_at AS "expiresAt" FROM videos v LEFT JOIN uploads u ON u.video_id = v.id WHERE v.id = ${videoId}`;
  if (!row) return { type: "unknown" };
  if (row.expiresAt) return { type: "upload", expiresAtMs: row.expiresAt.getTime() };
  if (row.kind === "highlight" && row.status === "processing") return { type: "highlight" };
  return { type: row.status === "ready" ? "pictures" : "nothing" };
}

/** The owner of a `video` actor. Its writes fail once another node has claimed the actor. */
export interface UploadOwner {
  videoId: string;
  epoch: number;
}

/** The upload is a video that can be made. False, here and below: fenced, or the video is being deleted. */
export async function acceptUpload(sql: Sql, owner: UploadOwner, warning: string | null): Promise<boolean> {
  return updated(sql, owner, { status: "processing", progress: 0, warning });
}

export async function setUploadProgress(sql: Sql, owner: UploadOwner, progress: number): Promise<boolean> {
  return updated(sql, owner, { status: "processing", progress, warning: null });
}

async function updated(
  sql: Sql,
  { videoId, epoch }: UploadOwner,
  { status, progress, warning }: { status: string; progress: number; warning: string | null },
): Promise<boolean> {
  const rows = await sql`
    WITH own AS (SELECT 1 FROM actors WHERE kind = 'video' AND key = ${videoId} AND epoch = ${epoch} FOR SHARE),
    video AS (UPDATE videos SET status = ${status} FROM own
      WHERE id = ${videoId} AND status IN ('uploading', 'processing') RETURNING id)
    UPDATE uploads SET progress = ${progress}, warning = coalesce(${warning}, warning)
    FROM video WHERE video_id = video.id RETURNING 1`;
  return rows.length === 1;
}

/** For good. */
export async function failUpload(
  sql: Sql,
  { videoId, epoch }: UploadOwner,
  failure: { code: string; detail: string },
): Promise<boolean> {
  const rows = await sql`
    WITH own AS (SELECT 1 FROM actors WHERE kind = 'video' AND key = ${videoId} AND epoch = ${epoch} FOR SHARE)
    UPDATE videos SET status = 'failed', failure = ${sql.json(failure)}, finished_at = now() FROM own
    WHERE id = ${videoId} AND status IN ('uploading', 'processing', 'failed') RETURNING 1`;
  return rows.length === 1;
}
