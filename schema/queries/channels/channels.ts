// Channels as visitors see them, and what their owners change.

import type { Role } from "../../api/auth.ts";
import type { Sql } from "../../database.ts";
import { isLogin, isUuid } from "../../wire/ids.ts";
import { userOfLogin } from "../accounts/logins.ts";
import { suspendedNow } from "../people/suspensions.ts";

export interface ChannelRow {
  id: string;
  userId: string;
  login: string;
  displayName: string;
  title: string;
  category: string | null;
  tags: string[];
  language: string | null;
  mature: boolean;
  followers: number;
  /** It or its owner, now. `suspensionReason` is null when not; `suspendedUntil` null too when only staff ends it. */
  suspended: boolean;
  suspensionReason: string | null;
  suspendedUntil: Date | null;
  /** The broadcast on air; all three null off air. */
  broadcastId: string | null;
  phase: "live" | "lost" | null;
  startedAt: Date | null;
}

/** Who looks. Default: a visitor. */
export interface ChannelViewer {
  userId: string;
  role: Role;
}

/**
 * `reference`: a login in any case, or an id. Null: no such channel. One that is suspended is there for its owner and for staff alone;
 * `viewer` "staff": for those who need not be asked.
 */
export async function channelByReference(
  sql: Sql,
  reference: string,
  viewer: ChannelViewer | "staff" | null = null,
): Promise<ChannelRow | null> {
  const name = reference.toLowerCase();
  const isId = isUuid(name);
  if (!isId && !isLogin(name)) return null;
  const [row] = await sql<ChannelRow[]>`
    ${channelColumns(sql)}
    FROM channels c JOIN users u ON u.id = c.user_id ${onAir(sql)}
    WHERE ${isId ? sql`c.id = ${name}` : sql`u.id = ${userOfLogin(sql, name)}`}`;
  return row && (!row.suspended || seesSuspended(row, viewer)) ? row : null;
}

const seesSuspended = ({ userId }: ChannelRow, viewer: ChannelViewer | "staff" | null) =>
  viewer === "staff" || (viewer !== null && (viewer.userId === userId || viewer.role !== "user"));

export interface Directory {
  live: boolean | null;
  category: string | null;
  /** Part of login, display name or title. */
  q: string | null;
  /** Of the last entry of the page before: broadcast id when `live` is true, else channel id. */
  beforeId: string | null;
  limit: number;
}

/** Without suspended ones. Newest first: by start of the broadcast when `live` is true, else by the channel's age. UUIDv7 ids carry that order. */
export function directory(sql: Sql, { live, category, q, beforeId, limit }: Directory): Promise<ChannelRow[]> {
  const like = q === null ? null : `%${q.replace(/[\\%_]/g, "\\$&")}%`;
  const order = live ? sql`b.id` : sql`c.id`;
  return sql<ChannelRow[]>`
    WITH on_air AS (
      SELECT DISTINCT ON (channel_id) channel_id, id, phase, started_at FROM broadcasts
      WHERE ended_at IS NULL AND phase IN ('live', 'lost') ORDER BY channel_id, started_at DESC
    )
    ${channelColumns(sql)}
    FROM channels c JOIN users u ON u.id = c.user_id LEFT JOIN on_air b ON b.channel_id = c.id
    WHERE NOT ${suspendedNow(sql, "c")} AND NOT ${suspendedNow(sql, "u")}
      ${live === null ? sql`` : live ? sql`AND b.id IS NOT NULL` : sql`AND b.id IS NULL`}
      ${category === null ? sql`` : sql`AND lower(c.category) = lower(${category})`}
      ${like === null ? sql`` : sql`AND (u.login ILIKE ${like} OR u.display_name ILIKE ${like} OR c.title ILIKE ${like})`}
      ${beforeId === null ? sql`` : sql`AND ${order} < ${beforeId}`}
    ORDER BY ${order} DESC LIMIT ${limit}`;
}

export interface ChannelChange {
  title?: string;
  category?: string | null;
  tags?: string[];
  language?: string | null;
  mature?: boolean;
}

/** Fields that are absent stay as they are. A tag given twice is one. */
export async function updateChannel(sql: Sql, id: string, change: ChannelChange): Promise<void> {
  const { title, category, tags, language, mature } = change;
  await sql`
    UPDATE channels SET
      title    = ${title === undefined ? sql`title` : title},
      category = ${category === undefined ? sql`category` : category},
      tags     = ${tags === undefined ? sql`tags` : sql.array([...new Set(tags)])},
      language = ${language === undefined ? sql`language` : language},
      mature   = ${mature === undefined ? sql`mature` : mature},
      updated_at = now()
    WHERE id = ${id}`;
}

/** Of `channels AS c`, `users AS u` and the broadcast `b`, for a ChannelRow. */
export const channelColumns = (sql: Sql) => sql`
  SELECT c.id, c.user_id AS "userId", u.login, u.display_name AS "displayName", c.title, c.category, c.tags, c.language, c.mature,
         c.followers, ${suspendedNow(sql, "c")} OR ${suspendedNow(sql, "u")} AS suspended,
         CASE WHEN ${suspendedNow(sql, "c")} THEN c.suspension_reason
              WHEN ${suspendedNow(sql, "u")} THEN u.suspension_reason END AS "suspensionReason",
         CASE WHEN ${suspendedNow(sql, "c")} THEN c.suspended_until
              WHEN ${suspendedNow(sql, "u")} THEN u.suspended_until END AS "suspendedUntil",
         b.id AS "broadcastId", b.phase, b.started_at AS "startedAt"`;

/** Joins the broadcast `b` that is on air in `channels AS c`, if there is one. */
export const onAir = (sql: Sql) => sql`
  LEFT JOIN LATERAL (
    SELECT id, phase, started_at FROM broadcasts
    WHERE channel_id = c.id AND ended_at IS NULL AND phase IN ('live', 'lost')
    ORDER BY started_at DESC LIMIT 1
  ) b ON true`;
