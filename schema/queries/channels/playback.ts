// Who may watch a channel: its visibility, and what connects a user with it.

import type { Sql } from "../../database.ts";
import type { Visibility } from "./channel-names.ts";

export interface PlaybackAccess {
  visibility: Visibility;
  playbackVersion: number;
  passwordHash: string | null;
  /** These three are empty and false for a visitor. */
  roles: ("editor" | "moderator" | "vip" | "subscriber")[];
  follows: boolean;
  /** The channel owner has blocked the user. */
  blocked: boolean;
}

/** Null: no such channel. `userId` null: a visitor. */
export async function playbackAccess(
  sql: Sql,
  { channelId, userId }: { channelId: string; userId: string | null },
): Promise<PlaybackAccess | null> {
  const [row] = await sql<PlaybackAccess[]>`
    SELECT c.visibility, c.playback_version AS "playbackVersion", c.playback_password_hash AS "passwordHash",
           ARRAY(SELECT role FROM channel_roles WHERE channel_id = c.id AND user_id = ${userId}::uuid) AS roles,
           EXISTS (SELECT 1 FROM follows WHERE channel_id = c.id AND user_id = ${userId}::uuid) AS follows,
           EXISTS (SELECT 1 FROM blocks WHERE user_id = c.user_id AND blocked_user_id = ${userId}::uuid) AS blocked
    FROM channels c WHERE c.id = ${channelId}`;
  return row ?? null;
}

/** False also for an unknown channel. */
export async function hasPlaybackPassword(sql: Sql, channelId: string): Promise<boolean> {
  const rows = await sql`SELECT 1 FROM channels WHERE id = ${channelId} AND playback_password_hash IS NOT NULL`;
  return rows.length === 1;
}
