// Channels as visitors see them, and changes by channel owners.

import { eq, sql as expression, getTableColumns } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Role } from "../../api/user.ts";
import type { Sql } from "../../database.ts";
import { drizzleOn, fragmentOf, listText, now, without } from "../../drizzle.ts";
import { type broadcasts, channels } from "../../tables/channels.ts";
import { NODE_SILENT_MS } from "../../tables/cluster.ts";
import { isLogin, isUuid } from "../../wire/ids.ts";
import { userOfLogin } from "../accounts/logins.ts";
import { SUSPENDED, suspendedNow } from "../people/suspensions.ts";
import { newestFound } from "../search/newest-found.ts";
import { hasChannelTitle, hasName, nameWords, searchKey, titleWords } from "../search/words.ts";

type Channel = typeof channels.$inferSelect;
type Broadcast = typeof broadcasts.$inferSelect;

/** Columns that a ChannelRow leaves out or computes. All others are selected, new ones included. */
const LEFT_OUT = [
  "createdAt",
  "updatedAt",
  "suspendedAt",
  "suspendedUntil",
  "suspensionReason",
  "playbackPasswordHash",
  "playbackVersion",
  // Of one route alone: about.ts.
  "about",
  "rules",
  "links",
] as const;
/** Columns that a channel owner cannot change. All others can be changed, new ones included. */
type Fixed = Exclude<(typeof LEFT_OUT)[number], "playbackPasswordHash"> | "id" | "userId" | "followers" | "bannerUrl";

export interface ChannelRow extends Omit<Channel, (typeof LEFT_OUT)[number]> {
  login: string;
  displayName: string;
  pictureUrl: string | null;
  /** Null: no category, or none of the table `categories`. */
  categorySlug: string | null;
  /** The channel or its owner is suspended now. `suspensionReason` is null when false; `suspendedUntil` is null then too, and for a
   *  suspension without an end. */
  suspended: boolean;
  suspensionReason: string | null;
  suspendedUntil: Date | null;
  /** The broadcast on air; the three fields from here on are null off air. A broadcast that no living node stands for is `lost`, whatever its row says. */
  broadcastId: string | null;
  phase: Exclude<Broadcast["phase"], "ended"> | null;
  startedAt: Date | null;
  /** Something of it is recorded that its viewers may watch; false off air. */
  canRewind: boolean;
}

/** The signed-in user who asks for a channel. */
interface ChannelViewer {
  userId: string;
  role: Role;
}

/**
 * `reference`: a login in any letter case, or an id. Null: no such channel. A suspended channel is returned only to its owner and to
 * staff. `viewer`: "staff" skips this check; null is a visitor.
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
  /** Name or slug. */
  category: string | null;
  /** Each word is part of the login or display name, or each begins a word of the title. One and two letters must begin a word of a
   *  name, too. Without letters and digits it finds nothing. */
  q: string | null;
  /** Id of the previous page's last entry: a broadcast id when `live` is true, else a channel id. */
  beforeId: string | null;
  limit: number;
}

/** Channels that are neither suspended nor unlisted, newest first: by start of the broadcast when `live` is true, else by the channel's age. UUIDv7 ids have
 *  this order. */
export async function listedChannels(sql: Sql, directory: Directory): Promise<ChannelRow[]> {
  const { live, q, limit } = directory;
  const key = q === null ? null : await searchKey(sql, q);
  if (key === "") return [];
  const [id, from, where] = [live ? sql`b.id` : sql`c.id`, listed(sql, directory), conditions(sql, directory)];
  // Those on air are few: of them each is asked for its words.
  const page =
    key === null || live
      ? sql`SELECT ${live ? sql`c.id, b.id AS place` : sql`c.id, c.id AS place`} ${from}
          WHERE ${where} ${key === null ? sql`` : sql`AND ${hasWords(sql, key)}`} ORDER BY ${id} DESC LIMIT ${limit}`
      : sql`SELECT id, id AS place FROM (${newestFound(sql, { hits: hitsOf(sql, key), id, from, where, has: hasWords(sql, key), limit })}) f`;
  return sql<ChannelRow[]>`
    SELECT r.* FROM (${page}) p CROSS JOIN LATERAL (
      ${channelColumns(sql)} FROM channels c JOIN users u ON u.id = c.user_id ${onAir(sql)} WHERE c.id = p.id OFFSET 0
    ) r ORDER BY p.place DESC`;
}

const listed = (sql: Sql, { live }: Directory) =>
  live
    ? sql`FROM (
        SELECT DISTINCT ON (channel_id) channel_id, id FROM broadcasts WHERE ${isOnAir(sql)} ORDER BY channel_id, started_at DESC
      ) b JOIN channels c ON c.id = b.channel_id JOIN users u ON u.id = c.user_id`
    : sql`FROM channels c JOIN users u ON u.id = c.user_id`;

function conditions(sql: Sql, { live, category, beforeId }: Directory) {
  // One name, so that the index has the order.
  const named = sql`coalesce((SELECT lower(name) FROM categories WHERE slug = lower(${category})), lower(${category}))`;
  return sql`NOT ${suspendedNow(sql, "c")} AND NOT ${suspendedNow(sql, "u")} AND c.visibility <> 'unlisted'
    ${live === false ? sql`AND NOT EXISTS (SELECT 1 FROM broadcasts WHERE channel_id = c.id AND ${isOnAir(sql)})` : sql``}
    ${category === null ? sql`` : sql`AND lower(c.category) = ${named}`}
    ${beforeId === null ? sql`` : sql`AND ${live ? sql`b.id` : sql`c.id`} < ${beforeId}`}`;
}

const isOnAir = (sql: Sql) => sql`ended_at IS NULL AND phase IN ('live', 'lost')`;

/** Conditions on users and on channels. */
const wordConditions = (sql: Sql, key: string) =>
  [hasName(sql, nameWords(key)!), hasChannelTitle(sql, titleWords(key)!)] as const;

function hasWords(sql: Sql, key: string) {
  const [inName, inTitle] = wordConditions(sql, key);
  return sql`(${inName} OR ${inTitle})`;
}

function hitsOf(sql: Sql, key: string) {
  const [inName, inTitle] = wordConditions(sql, key);
  return [
    sql`SELECT c.id FROM users u JOIN channels c ON c.user_id = u.id WHERE ${inName}`,
    sql`SELECT c.id FROM channels c WHERE ${inTitle}`,
  ];
}

type ChannelChange = Partial<Omit<Channel, Fixed>>;

/** Absent fields stay unchanged. Duplicate tags are merged. Another visibility and a new playback password end all playback tokens.
 *  Returns the changed channel; null: no such channel. */
export async function updateChannel(sql: Sql, id: string, change: ChannelChange): Promise<ChannelRow | null> {
  const tags = change.tags && [...new Set(change.tags)];
  const changed = drizzleOn(sql)
    .update(channels)
    .set({ ...change, tags, playbackVersion: versionAfter(change), updatedAt: now })
    .where(eq(channels.id, id))
    .returning();
  const [row] = await drizzleOn(sql).execute<ChannelRow & Record<string, unknown>>(
    expression`WITH c AS ${changed} ${raw(SELECTED)} FROM c JOIN users u ON u.id = c.user_id ${raw(ON_AIR)}`,
  );
  return row ?? null;
}

/** Undefined: unchanged. */
function versionAfter({ visibility, playbackPasswordHash }: ChannelChange) {
  const { playbackVersion } = channels;
  if (playbackPasswordHash !== undefined) return expression`${playbackVersion} + 1`;
  if (visibility === undefined) return undefined;
  return expression`${playbackVersion} + (${channels.visibility} <> ${visibility})::integer`;
}

const { raw } = expression;

/** Scalar subqueries here and below, since for a page of rows PostgreSQL may answer EXISTS from a hash of the whole table.
 *  After a power cut the row says `live` until the channel wakes somewhere. The owner's node is seen each second, and its last save counts
 *  while the channel is handed over. */
const CHECKED_PHASE = `
  CASE WHEN b.phase = 'live' AND (
    SELECT true FROM actors a LEFT JOIN nodes n ON n.incarnation = a.node
    WHERE a.kind = 'channel' AND a.key = c.id::text
      AND greatest(n.seen_at, a.saved_at) > now() - make_interval(secs => ${NODE_SILENT_MS / 1_000})
  ) IS NULL THEN 'lost' ELSE b.phase END`;

const SELECTED = `
  SELECT ${listText(without(getTableColumns(alias(channels, "c")), LEFT_OUT))}, u.login, u.display_name AS "displayName",
         u.picture_url AS "pictureUrl", (SELECT slug FROM categories WHERE name = c.category) AS "categorySlug",
         ${SUSPENDED.c} OR ${SUSPENDED.u} AS suspended,
         CASE WHEN ${SUSPENDED.c} THEN c.suspension_reason WHEN ${SUSPENDED.u} THEN u.suspension_reason END AS "suspensionReason",
         CASE WHEN ${SUSPENDED.c} THEN c.suspended_until WHEN ${SUSPENDED.u} THEN u.suspended_until END AS "suspendedUntil",
         b.id AS "broadcastId", ${CHECKED_PHASE} AS phase, b.started_at AS "startedAt",
         (
           SELECT true FROM videos WHERE id = b.id AND status = 'recording' AND target_duration_ms IS NOT NULL
             AND (visibility <> 'private' OR c.visibility = 'password')
         ) IS NOT NULL AS "canRewind"`;

const ON_AIR = `
  LEFT JOIN LATERAL (
    SELECT id, phase, started_at FROM broadcasts
    WHERE channel_id = c.id AND ended_at IS NULL AND phase IN ('live', 'lost')
    ORDER BY started_at DESC LIMIT 1
  ) b ON true`;

const [SELECTED_FRAGMENT, ON_AIR_FRAGMENT] = [fragmentOf(SELECTED), fragmentOf(ON_AIR)];

/** SELECT of a ChannelRow's columns from `channels AS c`, `users AS u` and the broadcast `b`. */
export const channelColumns = (sql: Sql) => sql(SELECTED_FRAGMENT);

/** Left join of the broadcast `b` that is on air in `channels AS c`. */
export const onAir = (sql: Sql) => sql(ON_AIR_FRAGMENT);
