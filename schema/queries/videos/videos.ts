// Videos as people see them in lists and on pages, with what connects the asker with each.

import { eq, getTableColumns } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Sql } from "../../database.ts";
import { drizzleOn, fragmentOf, listText, without } from "../../drizzle.ts";
import { videos } from "../../tables/videos.ts";
import { SUSPENDED, suspendedNow } from "../people/suspensions.ts";
import { newestFound } from "../search/newest-found.ts";
import { hasVideoTitle } from "../search/words.ts";

type Video = typeof videos.$inferSelect;
type Role = "editor" | "moderator" | "vip" | "subscriber";

export interface VideoRow extends Omit<Video, "owners" | "deletingSince" | "clipsLeft" | "status" | "channelId"> {
  channelId: string;
  status: Exclude<Video["status"], "deleting">;
  login: string;
  displayName: string;
  pictureUrl: string | null;
  ownerUserId: string;
  /** The channel lets viewers make clips of what they may watch, and download it. */
  clips: boolean;
  downloads: boolean;
  /** The channel or its owner is suspended now. */
  suspended: boolean;
  /** Wall times of a recording that runs: of its first picture, and of the end of its last. Null: another video, or nothing is stored yet. */
  firstAtMs: number | null;
  endsAtMs: number | null;
  /** From here on of the asker; empty, false and null for a visitor. */
  roles: Role[];
  follows: boolean;
  /** The channel owner has blocked the asker. */
  blocked: boolean;
  positionMs: number | null;
  /** Of an upload: from 0 to 1 while it is processed, and one sentence about what is missing in its file. */
  progress: number | null;
  warning: string | null;
}

const SELECTED = fragmentOf(`
  SELECT ${listText(without(getTableColumns(alias(videos, "v")), ["owners", "deletingSince", "clipsLeft"]))}, u.login, u.display_name AS "displayName",
         u.picture_url AS "pictureUrl", c.user_id AS "ownerUserId", c.clips, c.downloads, ${SUSPENDED.c} OR ${SUSPENDED.u} AS suspended, r.first_ms AS "firstAtMs", r.ends_ms AS "endsAtMs",
         ARRAY(SELECT role FROM channel_roles WHERE channel_id = c.id AND user_id = asker.id) AS roles,
         EXISTS (SELECT 1 FROM follows WHERE channel_id = c.id AND user_id = asker.id) AS follows,
         EXISTS (SELECT 1 FROM blocks WHERE user_id = c.user_id AND blocked_user_id = asker.id) AS blocked,
         p.position_ms AS "positionMs", f.progress, f.warning`);

/** A recording has its totals at its end; until then its first and its last segment say how long it is. */
const JOINED = fragmentOf(`
  JOIN channels c ON c.id = v.channel_id JOIN users u ON u.id = c.user_id
  LEFT JOIN video_positions p ON p.video_id = v.id AND p.user_id = asker.id
  LEFT JOIN uploads f ON f.video_id = v.id
  LEFT JOIN LATERAL (SELECT
    (SELECT at_ms FROM video_segments WHERE video_id = v.id AND rendition = 'source' AND init_hash IS NOT NULL
     ORDER BY number LIMIT 1) AS first_ms,
    (SELECT at_ms + duration_ms FROM video_segments WHERE video_id = v.id AND rendition = 'source' ORDER BY number DESC LIMIT 1) AS ends_ms
  ) r ON v.status = 'recording'`);

/** Null: no such video, or a tombstone. */
export async function videoById(
  sql: Sql,
  { id, askerId }: { id: string; askerId: string | null },
): Promise<VideoRow | null> {
  const [row] = await sql<VideoRow[]>`
    ${sql(SELECTED)} FROM (SELECT ${askerId}::uuid AS id) asker CROSS JOIN videos v ${sql(JOINED)}
    WHERE v.id = ${id} AND v.status <> 'deleting'`;
  return row ?? null;
}

interface VideoList {
  /** Null: of all channels, public ones alone. */
  channelId: string | null;
  askerId: string | null;
  /** The asker may see all videos of the channel. */
  keeps: boolean;
  /** A `tsquery` of words in the title; null: any. */
  words: string | null;
  /** The previous page's last video. */
  beforeId: string | null;
  limit: number;
}

/** Newest first: the ids of videos are in order of their beginnings. Those of followers are in the list of their channel, for everybody. */
export function listedVideos(
  sql: Sql,
  { channelId, askerId, keeps, words, beforeId, limit }: VideoList,
): Promise<VideoRow[]> {
  const shown =
    channelId === null
      ? sql`v.visibility = 'public' AND v.status IN ('recording', 'ready')`
      : keeps
        ? sql`v.channel_id = ${channelId} AND v.status <> 'deleting'`
        : sql`v.channel_id = ${channelId} AND v.visibility IN ('public', 'followers') AND v.status IN ('recording', 'ready')`;
  // What waits in the spool of a machine that is away is not shown to those who cannot know that.
  const hasMedia = keeps ? sql`true` : sql`NOT (v.kind = 'recording' AND v.status = 'ready' AND v.bytes = 0)`;
  const isOpen = keeps ? sql`true` : sql`NOT ${suspendedNow(sql, "c")} AND NOT ${suspendedNow(sql, "u")}`;
  const id = sql`v.id`;
  const from = sql`FROM videos v JOIN channels c ON c.id = v.channel_id JOIN users u ON u.id = c.user_id`;
  const where = sql`${shown} AND ${hasMedia} AND ${isOpen} ${beforeId === null ? sql`` : sql`AND v.id < ${beforeId}`}`;
  const page =
    words === null
      ? sql`SELECT ${id} AS id ${from} WHERE ${where} ORDER BY ${id} DESC LIMIT ${limit}`
      : newestFound(sql, {
          hits: [sql`SELECT v.id FROM videos v WHERE ${hasVideoTitle(sql, words)}`],
          id,
          from,
          where,
          has: hasVideoTitle(sql, words),
          limit,
        });
  return sql<VideoRow[]>`
    SELECT r.* FROM (SELECT ${askerId}::uuid AS id) asker CROSS JOIN (${page}) page CROSS JOIN LATERAL (
      ${sql(SELECTED)} FROM videos v ${sql(JOINED)} WHERE v.id = page.id OFFSET 0
    ) r ORDER BY page.id DESC`;
}

export type VideoChange = Partial<Pick<Video, "title" | "visibility" | "pinned">>;

/** False: no such video, or a tombstone. */
export async function updateVideo(sql: Sql, id: string, change: VideoChange): Promise<boolean> {
  if (Object.keys(change).length === 0) return true;
  const changed = await drizzleOn(sql)
    .update(videos)
    .set(change)
    .where(eq(videos.id, id))
    .returning({ status: videos.status });
  return changed.length === 1 && changed[0]!.status !== "deleting";
}
