// What the orphan sweep asks: which videos there are, and which of their objects have a row.

import type { Sql } from "../../database.ts";
import { ONLY_KEY } from "../../wire/subjects.ts";
import { type VideoObject, videoKey } from "../../wire/video-keys.ts";
import { pictureKeys, storedInits, storedVideo } from "./stored.ts";

/** The actor of the sweep is there; from then on its alarm wakes it. */
export async function ensureOrphanSweep(sql: Sql): Promise<void> {
  await sql`
    INSERT INTO actors (kind, key, epoch, wake_at) VALUES ('orphan-sweep', ${ONLY_KEY}, 0, now()) ON CONFLICT DO NOTHING`;
}

/** Those of the ids that are of videos, tombstones included. */
export async function knownVideos(sql: Sql, ids: readonly string[]): Promise<Set<string>> {
  const rows = await sql<{ id: string }[]>`SELECT id FROM videos WHERE id = ANY(${ids as string[]}::uuid[])`;
  return new Set(rows.map(({ id }) => id));
}

/** Those of the ids whose upload is not a video yet, so that its file is needed. */
export async function awaitedUploads(sql: Sql, ids: readonly string[]): Promise<Set<string>> {
  const rows = await sql<{ id: string }[]>`
    SELECT id FROM videos WHERE id = ANY(${ids as string[]}::uuid[]) AND status IN ('uploading', 'processing')`;
  return new Set(rows.map(({ id }) => id));
}

/** The next video, in order of ids, that nobody writes any more. Null: there is none. */
export async function settledVideoAfter(sql: Sql, after: string | null): Promise<string | null> {
  const [row] = await sql<{ id: string }[]>`
    SELECT id FROM videos WHERE status IN ('ready', 'failed') AND (${after}::uuid IS NULL OR id > ${after}) ORDER BY id LIMIT 1`;
  return row?.id ?? null;
}

/** How many objects the rows of a video name. Null: it is no settled video. */
export async function objectsNamed(sql: Sql, videoId: string): Promise<number | null> {
  const video = await storedVideo(sql, videoId);
  if (video?.status !== "ready" && video?.status !== "failed") return null;
  const [segments] = await sql<{ count: number }[]>`
    SELECT count(*) AS count FROM video_segments WHERE video_id = ${videoId} AND init_hash IS NOT NULL`;
  return segments!.count + (await storedInits(sql, videoId)).length + pictureKeys(video).length;
}

/** Those of the objects that a row names: bytes by key; null: the row does not say how many. */
export async function namedObjects(
  sql: Sql,
  videoId: string,
  objects: readonly VideoObject[],
): Promise<Map<string, number | null>> {
  const named = new Map<string, number | null>();
  const segments = objects.filter((object) => object.kind === "segment");
  const rows = await sql<{ rendition: string; number: number; epoch: number; bytes: number }[]>`
    SELECT s.rendition, s.number, s.epoch, s.bytes
    FROM unnest(${segments.map(({ rendition }) => rendition)}::text[], ${segments.map(({ number }) => number)}::bigint[],
      ${segments.map(({ epoch }) => epoch)}::bigint[]) AS k (rendition, number, epoch)
    JOIN video_segments s ON s.video_id = ${videoId} AND s.rendition = k.rendition AND s.number = k.number AND s.epoch = k.epoch
    WHERE s.init_hash IS NOT NULL`;
  for (const row of rows) named.set(videoKey.segment(videoId, row.rendition, row), row.bytes);
  if (objects.some(({ kind }) => kind === "init"))
    for (const { rendition, hash, bytes } of await storedInits(sql, videoId))
      named.set(videoKey.init(videoId, rendition, hash), bytes);
  const video = objects.some(({ kind }) => kind === "picture") ? await storedVideo(sql, videoId) : null;
  for (const key of video ? pictureKeys(video) : []) named.set(key, null);
  return named;
}
