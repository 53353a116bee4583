// Follows of channels. Triggers maintain the count in channels.followers.

import { and, eq } from "drizzle-orm";
import type { Sql } from "../../database.ts";
import { drizzleOn } from "../../drizzle.ts";
import { follows } from "../../tables/people.ts";
import { type ChannelRow, channelColumns, onAir } from "../channels/channels.ts";
import { suspendedNow } from "./suspensions.ts";

type Followed = "followed" | "followed_before" | "blocked" | "full";

/** `blocked`: the channel owner has blocked the user. `full`: the user follows `most` channels already. */
export async function followChannel(
  sql: Sql,
  { userId, channelId, most }: { userId: string; channelId: string; most: number },
): Promise<Followed> {
  const [row] = await sql<{ had: boolean; made: boolean; blocked: boolean; full: boolean }[]>`
    WITH full_up AS (SELECT count(*) >= ${most} AS yes FROM follows WHERE user_id = ${userId}),
    had AS (SELECT 1 FROM follows WHERE user_id = ${userId} AND channel_id = ${channelId}),
    blocked AS (
      SELECT 1 FROM channels c JOIN blocks b ON b.user_id = c.user_id AND b.blocked_user_id = ${userId} WHERE c.id = ${channelId}
    ), made AS (
      INSERT INTO follows (user_id, channel_id) SELECT ${userId}::uuid, ${channelId}::uuid
      WHERE NOT EXISTS (SELECT 1 FROM blocked) AND NOT (SELECT yes FROM full_up)
      ON CONFLICT DO NOTHING RETURNING 1
    )
    SELECT EXISTS (SELECT 1 FROM had) AS had, EXISTS (SELECT 1 FROM made) AS made, EXISTS (SELECT 1 FROM blocked) AS blocked,
           (SELECT yes FROM full_up) AS full`;
  const { had, made, blocked, full } = row!;
  if (made) return "followed";
  if (had) return "followed_before";
  // Neither blocked nor full: a concurrent duplicate request made the follow.
  return blocked ? "blocked" : full ? "full" : "followed_before";
}

export async function unfollowChannel(
  sql: Sql,
  { userId, channelId }: { userId: string; channelId: string },
): Promise<void> {
  await drizzleOn(sql)
    .delete(follows)
    .where(and(eq(follows.userId, userId), eq(follows.channelId, channelId)));
}

/** Start of the follow; null: the user does not follow the channel. Runs for each channel page of a signed-in user. */
export async function followedSince(
  sql: Sql,
  { userId, channelId }: { userId: string; channelId: string },
): Promise<Date | null> {
  const [row] = await sql<{ since: Date }[]>`
    SELECT created_at AS since FROM follows WHERE user_id = ${userId} AND channel_id = ${channelId}`;
  return row?.since ?? null;
}

interface FollowersQuestion {
  channelId: string;
  /** `place` and user id of the previous page's last row. */
  before: { place: number; userId: string } | null;
  limit: number;
}

interface FollowerRow {
  id: string;
  login: string;
  displayName: string;
  pictureUrl: string | null;
  followedAt: Date;
  /** `followedAt` in microseconds: the sort key. */
  place: number;
}

/** The newest follower first, without suspended users. */
export function followersOf(sql: Sql, { channelId, before, limit }: FollowersQuestion): Promise<FollowerRow[]> {
  // The row comparison is on the index's own columns, so that a page reads as many rows as it shows.
  const earlier =
    before &&
    sql`AND (f.created_at, f.user_id) <
    ('epoch'::timestamptz + ${before.place}::bigint * interval '1 microsecond', ${before.userId}::uuid)`;
  return sql<FollowerRow[]>`
    SELECT u.id, u.login, u.display_name AS "displayName", u.picture_url AS "pictureUrl", f.created_at AS "followedAt",
           (extract(epoch FROM f.created_at) * 1000000)::bigint AS place
    FROM follows f JOIN users u ON u.id = f.user_id
    WHERE f.channel_id = ${channelId} AND NOT ${suspendedNow(sql, "u")} ${earlier ?? sql``}
    ORDER BY f.created_at DESC, f.user_id DESC LIMIT ${limit}`;
}

interface FollowsQuestion {
  userId: string;
  /** True: only channels on air. False: only channels off air. Null: all. */
  live: boolean | null;
  /** `place` and channel id of the previous page's last row. */
  before: { place: number; channelId: string } | null;
  limit: number;
}

interface FollowedRow extends ChannelRow {
  followedAt: Date;
  /** End of the newest broadcast; null: on air, or never live. */
  lastLiveAt: Date | null;
  /** `followedAt` in microseconds: the sort key. */
  place: number;
}

/** Most recently followed first, without suspended channels. Broadcasts are joined only for the rows of the page. */
export function followsOf(sql: Sql, { userId, live, before, limit }: FollowsQuestion): Promise<FollowedRow[]> {
  const place = sql`(extract(epoch FROM f.created_at) * 1000000)::bigint`;
  const onAirNow = sql`SELECT channel_id FROM broadcasts WHERE ended_at IS NULL AND phase IN ('live', 'lost')`;
  return sql<FollowedRow[]>`
    ${channelColumns(sql)}, f.created_at AS "followedAt", ${place} AS place,
      (SELECT ended_at FROM broadcasts WHERE channel_id = c.id ORDER BY started_at DESC LIMIT 1) AS "lastLiveAt"
    FROM (
      SELECT f.created_at, f.channel_id FROM follows f JOIN channels c ON c.id = f.channel_id JOIN users u ON u.id = c.user_id
      WHERE f.user_id = ${userId} AND NOT ${suspendedNow(sql, "c")} AND NOT ${suspendedNow(sql, "u")}
        ${live === null ? sql`` : live ? sql`AND f.channel_id IN (${onAirNow})` : sql`AND f.channel_id NOT IN (${onAirNow})`}
        ${before === null ? sql`` : sql`AND (${place}, f.channel_id) < (${before.place}::bigint, ${before.channelId}::uuid)`}
      ORDER BY f.created_at DESC, f.channel_id DESC LIMIT ${limit}
    ) f JOIN channels c ON c.id = f.channel_id JOIN users u ON u.id = c.user_id ${onAir(sql)}
    ORDER BY f.created_at DESC, f.channel_id DESC`;
}
