// Clips as people see them in lists and on pages, with what connects the asker with each.

import { getTableColumns } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Sql } from "../../database.ts";
import { fragmentOf, listText, without } from "../../drizzle.ts";
import { clips } from "../../tables/clips.ts";
import { SUSPENDED, suspendedNow } from "../people/suspensions.ts";
import type { VideoRow } from "../videos/videos.ts";

type Clip = typeof clips.$inferSelect;

/** A clip is seen by whoever may see its video, also when only the segments of its clips are left of that. */
export interface ClipRow
  extends Omit<Clip, "firstNumber" | "lastNumber" | "pictureDueAt" | "pictureTries">,
    Pick<
      VideoRow,
      | "login"
      | "displayName"
      | "ownerUserId"
      | "roles"
      | "follows"
      | "blocked"
      | "suspended"
      | "visibility"
      | "kind"
      | "broadcastId"
      | "pictures"
      | "pictureUrl"
    > {
  videoTitle: string;
  /** Nobody can watch the video itself any more. */
  videoGone: boolean;
  /** Null: the account is gone. */
  makerLogin: string | null;
  makerName: string | null;
}

const SELECTED = fragmentOf(`
  SELECT ${listText(without(getTableColumns(alias(clips, "k")), ["firstNumber", "lastNumber", "pictureDueAt", "pictureTries"]))}, v.title AS "videoTitle",
         v.status NOT IN ('recording', 'ready') AS "videoGone", v.visibility, v.kind, v.broadcast_id AS "broadcastId", v.pictures,
         m.login AS "makerLogin", m.display_name AS "makerName", u.login, u.display_name AS "displayName", u.picture_url AS "pictureUrl", c.user_id AS "ownerUserId",
         ${SUSPENDED.c} OR ${SUSPENDED.u} AS suspended,
         ARRAY(SELECT role FROM channel_roles WHERE channel_id = c.id AND user_id = asker.id) AS roles,
         EXISTS (SELECT 1 FROM follows WHERE channel_id = c.id AND user_id = asker.id) AS follows,
         EXISTS (SELECT 1 FROM blocks WHERE user_id = c.user_id AND blocked_user_id = asker.id) AS blocked`);

const JOINED = fragmentOf(`
  JOIN videos v ON v.id = k.video_id JOIN channels c ON c.id = k.channel_id JOIN users u ON u.id = c.user_id
  LEFT JOIN users m ON m.id = k.user_id`);

/** Null: no such clip. */
export async function clipById(
  sql: Sql,
  { id, askerId }: { id: string; askerId: string | null },
): Promise<ClipRow | null> {
  const [row] = await sql<ClipRow[]>`
    ${sql(SELECTED)} FROM (SELECT ${askerId}::uuid AS id) asker CROSS JOIN clips k ${sql(JOINED)} WHERE k.id = ${id}`;
  return row ?? null;
}

interface ClipList {
  channelId: string;
  /** Null: of all videos of the channel. */
  videoId: string | null;
  askerId: string | null;
  /** The asker may see all videos of the channel. */
  keeps: boolean;
  /** The previous page's last clip. */
  beforeId: string | null;
  limit: number;
}

/** Newest first. As with videos, those for followers are in the list for everybody, and unlisted and private ones for those who keep them. */
export function listedClips(
  sql: Sql,
  { channelId, videoId, askerId, keeps, beforeId, limit }: ClipList,
): Promise<ClipRow[]> {
  const isOpen = keeps
    ? sql`true`
    : sql`v.visibility IN ('public', 'followers') AND NOT ${suspendedNow(sql, "c")} AND NOT ${suspendedNow(sql, "u")}`;
  return sql<ClipRow[]>`
    ${sql(SELECTED)} FROM (SELECT ${askerId}::uuid AS id) asker CROSS JOIN clips k ${sql(JOINED)}
    WHERE k.channel_id = ${channelId} AND ${isOpen} ${videoId === null ? sql`` : sql`AND k.video_id = ${videoId}`}
      ${beforeId === null ? sql`` : sql`AND k.id < ${beforeId}`}
    ORDER BY k.id DESC LIMIT ${limit}`;
}

/** Of one channel; over it the oldest must go first. */
export const CLIPS_PER_CHANNEL_MAX = 10_000;

export type NewClip = Omit<Clip, "channelId" | "createdAt" | "views" | "pictured" | "pictureDueAt" | "pictureTries">;

/** `gone`: the video cannot be watched any more. `too many`: the channel has as many as it may have. */
export async function createClip(sql: Sql, clip: NewClip): Promise<"created" | "gone" | "too many"> {
  const { id, videoId, userId, title, startMs, durationMs, firstNumber, lastNumber, offsetMs } = clip;
  // The lock keeps a tombstone of the video back until this clip is committed, so that the sweep knows of it.
  const [row] = await sql<{ there: boolean; created: boolean }[]>`
    WITH video AS (
      SELECT v.id, v.channel_id FROM videos v WHERE v.id = ${videoId} AND v.status IN ('recording', 'ready') FOR SHARE),
    created AS (
      INSERT INTO clips (id, channel_id, video_id, user_id, title, start_ms, duration_ms, first_number, last_number, offset_ms)
      SELECT ${id}::uuid, channel_id, id, ${userId}::uuid, ${title}, ${startMs}::float8, ${durationMs}, ${firstNumber}, ${lastNumber},
        ${offsetMs}::float8 FROM video
      WHERE (SELECT count(*) FROM clips k WHERE k.channel_id = video.channel_id) < ${CLIPS_PER_CHANNEL_MAX} RETURNING 1)
    SELECT EXISTS (SELECT 1 FROM video) AS there, EXISTS (SELECT 1 FROM created) AS created`;
  return row?.created ? "created" : row?.there ? "too many" : "gone";
}

/** False: no such clip. */
export async function deleteClip(sql: Sql, id: string): Promise<boolean> {
  const { count } = await sql`DELETE FROM clips WHERE id = ${id}`;
  return count === 1;
}
