// Raids and who may come where. Starting and ending are acts of the source's room (event-acts.ts).

import type { Moderator } from "../../api/chat.ts";
import type { RaidSettings, RaidView } from "../../api/raids.ts";
import type { Fragment, Sql } from "../../database.ts";
import { suspendedNow } from "../people/suspensions.ts";

export interface StoredRaid {
  view: RaidView;
  channelId: string;
  toChannelId: string;
  /** Null: the account was deleted. */
  by: Moderator | null;
}

/** Times are text where the row was read as JSON. */
export interface RaidRow {
  id: string;
  channelId: string;
  toChannelId: string;
  state: RaidView["state"];
  viewers: number;
  startedAt: Date | string;
  goesAt: Date | string;
  fromLogin: string;
  fromDisplayName: string;
  toLogin: string;
  toDisplayName: string;
  byId: string | null;
  byLogin: string | null;
  byDisplayName: string | null;
}

/** A SELECT of RaidRow. */
const raidRows = (sql: Sql, where: Fragment) => sql`
  SELECT r.id, r.channel_id AS "channelId", r.to_channel_id AS "toChannelId", r.state, r.viewers, r.started_at AS "startedAt",
         r.goes_at AS "goesAt", fu.login AS "fromLogin", fu.display_name AS "fromDisplayName", tu.login AS "toLogin",
         tu.display_name AS "toDisplayName", m.id AS "byId", m.login AS "byLogin", m.display_name AS "byDisplayName"
  FROM raids r JOIN channels f ON f.id = r.channel_id JOIN users fu ON fu.id = f.user_id
  JOIN channels t ON t.id = r.to_channel_id JOIN users tu ON tu.id = t.user_id LEFT JOIN users m ON m.id = r.by_user_id
  WHERE ${where}`;

export function storedRaid(row: RaidRow): StoredRaid {
  const { id, channelId, toChannelId, state, viewers, startedAt, goesAt, byId } = row;
  return {
    ...{ channelId, toChannelId },
    view: {
      ...{ id, state, viewers },
      from: { login: row.fromLogin, displayName: row.fromDisplayName },
      to: { login: row.toLogin, displayName: row.toDisplayName },
      startedAt: new Date(startedAt).toISOString(),
      atMs: new Date(goesAt).getTime(),
    },
    by: byId === null ? null : { id: byId, login: row.byLogin!, displayName: row.byDisplayName! },
  };
}

/** A SELECT of at most one RaidRow: of this source, one that counts down, or the last that went and whose target was not told. */
export const pendingRaidRow = (sql: Sql, channelId: string): Fragment =>
  raidRows(
    sql,
    sql`r.channel_id = ${channelId} AND (r.state = 'counting' OR (r.state = 'gone' AND r.told_at IS NULL)) ORDER BY r.id DESC LIMIT 1`,
  );

export async function pendingRaidOf(sql: Sql, channelId: string): Promise<StoredRaid | null> {
  const [row] = await sql<RaidRow[]>`${pendingRaidRow(sql, channelId)}`;
  return row ? storedRaid(row) : null;
}

/** Of this source, the newest. */
export async function lastRaidOf(sql: Sql, channelId: string): Promise<RaidView | null> {
  const [row] = await sql<RaidRow[]>`${raidRows(sql, sql`r.channel_id = ${channelId} ORDER BY r.id DESC LIMIT 1`)}`;
  return row ? storedRaid(row).view : null;
}

/** To this channel, newest first. `beforeId`: of the previous page's last raid. */
export async function raidsTo(
  sql: Sql,
  { channelId, beforeId, limit }: { channelId: string; beforeId: string | null; limit: number },
): Promise<RaidView[]> {
  const before = beforeId === null ? sql`` : sql`AND r.id < ${beforeId}`;
  const page = sql`r.to_channel_id = ${channelId} ${before} ORDER BY r.id DESC LIMIT ${limit}`;
  const rows = await sql<RaidRow[]>`${raidRows(sql, page)}`;
  return rows.map((row) => storedRaid(row).view);
}

/** Null: no such raid to this channel. */
export async function raidTo(
  sql: Sql,
  { channelId, raidId }: { channelId: string; raidId: string },
): Promise<StoredRaid | null> {
  const [row] = await sql<RaidRow[]>`${raidRows(sql, sql`r.to_channel_id = ${channelId} AND r.id = ${raidId}`)}`;
  return row ? storedRaid(row) : null;
}

/** The target's room has the entry, or never will. */
export async function raidWasTold(sql: Sql, raidId: string): Promise<void> {
  await sql`UPDATE raids SET told_at = now() WHERE id = ${raidId} AND told_at IS NULL`;
}

/** Channels with a poll or a mode that should have ended, a raid that should have gone, or one whose target was not told: their rooms are not
 *  open. */
export async function overdueRooms(sql: Sql, { lateMs, limit }: { lateMs: number; limit: number }): Promise<string[]> {
  const due = sql`now() - ${lateMs} * interval '1 ms'`;
  const rows = await sql<{ channelId: string }[]>`
    SELECT channel_id AS "channelId" FROM chat_polls WHERE ended_at IS NULL AND ends_at < ${due}
    UNION SELECT channel_id FROM raids WHERE (state = 'counting' OR (state = 'gone' AND told_at IS NULL)) AND goes_at < ${due}
    UNION SELECT channel_id FROM room_settings WHERE ends_at < ${due}
    LIMIT ${limit}`;
  return rows.map(({ channelId }) => channelId);
}

const DEFAULTS: RaidSettings = { accept: "everyone", viewersMin: 0, whileOffline: false };

export async function raidSettingsOf(sql: Sql, channelId: string): Promise<RaidSettings> {
  const [row] = await sql<RaidSettings[]>`
    SELECT accept, viewers_min AS "viewersMin", while_offline AS "whileOffline" FROM raid_settings WHERE channel_id = ${channelId}`;
  return row ?? DEFAULTS;
}

/** Absent fields stay as they are. Returns what holds now. */
export async function changeRaidSettings(
  sql: Sql,
  channelId: string,
  change: Partial<RaidSettings>,
): Promise<RaidSettings> {
  const { accept = null, viewersMin = null, whileOffline = null } = change;
  const [row] = await sql<[RaidSettings]>`
    INSERT INTO raid_settings AS r (channel_id, accept, viewers_min, while_offline)
    VALUES (${channelId}, coalesce(${accept}, ${DEFAULTS.accept}), coalesce(${viewersMin}::bigint, ${DEFAULTS.viewersMin}),
            coalesce(${whileOffline}::text::boolean, ${DEFAULTS.whileOffline}::text::boolean))
    ON CONFLICT (channel_id) DO UPDATE SET accept = coalesce(${accept}, r.accept),
      viewers_min = coalesce(${viewersMin}::bigint, r.viewers_min),
      while_offline = coalesce(${whileOffline}::text::boolean, r.while_offline)
    RETURNING accept, viewers_min AS "viewersMin", while_offline AS "whileOffline"`;
  return row;
}

/** What decides whether a raid may come. */
export interface RaidTarget {
  id: string;
  login: string;
  displayName: string;
  /** The source, as the target is told of it. */
  from: RaidView["from"];
  isLive: boolean;
  /** The target's owner follows the source. */
  follows: boolean;
  /** One of the two owners has blocked the other, or the source's owner is banned from the target's room. */
  isBlocked: boolean;
  settings: RaidSettings;
}

/** `login` in lower case, or `id`. Null: no such channel, or it is suspended. */
export async function raidTarget(
  sql: Sql,
  { channelId, ...named }: { channelId: string } & ({ login: string } | { id: string }),
): Promise<RaidTarget | null> {
  const [row] = await sql<
    (Omit<RaidTarget, "settings" | "from"> & Partial<RaidSettings> & { fromLogin: string; fromDisplayName: string })[]
  >`
    SELECT c.id, u.login, u.display_name AS "displayName", su.login AS "fromLogin", su.display_name AS "fromDisplayName",
           EXISTS (SELECT 1 FROM broadcasts b WHERE b.channel_id = c.id AND b.ended_at IS NULL) AS "isLive",
           EXISTS (SELECT 1 FROM follows WHERE user_id = c.user_id AND channel_id = s.id) AS follows,
           EXISTS (SELECT 1 FROM blocks WHERE (user_id = c.user_id AND blocked_user_id = s.user_id)
             OR (user_id = s.user_id AND blocked_user_id = c.user_id))
             OR EXISTS (SELECT 1 FROM bans WHERE channel_id = c.id AND user_id = s.user_id AND (until IS NULL OR until > now())) AS "isBlocked",
           r.accept, r.viewers_min AS "viewersMin", r.while_offline AS "whileOffline"
    FROM channels s JOIN users su ON su.id = s.user_id, channels c JOIN users u ON u.id = c.user_id LEFT JOIN raid_settings r ON r.channel_id = c.id
    WHERE s.id = ${channelId} AND ${"id" in named ? sql`c.id = ${named.id}` : sql`u.login = ${named.login}`}
      AND NOT ${suspendedNow(sql, "c")} AND NOT ${suspendedNow(sql, "u")}`;
  if (!row) return null;
  const { accept, viewersMin, whileOffline, fromLogin, fromDisplayName, ...target } = row;
  const settings = accept ? { accept, viewersMin: viewersMin!, whileOffline: whileOffline! } : DEFAULTS;
  return { ...target, from: { login: fromLogin, displayName: fromDisplayName }, settings };
}
