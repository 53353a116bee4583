// What somebody may do in a channel that is not theirs: editors, moderators, VIPs, subscribers.

import type { ChannelRole } from "../../api/channel-roles.ts";
import type { Sql } from "../../database.ts";

/** Of one user in one channel; the owner has none here. By primary key: cheap enough to be asked for each line of chat. */
export async function rolesInChannel(
  sql: Sql,
  { channelId, userId }: { channelId: string; userId: string },
): Promise<ChannelRole[]> {
  const rows = await sql<{ role: ChannelRole }[]>`
    SELECT role FROM channel_roles WHERE channel_id = ${channelId} AND user_id = ${userId} ORDER BY role`;
  return rows.map(({ role }) => role);
}

export type Granted = "granted" | "had_it" | "blocked" | "full";

/** `blocked`: the owner has blocked them. `full`: the channel has `most` of that role already. Two at once may go over it by one. */
export async function grantChannelRole(
  sql: Sql,
  { channelId, userId, role, most }: { channelId: string; userId: string; role: ChannelRole; most: number },
): Promise<Granted> {
  const [row] = await sql<{ had: boolean; blocked: boolean; made: boolean; full: boolean }[]>`
    WITH full_up AS (SELECT count(*) >= ${most} AS yes FROM channel_roles WHERE channel_id = ${channelId} AND role = ${role}),
    blocked AS (
      SELECT 1 FROM channels c JOIN blocks b ON b.user_id = c.user_id AND b.blocked_user_id = ${userId} WHERE c.id = ${channelId}
    ), had AS (
      SELECT 1 FROM channel_roles WHERE channel_id = ${channelId} AND user_id = ${userId} AND role = ${role}
    ), made AS (
      INSERT INTO channel_roles (channel_id, user_id, role)
      SELECT ${channelId}::uuid, ${userId}::uuid, ${role}
      WHERE NOT EXISTS (SELECT 1 FROM blocked) AND NOT (SELECT yes FROM full_up)
      ON CONFLICT DO NOTHING RETURNING 1
    )
    SELECT EXISTS (SELECT 1 FROM had) AS had, EXISTS (SELECT 1 FROM blocked) AS blocked, EXISTS (SELECT 1 FROM made) AS made,
           (SELECT yes FROM full_up) AS full`;
  const { had, blocked, made, full } = row!;
  if (made) return "granted";
  if (had) return "had_it";
  // Neither: the same was asked twice at once, and the other one did it.
  return blocked ? "blocked" : full ? "full" : "had_it";
}

/** False: they did not have it. */
export async function takeChannelRole(
  sql: Sql,
  { channelId, userId, role }: { channelId: string; userId: string; role: ChannelRole },
): Promise<boolean> {
  const { count } = await sql`
    DELETE FROM channel_roles WHERE channel_id = ${channelId} AND user_id = ${userId} AND role = ${role}`;
  return count > 0;
}

export interface RoleHolder {
  id: string;
  login: string;
  displayName: string;
  since: Date;
}

/** By login. */
export function holdersOfRole(
  sql: Sql,
  {
    channelId,
    role,
    afterLogin,
    limit,
  }: { channelId: string; role: ChannelRole; afterLogin: string | null; limit: number },
): Promise<RoleHolder[]> {
  return sql<RoleHolder[]>`
    SELECT u.id, u.login, u.display_name AS "displayName", r.created_at AS since
    FROM channel_roles r JOIN users u ON u.id = r.user_id
    WHERE r.channel_id = ${channelId} AND r.role = ${role} ${afterLogin === null ? sql`` : sql`AND u.login > ${afterLogin}`}
    ORDER BY u.login LIMIT ${limit}`;
}
