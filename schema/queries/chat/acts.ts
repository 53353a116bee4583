// What a moderator does, as one fenced statement: the entry that tells the room, the row in the log, and the change itself. All of it commits
// before a claim, or none.

import postgres from "postgres";
import type { Moderator, RoomSettings } from "../../api/chat.ts";
import type { LogDetail } from "../../api/moderation.ts";
import type { Sql } from "../../database.ts";
import { SYSTEM } from "../../wire/room-events.ts";
import { nextEndMs } from "../../wire/timed-modes.ts";
import { EVERYBODY } from "./clears.ts";
import { abortable, type InsertOutcome } from "./entries.ts";
import { type EventChange, eventChange } from "./event-acts.ts";
import { deniedLinesOf, type JudgingRules } from "./judging.ts";
import { closedRequests } from "./unban-requests.ts";
import { warnedPeople } from "./warnings.ts";

/** Settings as they are stored: fields of a later release may be missing. */
export interface StoredSettings {
  settings: Partial<RoomSettings>;
  /** What the end of the shield mode brings back; null: it is off. */
  unshielded: Partial<RoomSettings> | null;
}

/** What the act changes beside the room's entries. */
export type ActChange =
  /** `untilMs` null: until it is lifted. `unrole`: takes the person's roles in the channel. */
  | { kind: "ban"; userId: string; untilMs: number | null; unrole: boolean }
  /** `requestId`: the unban request that it accepts; all others of the person are closed. */
  | { kind: "unban"; userId: string; requestId: string | null }
  | { kind: "delete"; lineId: string }
  /** `userId` null: everybody's lines. */
  | { kind: "clear"; userId: string | null }
  | ({ kind: "settings" } & StoredSettings)
  | EventChange;

export interface StoredAct {
  channelId: string;
  /** Epoch of the writer. Nothing is written once the channel's row has another epoch. */
  epoch: number;
  seq: number;
  id: string;
  /** RFC 3339. */
  at: string;
  by: Moderator;
  entry: { kind: "deleted" | "cleared" | "notice"; event: object };
  log: {
    act: string;
    targetUserId: string | null;
    lineId: string | null;
    durationMs: number | null;
    reason: string;
    settings: Partial<RoomSettings> | null;
    detail?: LogDetail;
  };
  change: ActChange;
}

/** Idempotent when repeated unchanged. Without a `seq` in the answer: stored before, or fenced; `readBackLines` tells which. */
export async function insertAct(sql: Sql, act: StoredAct, signal?: AbortSignal): Promise<InsertOutcome> {
  const { channelId, epoch, seq, id, at, by, entry, log } = act;
  const byUserId = userIdOf(by);
  const detail: LogDetail | null = byUserId === null ? { byRoom: true } : null;
  const query = sql<{ seq: number }[]>`
    WITH own AS (SELECT 1 FROM actors WHERE kind = 'channel' AND key = ${channelId} AND epoch = ${epoch} FOR SHARE),
    entry AS (
      INSERT INTO chat_entries (channel_id, seq, epoch, id, kind, at, user_id, author, event)
      SELECT ${channelId}::uuid, ${seq}::bigint, ${epoch}::bigint, ${id}::uuid, ${entry.kind}, ${at}::text::timestamptz, ${byUserId}::uuid,
             ${JSON.stringify(by)}::text::jsonb, ${JSON.stringify(entry.event)}::text::jsonb
      FROM own ON CONFLICT (channel_id, seq) DO NOTHING RETURNING seq
    ), logged AS (
      INSERT INTO moderation_log (id, channel_id, at, act, by_user_id, target_user_id, line_id, duration_ms, reason, settings, detail)
      SELECT ${id}::uuid, ${channelId}::uuid, ${at}::text::timestamptz, ${log.act}, ${byUserId}::uuid, ${log.targetUserId}::uuid,
             ${log.lineId}::uuid, ${log.durationMs}::bigint, ${log.reason}, ${jsonOf(log.settings)}::text::jsonb, ${jsonOf(detail)}::text::jsonb
      FROM entry
    ), ${changeOf(sql, act)}
    SELECT seq FROM entry`;
  try {
    return { kind: "inserted", seqs: (await abortable(query, signal)).map((row) => row.seq) };
  } catch (error) {
    // The id is stored under another `seq`: `readBackLines` finds it.
    if (error instanceof postgres.PostgresError && error.code === "23505") return { kind: "inserted", seqs: [] };
    throw error;
  }
}

/** Common table expressions that change rows only where `entry` was inserted. */
function changeOf(sql: Sql, { channelId, seq, at, by, log, change }: StoredAct) {
  const clear = (userId: string) => sql`
    cleared AS (
      INSERT INTO chat_clears (channel_id, user_id, seq) SELECT ${channelId}::uuid, ${userId}::uuid, ${seq}::bigint FROM entry
      ON CONFLICT (channel_id, user_id) DO UPDATE SET seq = greatest(chat_clears.seq, excluded.seq)
    )`;
  switch (change.kind) {
    case "ban": {
      const { userId, untilMs, unrole } = change;
      const until = momentOf(untilMs);
      // Expired rows of the channel go with it, so that they cannot pile up.
      return sql`
        banned AS (
          INSERT INTO bans (channel_id, user_id, by_user_id, reason, created_at, until)
          SELECT ${channelId}::uuid, ${userId}::uuid, ${by.id}::uuid, ${log.reason}, ${at}::text::timestamptz, ${until}::text::timestamptz FROM entry
          ON CONFLICT (channel_id, user_id) DO UPDATE SET by_user_id = excluded.by_user_id, reason = excluded.reason,
            created_at = excluded.created_at, until = excluded.until
        ), over AS (
          DELETE FROM bans WHERE channel_id = ${channelId} AND user_id <> ${userId} AND until < now() AND EXISTS (SELECT 1 FROM entry)
        ), unroled AS (
          DELETE FROM channel_roles WHERE ${unrole}::text::boolean AND channel_id = ${channelId} AND user_id = ${userId} AND role <> 'subscriber'
            AND EXISTS (SELECT 1 FROM entry)
        ), ${deniedLinesOf(sql, { channelId, userId, at, byId: by.id })},
        ${untilMs === null ? sql`` : sql`${closedRequests(sql, { channelId, userId, requestId: null })},`} ${clear(userId)}`;
    }
    case "unban":
      return sql`unbanned AS (
          DELETE FROM bans WHERE channel_id = ${channelId} AND user_id = ${change.userId} AND EXISTS (SELECT 1 FROM entry)
        ), ${closedRequests(sql, { channelId, ...change })}`;
    case "delete":
      return sql`deleted AS (
        UPDATE chat_entries SET body = '', action = false, reply_to = NULL
        WHERE channel_id = ${channelId} AND id = ${change.lineId} AND kind = 'line' AND EXISTS (SELECT 1 FROM entry))`;
    case "clear": {
      const { userId } = change;
      if (userId === null) return clear(EVERYBODY);
      return sql`${deniedLinesOf(sql, { channelId, userId, at, byId: by.id })}, ${clear(userId)}`;
    }
    case "settings":
      return sql`changed AS (
        INSERT INTO room_settings (channel_id, settings, unshielded, changed_at, ends_at)
        SELECT ${channelId}::uuid, ${JSON.stringify(change.settings)}::text::jsonb, ${jsonOf(change.unshielded)}::text::jsonb,
               ${at}::text::timestamptz, ${momentOf(nextEndMs(change.settings))}::text::timestamptz
        FROM entry
        ON CONFLICT (channel_id) DO UPDATE SET settings = excluded.settings, unshielded = excluded.unshielded, changed_at = excluded.changed_at,
          ends_at = excluded.ends_at)`;
    default:
      return eventChange(sql, { channelId, at, byUserId: userIdOf(by) }, change);
  }
}

/** Null: the room itself. */
const userIdOf = ({ id }: Moderator) => (id === SYSTEM.id ? null : id);

const momentOf = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

const jsonOf = (value: object | null) => (value === null ? null : JSON.stringify(value));

/** What a room's rules need of the database. A new owner reads it after its claim; then only the owner changes it. */
export interface RoomRules {
  /** Null: never changed. */
  stored: StoredSettings | null;
  /** Of now, by user; `untilMs` null: until it is lifted. */
  bans: { userId: string; untilMs: number | null }[];
  /** People with a warning that they have not acknowledged. */
  warned: string[];
  judging: JudgingRules;
}

export async function roomRules(
  sql: Sql,
  channelId: string,
  signal?: AbortSignal,
): Promise<Omit<RoomRules, "judging">> {
  const rows = await abortable(
    sql<RuleRow[]>`
      SELECT s.settings, s.unshielded, p.user_id AS "userId", p.until, p.warned
      FROM (SELECT 1) one LEFT JOIN room_settings s ON s.channel_id = ${channelId}
      LEFT JOIN (
        SELECT user_id, until, false AS warned FROM bans WHERE channel_id = ${channelId} AND (until IS NULL OR until > now())
        UNION ALL ${warnedPeople(sql, channelId)}
      ) p ON true`,
    signal,
  );
  const [first] = rows;
  const people = rows.filter((row): row is typeof row & { userId: string } => row.userId !== null);
  const [warned, banned] = [people.filter((row) => row.warned), people.filter((row) => !row.warned)];
  return {
    stored: first?.settings ? { settings: first.settings, unshielded: first.unshielded } : null,
    bans: banned.map(({ userId, until }) => ({ userId, untilMs: until?.getTime() ?? null })),
    warned: warned.map(({ userId }) => userId),
  };
}

interface RuleRow {
  settings: object | null;
  unshielded: object | null;
  /** Somebody with a ban or a warning; null: nobody has one. */
  userId: string | null;
  until: Date | null;
  warned: boolean | null;
}
