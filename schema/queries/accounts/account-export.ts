// The data export: everything that is stored about one user. Columns come from the tables: a new one is exported unless it is named here.

import {
  and,
  asc,
  eq,
  sql as expression,
  getTableColumns,
  getTableName,
  gt,
  gte,
  inArray,
  isNotNull,
  type SQL,
} from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import { STAFF_ACTS } from "../../api/audit.ts";
import type { Sql } from "../../database.ts";
import { drizzleOn, without } from "../../drizzle.ts";
import { accessTokens, emailTokens, identities, pastLogins, signIns, users } from "../../tables/accounts.ts";
import { broadcastChanges, broadcasts, channels, streamKeys } from "../../tables/channels.ts";
import { chatEntries } from "../../tables/chat.ts";
import { clips } from "../../tables/clips.ts";
import { emotes } from "../../tables/emotes.ts";
import { heldLines } from "../../tables/judging.ts";
import { moderationLog } from "../../tables/moderation.ts";
import { auditLog } from "../../tables/operator.ts";
import { blocks, channelRoles, follows, reports } from "../../tables/people.ts";
import { pollVotes, raidSettings } from "../../tables/room-events.ts";
import { personNotes, unbanRequests, warnings } from "../../tables/room-people.ts";
import { restreamTargets } from "../../tables/targets.ts";
import { uploads } from "../../tables/uploads.ts";
import { channelRetention, videoPositions, videos } from "../../tables/videos.ts";

/** By table: hashes and secrets, data about others, and the user's own id where it only repeats the row's owner. "all": the whole table. */
export const NOT_EXPORTED: Readonly<Record<string, readonly string[] | "all">> = {
  users: ["passwordHash", "totpSecret", "totpLastStep", "otpTries", "otpTriedAt"],
  past_logins: ["userId"],
  sign_ins: ["userId", "tokenHash", "previousHash", "rotatedAt"],
  identities: ["userId"],
  email_tokens: ["userId", "tokenHash"],
  access_tokens: ["userId", "tokenHash"],
  channels: ["userId", "playbackPasswordHash"],
  stream_keys: ["channelId", "keyHash"],
  // Hashes, good for a minute.
  publish_tickets: "all",
  restream_targets: ["channelId", "sealedKey", "revision"],
  channel_roles: ["userId"],
  follows: ["userId"],
  blocks: ["userId"],
  reports: ["reporterId", "evidence", "handledBy", "handledAt", "note"],
  broadcasts: ["channelId", "epoch"],
  videos: ["channelId", "owners", "clipsLeft", "posterHash"],
  video_positions: ["userId"],
  channel_retention: ["channelId"],
  // Of a video, of which the export says what it is: its media.
  video_renditions: "all",
  video_inits: "all",
  video_segments: "all",
  // Keys of objects that are removed.
  picture_removals: "all",
  // Hashes only.
  video_views: "all",
  clip_views: "all",
  clips: ["userId", "firstNumber", "lastNumber", "offsetMs", "pictured", "pictureDueAt", "pictureTries"],
  // Of a video: what it is cut from.
  highlight_parts: "all",
  emotes: ["userId", "hash", "heights"],
  uploads: ["userId", "uploadId", "partBytes"],
  warnings: ["userId", "byUserId"],
  // About others: the moderators' own affair, like bans. What the user wrote is exported.
  person_notes: ["userId", "byUserId"],
  unban_requests: ["userId", "decidedBy", "bannedAt"],
  suspicions: "all",
  // Hashes only.
  sign_in_traces: "all",
  line_erasures: "all",
  chat_entries: ["userId", "epoch", "kind", "nonce", "author", "event"],
  // Who may not write where is the moderators' own affair, like their log; what the user did as one is in `moderated`.
  bans: "all",
  room_settings: "all",
  // A room's own; what the user added is in `moderated`.
  room_terms: "all",
  room_auto_mod: "all",
  // Why it waits and who decided is the moderators' affair.
  held_lines: ["userId", "nonce", "author", "reason", "byUserId"],
  chat_clears: "all",
  moderation_log: ["byUserId", "targetUserId"],
  // Of rooms: what the user did in them is in `moderated`.
  chat_pins: "all",
  chat_polls: "all",
  raids: "all",
  poll_votes: ["userId", "id"],
  raid_settings: ["channelId"],
  audit_log: ["actorId"],
  // Hashes only.
  recovery_codes: "all",
  // Ids of revoked tokens and of deleted accounts.
  revocations: "all",
  erasures: "all",
  // The same for everybody.
  categories: "all",
  // About machines.
  box_keys: "all",
  nodes: "all",
  actors: "all",
};

function shown(table: PgTable): Record<string, PgColumn> {
  const hidden = NOT_EXPORTED[getTableName(table)] ?? [];
  return hidden === "all" ? {} : without(getTableColumns(table), hidden);
}

/** Acts as staff are exported without target and detail: these are about others. */
const isAboutOthers = inArray(auditLog.act, [...STAFF_ACTS]);

/** Columns by part of the document. */
export const EXPORTED = {
  user: {
    ...shown(users),
    hasPassword: isNotNull(users.passwordHash) as SQL<boolean>,
    twoFactorSince: users.totpConfirmedAt,
  },
  pastLogins: shown(pastLogins),
  signIns: shown(signIns),
  identities: shown(identities),
  letters: shown(emailTokens),
  accessTokens: shown(accessTokens),
  channel: { ...shown(channels), streamKeyHint: streamKeys.hint, streamKeyCreatedAt: streamKeys.createdAt },
  retention: shown(channelRetention),
  raidSettings: shown(raidSettings),
  restreamTargets: shown(restreamTargets),
  channelRoles: { ...shown(channelRoles), channel: users.login },
  follows: { ...shown(follows), channel: users.login },
  blocks: { ...shown(blocks), userId: blocks.blockedUserId, login: users.login },
  reports: shown(reports),
  watched: { ...shown(videoPositions), title: videos.title },
  broadcasts: shown(broadcasts),
  broadcastTopics: shown(broadcastChanges),
  videos: shown(videos),
  uploads: shown(uploads),
  clips: shown(clips),
  emotes: shown(emotes),
  pollVotes: shown(pollVotes),
  warnings: { ...shown(warnings), channel: users.login },
  unbanRequests: { ...shown(unbanRequests), channel: users.login },
  notes: shown(personNotes),
  chatLines: shown(chatEntries),
  heldLines: shown(heldLines),
  moderated: shown(moderationLog),
  acts: {
    ...shown(auditLog),
    target: expression`CASE WHEN ${isAboutOthers} THEN '' ELSE ${auditLog.target} END`,
    detail: expression`CASE WHEN ${isAboutOthers} THEN '{}' ELSE ${auditLog.detail} END`,
  },
};

/** Row limit of a short part. Most short parts have a lower limit elsewhere. */
const ROWS_MAX = 10_000;

/** The parts of an export that fit in memory, one after another. */
export async function* exportParts(sql: Sql, userId: string): AsyncGenerator<[name: string, value: unknown]> {
  const db = drizzleOn(sql);
  const [user] = await db.select(EXPORTED.user).from(users).where(eq(users.id, userId));
  yield ["user", user ?? null];
  const rows = (columns: Record<string, PgColumn>, table: PgTable, { of, by }: { of: PgColumn; by: PgColumn }) =>
    db.select(columns).from(table).where(eq(of, userId)).orderBy(asc(by)).limit(ROWS_MAX);
  yield ["pastLogins", await rows(EXPORTED.pastLogins, pastLogins, { of: pastLogins.userId, by: pastLogins.login })];
  yield ["signIns", await rows(EXPORTED.signIns, signIns, { of: signIns.userId, by: signIns.createdAt })];
  yield [
    "identities",
    await rows(EXPORTED.identities, identities, { of: identities.userId, by: identities.createdAt }),
  ];
  yield ["letters", await rows(EXPORTED.letters, emailTokens, { of: emailTokens.userId, by: emailTokens.createdAt })];
  yield [
    "accessTokens",
    await rows(EXPORTED.accessTokens, accessTokens, { of: accessTokens.userId, by: accessTokens.id }),
  ];
  const [channel] = await db
    .select(EXPORTED.channel)
    .from(channels)
    .leftJoin(streamKeys, eq(streamKeys.channelId, channels.id))
    .where(eq(channels.userId, userId));
  yield ["channel", channel ?? null];
  const [retention] = await db
    .select(EXPORTED.retention)
    .from(channelRetention)
    .innerJoin(channels, eq(channels.id, channelRetention.channelId))
    .where(eq(channels.userId, userId));
  yield ["retention", retention ?? null];
  const [raids] = await db
    .select(EXPORTED.raidSettings)
    .from(raidSettings)
    .innerJoin(channels, eq(channels.id, raidSettings.channelId))
    .where(eq(channels.userId, userId));
  yield ["raidSettings", raids ?? null];
  const targets = db
    .select(EXPORTED.restreamTargets)
    .from(restreamTargets)
    .innerJoin(channels, eq(channels.id, restreamTargets.channelId));
  yield ["restreamTargets", await targets.where(eq(channels.userId, userId)).orderBy(asc(restreamTargets.position))];
  type InChannels = typeof channelRoles | typeof follows | typeof warnings | typeof unbanRequests;
  const inChannels = (columns: Record<string, PgColumn>, table: InChannels) =>
    db
      .select(columns)
      .from(table as PgTable)
      .innerJoin(channels, eq(channels.id, table.channelId))
      .innerJoin(users, eq(users.id, channels.userId))
      .where(eq(table.userId, userId))
      .orderBy(asc(table.createdAt))
      .limit(ROWS_MAX);
  yield ["channelRoles", await inChannels(EXPORTED.channelRoles, channelRoles)];
  yield ["follows", await inChannels(EXPORTED.follows, follows)];
  yield ["warnings", await inChannels(EXPORTED.warnings, warnings)];
  yield ["unbanRequests", await inChannels(EXPORTED.unbanRequests, unbanRequests)];
  yield ["notes", await rows(EXPORTED.notes, personNotes, { of: personNotes.byUserId, by: personNotes.id })];
  const blocked = db.select(EXPORTED.blocks).from(blocks).innerJoin(users, eq(users.id, blocks.blockedUserId));
  yield ["blocks", await blocked.where(eq(blocks.userId, userId)).orderBy(asc(blocks.createdAt)).limit(ROWS_MAX)];
  const watched = db
    .select(EXPORTED.watched)
    .from(videoPositions)
    .innerJoin(videos, eq(videos.id, videoPositions.videoId));
  yield [
    "watched",
    await watched.where(eq(videoPositions.userId, userId)).orderBy(asc(videoPositions.updatedAt)).limit(ROWS_MAX),
  ];
  yield ["reports", await rows(EXPORTED.reports, reports, { of: reports.reporterId, by: reports.id })];
  yield ["pollVotes", await rows(EXPORTED.pollVotes, pollVotes, { of: pollVotes.userId, by: pollVotes.at })];
  yield ["emotes", await rows(EXPORTED.emotes, emotes, { of: emotes.userId, by: emotes.id })];
  yield ["heldLines", await rows(EXPORTED.heldLines, heldLines, { of: heldLines.userId, by: heldLines.id })];
  yield ["uploads", await rows(EXPORTED.uploads, uploads, { of: uploads.userId, by: uploads.videoId })];
}

/** One page of a part of any length: rows after a place, and the place of the last row. */
interface ExportPage {
  rows: Record<string, unknown>[];
  /** Null: this was the last page. */
  next: string | null;
}

type ExportLong = (sql: Sql, page: { userId: string; after: string | null; limit: number }) => Promise<ExportPage>;

const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/** Lines of the user, by time. The place is `at id`. */
const chatLines: ExportLong = async (sql, { userId, after, limit }) => {
  const [afterAt = "-infinity", afterId = FIRST_ID] = after?.split(" ") ?? [];
  const { at, id } = chatEntries;
  // Text, since a Date has no microseconds.
  const from = expression`${afterAt}::text::timestamptz`;
  const place = expression<string>`to_char(${at} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.USZ') || ' ' || ${id}`;
  const rows = await drizzleOn(sql)
    .select({ ...EXPORTED.chatLines, place })
    .from(chatEntries)
    .where(
      and(
        eq(chatEntries.userId, userId),
        eq(chatEntries.kind, "line"),
        gte(at, from),
        expression`(${at}, ${id}) > (${from}, ${afterId}::uuid)`,
      ),
    )
    .orderBy(asc(at), asc(id))
    .limit(limit);
  return pageOf(rows, limit, "place");
};

const broadcastRows: ExportLong = async (sql, { userId, after, limit }) => {
  const rows = await drizzleOn(sql)
    .select(EXPORTED.broadcasts)
    .from(broadcasts)
    .innerJoin(channels, eq(channels.id, broadcasts.channelId))
    .where(and(eq(channels.userId, userId), gt(broadcasts.id, after ?? FIRST_ID)))
    .orderBy(asc(broadcasts.id))
    .limit(limit);
  return pageOf(rows, limit, "id");
};

const topicRows: ExportLong = async (sql, { userId, after, limit }) => {
  const [afterId = FIRST_ID, afterAt = "-infinity"] = after?.split(" ") ?? [];
  const { broadcastId, at } = broadcastChanges;
  const from = expression`${afterAt}::text::timestamptz`;
  const place = expression<string>`${broadcastId} || ' ' || to_char(${at} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.USZ')`;
  const rows = await drizzleOn(sql)
    .select({ ...EXPORTED.broadcastTopics, place })
    .from(broadcastChanges)
    .innerJoin(broadcasts, eq(broadcasts.id, broadcastId))
    .innerJoin(channels, eq(channels.id, broadcasts.channelId))
    .where(and(eq(channels.userId, userId), expression`(${broadcastId}, ${at}) > (${afterId}::uuid, ${from})`))
    .orderBy(asc(broadcastId), asc(at))
    .limit(limit);
  return pageOf(rows, limit, "place");
};

const videoRows: ExportLong = async (sql, { userId, after, limit }) => {
  const rows = await drizzleOn(sql)
    .select(EXPORTED.videos)
    .from(videos)
    .innerJoin(channels, eq(channels.id, videos.channelId))
    .where(and(eq(channels.userId, userId), gt(videos.id, after ?? FIRST_ID)))
    .orderBy(asc(videos.id))
    .limit(limit);
  return pageOf(rows, limit, "id");
};

/** Those that the user made, of whatever channel. */
const clipRows: ExportLong = async (sql, { userId, after, limit }) => {
  const rows = await drizzleOn(sql)
    .select(EXPORTED.clips)
    .from(clips)
    .where(and(eq(clips.userId, userId), gt(clips.id, after ?? FIRST_ID)))
    .orderBy(asc(clips.id))
    .limit(limit);
  return pageOf(rows, limit, "id");
};

const acts: ExportLong = async (sql, { userId, after, limit }) => {
  const rows = await drizzleOn(sql)
    .select(EXPORTED.acts)
    .from(auditLog)
    .where(and(eq(auditLog.actorId, userId), gt(auditLog.id, after ?? FIRST_ID)))
    .orderBy(asc(auditLog.id))
    .limit(limit);
  return pageOf(rows, limit, "id");
};

/** What the user did as a moderator, of whatever channel. */
const moderatedRows: ExportLong = async (sql, { userId, after, limit }) => {
  const rows = await drizzleOn(sql)
    .select(EXPORTED.moderated)
    .from(moderationLog)
    .where(and(eq(moderationLog.byUserId, userId), gt(moderationLog.id, after ?? FIRST_ID)))
    .orderBy(asc(moderationLog.id))
    .limit(limit);
  return pageOf(rows, limit, "id");
};

export const EXPORT_LONG: readonly (readonly [name: string, read: ExportLong])[] = [
  ["broadcasts", broadcastRows],
  ["broadcastTopics", topicRows],
  ["videos", videoRows],
  ["clips", clipRows],
  ["chatLines", chatLines],
  ["moderated", moderatedRows],
  ["acts", acts],
];

function pageOf(rows: Record<string, unknown>[], limit: number, key: "id" | "place"): ExportPage {
  const last = rows.at(-1);
  return {
    rows: rows.map(({ place: _, ...shown }) => shown),
    next: last && rows.length === limit ? String(last[key]) : null,
  };
}
