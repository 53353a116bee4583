// What moderators ask: who they and others are in a room, who is banned, and what was done. Writes: acts.ts.

import type { Moderator, RoomSettings } from "../../api/chat.ts";
import type { LogDetail } from "../../api/moderation.ts";
import type { Role } from "../../api/user.ts";
import type { Sql } from "../../database.ts";
import type { StoredSettings } from "./acts.ts";

/** A person in a channel, as the order of ranks needs them. */
export interface RankedPerson extends Moderator {
  role: Role;
  isOwner: boolean;
  roles: string[];
}

/** `login` or `id`, in lower case. Null: no such account. */
export async function personInChannel(
  sql: Sql,
  { channelId, ...named }: { channelId: string } & ({ login: string } | { id: string }),
): Promise<RankedPerson | null> {
  const [row] = await sql<RankedPerson[]>`
    SELECT u.id, u.login, u.display_name AS "displayName", u.role,
           EXISTS (SELECT 1 FROM channels WHERE id = ${channelId} AND user_id = u.id) AS "isOwner",
           ARRAY(SELECT role FROM channel_roles WHERE channel_id = ${channelId} AND user_id = u.id) AS roles
    FROM users u WHERE ${"id" in named ? sql`u.id = ${named.id}` : sql`u.login = ${named.login}`}`;
  return row ?? null;
}

/** A line that can be deleted, with its author. Null: no such line in the channel. `authorId` null: the account was deleted. */
export async function lineToDelete(
  sql: Sql,
  { channelId, lineId }: { channelId: string; lineId: string },
): Promise<{ authorId: string | null; isDeleted: boolean } | null> {
  const [row] = await sql<{ authorId: string | null; isDeleted: boolean }[]>`
    SELECT user_id AS "authorId", body = '' AS "isDeleted" FROM chat_entries
    WHERE channel_id = ${channelId} AND id = ${lineId} AND kind = 'line'`;
  return row ?? null;
}

export interface BanRow extends Moderator {
  byId: string | null;
  byLogin: string | null;
  byDisplayName: string | null;
  reason: string;
  createdAt: Date;
  until: Date | null;
}

/** Those that hold now, by login. */
export function bansOf(
  sql: Sql,
  {
    channelId,
    afterLogin,
    userId,
    limit,
  }: { channelId: string; afterLogin?: string | null; userId?: string; limit: number },
): Promise<BanRow[]> {
  return sql<BanRow[]>`
    SELECT u.id, u.login, u.display_name AS "displayName", m.id AS "byId", m.login AS "byLogin", m.display_name AS "byDisplayName",
           b.reason, b.created_at AS "createdAt", b.until
    FROM bans b JOIN users u ON u.id = b.user_id LEFT JOIN users m ON m.id = b.by_user_id
    WHERE b.channel_id = ${channelId} AND (b.until IS NULL OR b.until > now())
      ${afterLogin ? sql`AND u.login > ${afterLogin}` : sql``} ${userId ? sql`AND b.user_id = ${userId}` : sql``}
    ORDER BY u.login LIMIT ${limit}`;
}

/** Null: never changed. */
export async function storedSettings(sql: Sql, channelId: string): Promise<StoredSettings | null> {
  const [row] = await sql<StoredSettings[]>`
    SELECT settings, unshielded FROM room_settings WHERE channel_id = ${channelId}`;
  return row ?? null;
}

export interface ModerationLogRow {
  id: string;
  at: Date;
  act: string;
  byId: string | null;
  byLogin: string | null;
  byDisplayName: string | null;
  targetId: string | null;
  targetLogin: string | null;
  targetDisplayName: string | null;
  lineId: string | null;
  durationMs: number | null;
  reason: string;
  settings: Partial<RoomSettings> | null;
  detail: LogDetail | null;
}

/** Newest first. `beforeId`: of the previous page's last entry. `targetId`: what concerns this person alone. */
export function moderationLog(
  sql: Sql,
  {
    channelId,
    beforeId,
    targetId = null,
    limit,
  }: { channelId: string; beforeId: string | null; targetId?: string | null; limit: number },
): Promise<ModerationLogRow[]> {
  return sql<ModerationLogRow[]>`
    SELECT l.id, l.at, l.act, m.id AS "byId", m.login AS "byLogin", m.display_name AS "byDisplayName",
           t.id AS "targetId", t.login AS "targetLogin", t.display_name AS "targetDisplayName",
           l.line_id AS "lineId", l.duration_ms AS "durationMs", l.reason, l.settings, l.detail
    FROM moderation_log l LEFT JOIN users m ON m.id = l.by_user_id LEFT JOIN users t ON t.id = l.target_user_id
    WHERE l.channel_id = ${channelId} ${beforeId === null ? sql`` : sql`AND l.id < ${beforeId}`}
      ${targetId === null ? sql`` : sql`AND l.target_user_id = ${targetId}`}
    ORDER BY l.id DESC LIMIT ${limit}`;
}
