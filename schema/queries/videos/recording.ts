// Writes of a recording by the owners of its channel. A number that an owner has opened means one thing for good, but an owner that is cut off
// may go on to open numbers that its successor opens too. So each owner says first where its numbers begin, and what an earlier one writes
// counts only below that. Media has one owner too: what an earlier one made at a time from which a later one has media is there once.

import type { Sql } from "../../database.ts";

export interface RecordingOwner {
  /** The broadcast's id too. */
  videoId: string;
  channelId: string;
  epoch: number;
}

/** `kept`: what this owner makes is recorded. `not kept`: the channel does not want it, or is gone. `replaced`: this epoch does not own the
 *  channel any more. */
export type Begun = "kept" | "not kept" | "replaced";

/** An owner begins with `firstNumber`. What earlier owners wrote from there on is removed; their objects stay, for the sweep. Idempotent.
 *  A broadcast of which something is kept is kept to its end, whatever the channel wants meanwhile. */
export async function beginRecording(
  sql: Sql,
  { videoId, channelId, epoch, firstNumber }: RecordingOwner & { firstNumber: number },
): Promise<Begun> {
  const owner = { [epoch]: firstNumber };
  const [row] = await sql<{ owns: boolean; kept: boolean }[]>`
    WITH own AS (SELECT 1 FROM actors WHERE kind = 'channel' AND key = ${channelId} AND epoch = ${epoch} FOR SHARE),
    kept AS (
      INSERT INTO videos AS v (id, channel_id, kind, status, broadcast_id, title, visibility, owners)
      SELECT ${videoId}, c.id, 'recording', 'recording', ${videoId}::uuid, c.title,
        CASE c.visibility WHEN 'password' THEN 'private' ELSE c.visibility END, ${sql.json(owner)}
      FROM own, channels c WHERE c.id = ${channelId} AND (c.record OR EXISTS (SELECT 1 FROM videos WHERE id = ${videoId}))
      ON CONFLICT (id) DO UPDATE SET owners = excluded.owners || v.owners WHERE v.status = 'recording'
      RETURNING 1)
    SELECT EXISTS (SELECT 1 FROM own) AS owns, EXISTS (SELECT 1 FROM kept) AS kept`;
  if (!row?.owns) return "replaced";
  if (!row.kept) return "not kept";
  // A statement of its own: it sees what was written until the statement before was committed, and nothing comes after it.
  await sql`DELETE FROM video_segments WHERE video_id = ${videoId} AND number >= ${firstNumber} AND epoch < ${epoch}`;
  return "kept";
}

export interface SegmentEntry {
  rendition: string;
  number: number;
  /** Of the owner that made it. */
  epoch: number;
  atMs: number;
  durationMs: number;
  discontinuity: boolean;
  keyed: boolean;
  /** Null: a gap. */
  media: { initHash: string; bytes: number; sha256: Uint8Array } | null;
}

/** Dates of one picture at two owners differ by less, and segments are longer. */
const SAME_MS = 50;

/** Writes a segment whose object is stored, or a gap. Media take the place of a gap, a gap never that of media. False: an owner that came
 *  later has this number or has media from before this time on, another one's media are there already, or the video is gone. */
export async function writeSegment(sql: Sql, videoId: string, segment: SegmentEntry): Promise<boolean> {
  const { rendition, number, epoch, atMs, durationMs, discontinuity, keyed, media } = segment;
  // The lock keeps `beginRecording` of a later owner back until this row is committed; behind it the condition is checked again.
  const [row] = await sql<{ counts: boolean; written: boolean }[]>`
    WITH video AS (
      SELECT v.id FROM videos v WHERE v.id = ${videoId} AND v.status IN ('recording', 'ready') AND v.owners ? ${String(epoch)}
        AND NOT EXISTS (SELECT 1 FROM jsonb_each_text(v.owners) o WHERE o.key::bigint > ${epoch} AND o.value::bigint <= ${number})
        AND NOT (EXISTS (SELECT 1 FROM jsonb_object_keys(v.owners) o WHERE o::bigint > ${epoch})
          AND EXISTS (SELECT 1 FROM video_segments l WHERE l.video_id = v.id AND l.rendition = ${rendition} AND l.epoch > ${epoch}
            AND l.init_hash IS NOT NULL AND l.at_ms <= ${atMs}::float8 + ${SAME_MS}::float8))
      FOR SHARE),
    written AS (
      INSERT INTO video_segments AS s
        (video_id, rendition, number, epoch, at_ms, duration_ms, discontinuity, keyed, init_hash, bytes, sha256)
      SELECT id, ${rendition}, ${number}, ${epoch}, ${atMs}::float8, ${durationMs}::float8, ${discontinuity}, ${keyed},
        ${media?.initHash ?? null}, ${media?.bytes ?? 0}, ${media?.sha256 ?? null} FROM video
      ON CONFLICT (video_id, rendition, number) DO UPDATE SET epoch = excluded.epoch, at_ms = excluded.at_ms,
        duration_ms = excluded.duration_ms, discontinuity = excluded.discontinuity, keyed = excluded.keyed,
        init_hash = excluded.init_hash, bytes = excluded.bytes, sha256 = excluded.sha256
      WHERE s.init_hash IS NULL AND excluded.init_hash IS NOT NULL
      RETURNING 1)
    SELECT EXISTS (SELECT 1 FROM video) AS counts, EXISTS (SELECT 1 FROM written) AS written`;
  if (!row?.counts || row.written) return row?.counts ?? false;
  // A statement of its own: it sees what was committed while the one before waited.
  const others = await sql`
    SELECT 1 FROM video_segments WHERE video_id = ${videoId} AND rendition = ${rendition} AND number = ${number}
      AND init_hash IS NOT NULL AND epoch <> ${epoch}`;
  return others.length === 0;
}

/** An owner has stored its first media of a rendition, in the session of the owner before: what that one made from there on is removed. Its
 *  objects stay, for the sweep. */
export async function supersede(
  sql: Sql,
  videoId: string,
  { rendition, number, epoch, atMs }: Pick<SegmentEntry, "rendition" | "number" | "epoch" | "atMs">,
) {
  await sql`
    DELETE FROM video_segments WHERE video_id = ${videoId} AND rendition = ${rendition} AND number < ${number}
      AND epoch < ${epoch} AND at_ms >= ${atMs}::float8 - ${SAME_MS}::float8`;
}

export async function writeInit(
  sql: Sql,
  videoId: string,
  { rendition, hash, bytes }: { rendition: string; hash: string; bytes: number },
) {
  await sql`
    INSERT INTO video_inits (video_id, rendition, hash, bytes)
    SELECT id, ${rendition}, ${hash}, ${bytes} FROM videos WHERE id = ${videoId}
    ON CONFLICT DO NOTHING`;
}

export interface RenditionEntry {
  name: string;
  codecs: string[];
  width: number;
  height: number;
  fps: number;
  bandwidth: number;
  averageBandwidth: number | null;
}

/** Writes what the multivariant playlist says of the renditions. The peak is the highest that was ever written. */
export async function writeRenditions(
  sql: Sql,
  videoId: string,
  { renditions, targetDurationMs }: { renditions: RenditionEntry[]; targetDurationMs: number },
) {
  await sql`
    UPDATE videos SET target_duration_ms = ${Math.round(targetDurationMs)}
    WHERE id = ${videoId} AND target_duration_ms IS DISTINCT FROM ${Math.round(targetDurationMs)}`;
  for (const { name, codecs, width, height, fps, bandwidth, averageBandwidth } of renditions)
    await sql`
      INSERT INTO video_renditions AS r (video_id, name, codecs, width, height, fps, bandwidth, average_bandwidth)
      SELECT id, ${name}, ${codecs}, ${width}, ${height}, ${fps}, ${Math.round(bandwidth)},
        ${averageBandwidth === null ? null : Math.round(averageBandwidth)}
      FROM videos WHERE id = ${videoId}
      ON CONFLICT (video_id, name) DO UPDATE SET codecs = excluded.codecs, width = excluded.width, height = excluded.height,
        fps = excluded.fps, bandwidth = greatest(r.bandwidth, excluded.bandwidth), average_bandwidth = excluded.average_bandwidth`;
}

/** Ends a recording: marks the numbers that nobody has, writes the totals, and wakes the actor of the video, which draws its pictures; once. A
 *  recording without media is removed, unless it had other owners: their spools may hold some. False: this epoch does not own the channel
 *  any more. */
export async function finishRecording(sql: Sql, { videoId, channelId, epoch }: RecordingOwner): Promise<boolean> {
  const own = await sql`SELECT 1 FROM actors WHERE kind = 'channel' AND key = ${channelId} AND epoch = ${epoch}`;
  if (own.length === 0) return false;
  await markHoles(sql, videoId);
  await sql`
    WITH own AS (SELECT 1 FROM actors WHERE kind = 'channel' AND key = ${channelId} AND epoch = ${epoch} FOR SHARE),
    ${total(sql, videoId)},
    finished AS (
      UPDATE videos SET status = 'ready', finished_at = now(), bytes = coalesce(total.bytes, 0),
        duration_ms = coalesce(total.duration_ms, 0), started_at = to_timestamp(total.began_ms / 1000)
      FROM own, total WHERE id = ${videoId} AND finished_at IS NULL AND status = 'recording' RETURNING id)
    INSERT INTO actors (kind, key, epoch, wake_at)
    SELECT 'video', id::text, 0, now() FROM finished, total WHERE total.media > 0 ON CONFLICT DO NOTHING`;
  await sql`
    DELETE FROM videos v WHERE v.id = ${videoId} AND v.finished_at IS NOT NULL
      AND (SELECT count(*) FROM jsonb_object_keys(v.owners)) < 2
      AND NOT EXISTS (SELECT 1 FROM video_segments s WHERE s.video_id = v.id AND s.init_hash IS NOT NULL)`;
  return true;
}

const total = (sql: Sql, videoId: string) => sql`
  total AS (
    SELECT min(at_ms) FILTER (WHERE rendition = 'source') AS began_ms, sum(bytes) AS bytes,
      sum(duration_ms) FILTER (WHERE rendition = 'source') AS duration_ms, count(init_hash) AS media
    FROM video_segments WHERE video_id = ${videoId})`;

/** After media that came later than the end of their recording: its totals, and its pictures if these are the first ones. Nothing for one that
 *  has not ended. */
export async function retotalRecording(sql: Sql, videoId: string) {
  const over = await sql`SELECT 1 FROM videos WHERE id = ${videoId} AND kind = 'recording' AND status = 'ready'`;
  if (over.length === 0) return;
  await markHoles(sql, videoId);
  await sql`
    WITH ${total(sql, videoId)},
    counted AS (
      UPDATE videos SET bytes = coalesce(total.bytes, 0), duration_ms = coalesce(total.duration_ms, 0),
        started_at = to_timestamp(total.began_ms / 1000)
      FROM total WHERE id = ${videoId} AND status = 'ready' RETURNING id)
    INSERT INTO actors (kind, key, epoch, wake_at)
    SELECT 'video', id::text, 0, now() FROM counted, total WHERE total.media > 0 ON CONFLICT DO NOTHING`;
}

/** A gap for each number between two rows of a rendition that nobody has, so long that together they span the hole. Without a hole they have no
 *  duration, and are not listed. */
async function markHoles(sql: Sql, videoId: string) {
  await sql`
    INSERT INTO video_segments
      (video_id, rendition, number, epoch, at_ms, duration_ms, discontinuity, keyed, init_hash, bytes)
    SELECT ${videoId}::uuid, rendition, n, epoch, ends_ms + (n - number - 1) * lasts_ms, lasts_ms, false, false, NULL, 0
    FROM (
      SELECT rendition, number, epoch, next_number, at_ms + duration_ms AS ends_ms,
        greatest(0, floor(next_ms - at_ms - duration_ms)) / (next_number - number - 1) AS lasts_ms
      FROM (
        SELECT *, lead(number) OVER w AS next_number, lead(at_ms) OVER w AS next_ms
        FROM video_segments WHERE video_id = ${videoId} WINDOW w AS (PARTITION BY rendition ORDER BY number)) rows
      WHERE next_number > number + 1) holes
    CROSS JOIN LATERAL generate_series(number + 1, next_number - 1) n
    ON CONFLICT DO NOTHING`;
}

/** Of a channel that is on air; null: off air, or not recorded. */
export async function runningRecording(sql: Sql, channelId: string): Promise<string | null> {
  const [row] = await sql<{ id: string }[]>`
    SELECT id FROM videos WHERE channel_id = ${channelId} AND status = 'recording' ORDER BY id DESC LIMIT 1`;
  return row?.id ?? null;
}
