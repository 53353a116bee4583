// Roles of users in channels of others: editor, moderator, VIP, subscriber.

import { and, asc, eq, gt } from "drizzle-orm";
import type { ChannelRole } from "../../api/channel-roles.ts";
import type { Sql } from "../../database.ts";
import { drizzleOn } from "../../drizzle.ts";
import { users } from "../../tables/accounts.ts";
import { channelRoles } from "../../tables/people.ts";
import type { Speaking } from "../../wire/room.ts";

/** What lines of a user in a channel show of the user. */
export interface Standing {
  /** Null: the account was deleted. */
  displayName: string | null;
  /** The channel owner has none. */
  roles: readonly ChannelRole[];
  /** One of the channel's first subscribers. */
  isFounder?: boolean;
  /** As the user chose it; null: none. */
  color?: string | null;
  /** The reason of a warning that the user has not acknowledged; null: none. */
  warning?: string | null;
  /** Absent, like the three above: the account was deleted, or it is not known. */
  speaking?: Speaking;
}

/** Subscribers who stay its founders as long as they subscribe. */
const FOUNDERS = 10;

/** Reads by keys: cheap enough for each line of chat. */
export async function standingInChannel(
  sql: Sql,
  { channelId, userId }: { channelId: string; userId: string },
): Promise<Standing> {
  const [row] = await sql<[StandingRow]>`
    SELECT u.display_name AS "displayName", u.color, u.created_at AS "accountAt", u.email_verified_at IS NOT NULL AS "emailVerified",
           (SELECT created_at FROM follows WHERE user_id = ${userId} AND channel_id = ${channelId}) AS "followedAt",
           ARRAY(SELECT role FROM channel_roles WHERE channel_id = ${channelId} AND user_id = ${userId} ORDER BY role) AS roles,
           ${userId}::uuid IN (
             SELECT user_id FROM channel_roles WHERE channel_id = ${channelId} AND role = 'subscriber' ORDER BY created_at, user_id LIMIT ${FOUNDERS}
           ) AS "isFounder",
           (SELECT reason FROM warnings WHERE channel_id = ${channelId} AND user_id = ${userId} AND acknowledged_at IS NULL
            ORDER BY id DESC LIMIT 1) AS warning,
           EXISTS (SELECT 1 FROM suspicions WHERE channel_id = ${channelId} AND user_id = ${userId} AND level <> 'cleared') AS suspicious
    FROM (SELECT 1) one LEFT JOIN users u ON u.id = ${userId}`;
  const { displayName, roles, isFounder, color, warning, accountAt, emailVerified, followedAt, suspicious } = row;
  if (!accountAt) return { displayName, roles };
  const speaking = {
    followedAtMs: followedAt?.getTime() ?? null,
    accountAtMs: accountAt.getTime(),
    emailVerified: emailVerified === true,
    ...(suspicious ? { suspicious } : {}),
  };
  return { displayName, roles, isFounder, color, warning, speaking };
}

interface StandingRow extends Required<Omit<Standing, "speaking">> {
  accountAt: Date | null;
  emailVerified: boolean | null;
  followedAt: Date | null;
  suspicious: boolean;
}

type Granted = "granted" | "had_it" | "blocked" | "full";

/** `blocked`: the channel owner has blocked the user. `full`: the channel has `most` users with this role. Concurrent requests may exceed
 *  `most`. */
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
  // Neither blocked nor full: a concurrent duplicate request granted the role.
  return blocked ? "blocked" : full ? "full" : "had_it";
}

/** False: the user did not have the role. */
export async function takeChannelRole(
  sql: Sql,
  { channelId, userId, role }: { channelId: string; userId: string; role: ChannelRole },
): Promise<boolean> {
  const { count } = await drizzleOn(sql)
    .delete(channelRoles)
    .where(and(eq(channelRoles.channelId, channelId), eq(channelRoles.userId, userId), eq(channelRoles.role, role)));
  return count > 0;
}

const columns = {
  id: users.id,
  login: users.login,
  displayName: users.displayName,
  pictureUrl: users.pictureUrl,
  since: channelRoles.createdAt,
};

export type RoleHolder = Pick<typeof users.$inferSelect, "id" | "login" | "displayName" | "pictureUrl"> & {
  since: Date;
};

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
  const isHolder = and(eq(channelRoles.channelId, channelId), eq(channelRoles.role, role));
  return drizzleOn(sql)
    .select(columns)
    .from(channelRoles)
    .innerJoin(users, eq(users.id, channelRoles.userId))
    .where(and(isHolder, afterLogin === null ? undefined : gt(users.login, afterLogin)))
    .orderBy(asc(users.login))
    .limit(limit);
}
