// One person in one room, as moderators see them. Each part is found by an index, however long the room is.

import type { LineEntry } from "../../api/chat.ts";
import type { Role } from "../../api/user.ts";
import type { Sql } from "../../database.ts";
import { clearedLine, clearsOf } from "./clears.ts";
import { type LineRow, toLine } from "./entries.ts";

/** Somebody may have said more. */
const LINES_COUNTED_MAX = 10_000;

interface InRoom {
  channelId: string;
  userId: string;
}

export interface PersonRow {
  id: string;
  login: string;
  displayName: string;
  pictureUrl: string | null;
  role: Role;
  createdAt: Date;
  isOwner: boolean;
  roles: string[];
  followedAt: Date | null;
  /** At most `LINES_COUNTED_MAX`. */
  lines: number;
  timeouts: number;
  bans: number;
  warnings: number;
  /** Lines that were deleted one by one. */
  deleted: number;
}

/** Null: no such account. Lines are counted in the order of an index, since PostgreSQL would rather scan for those of who says much. */
export async function personRow(sql: Sql, { channelId, userId }: InRoom): Promise<PersonRow | null> {
  const [row] = await sql<PersonRow[]>`
    SELECT u.id, u.login, u.display_name AS "displayName", u.picture_url AS "pictureUrl", u.role, u.created_at AS "createdAt",
           EXISTS (SELECT 1 FROM channels WHERE id = ${channelId} AND user_id = u.id) AS "isOwner",
           ARRAY(SELECT role FROM channel_roles WHERE channel_id = ${channelId} AND user_id = u.id ORDER BY role) AS roles,
           (SELECT created_at FROM follows WHERE user_id = u.id AND channel_id = ${channelId}) AS "followedAt",
           (SELECT count(*) FROM (
             SELECT 1 FROM chat_entries WHERE channel_id = ${channelId} AND user_id = ${userId} AND nonce IS NOT NULL
             ORDER BY nonce LIMIT ${LINES_COUNTED_MAX}
           ) said) AS lines, acts.*
    FROM users u CROSS JOIN (
      SELECT count(*) FILTER (WHERE act = 'timeout') AS timeouts, count(*) FILTER (WHERE act = 'ban') AS bans,
             count(*) FILTER (WHERE act = 'warn') AS warnings, count(*) FILTER (WHERE act = 'delete') AS deleted
      FROM moderation_log WHERE channel_id = ${channelId} AND target_user_id = ${userId}
    ) acts
    WHERE u.id = ${userId}`;
  return row ?? null;
}

/** The person's newest lines, newest first. A deleted one has its text where that is kept: moderators judge by it. */
export async function newestLinesOf(
  sql: Sql,
  { channelId, userId, limit }: InRoom & { limit: number },
): Promise<LineEntry[]> {
  const rows = await sql<(LineRow & { isCleared: boolean | null })[]>`
    SELECT c.seq, c.at, c.id, c.author, c.body, c.action, c.reply_to AS "replyTo", ${clearedLine(sql)} AS "isCleared"
    FROM chat_entries c ${clearsOf(sql)}
    WHERE c.channel_id = ${channelId} AND c.user_id = ${userId} AND c.kind = 'line'
    ORDER BY c.seq DESC LIMIT ${limit}`;
  return rows.map(({ isCleared, ...row }) => ({ ...toLine(row), ...(isCleared ? { deleted: true } : {}) }));
}

/** Whether this is the person's only line in the room so far. */
export async function isFirstLine(sql: Sql, { channelId, userId }: InRoom): Promise<boolean> {
  const [row] = await sql<{ lines: number }[]>`
    SELECT count(*) AS lines FROM (
      SELECT 1 FROM chat_entries WHERE channel_id = ${channelId} AND user_id = ${userId} AND nonce IS NOT NULL ORDER BY nonce LIMIT 2
    ) said`;
  return row?.lines === 1;
}
