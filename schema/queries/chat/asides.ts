// Acts that have no entry in the room, since only some people may know of them, and the allowing of a held line, whose entry is the line
// itself. Each is one fenced statement: all of it commits before a claim, or none.

import postgres from "postgres";
import type { AutoModView } from "../../api/auto-mod.ts";
import type { Moderator } from "../../api/chat.ts";
import type { TermKind } from "../../api/terms.ts";
import type { Sql } from "../../database.ts";
import type { StoredAct } from "./acts.ts";
import { abortable, type InsertOutcome } from "./entries.ts";
import type { RoomTerm } from "./judging.ts";
import { acknowledgedWarnings, newWarning } from "./warnings.ts";

export type AsideChange =
  | { kind: "add-terms"; termKind: TermKind; terms: RoomTerm[] }
  | { kind: "delete-term"; termId: string }
  | { kind: "automod"; settings: AutoModView }
  | { kind: "deny"; lineId: string }
  /** With the log's reason. */
  | { kind: "warn"; userId: string }
  | { kind: "acknowledge"; userId: string };

export interface StoredAside {
  channelId: string;
  /** Epoch of the writer. Nothing is written once the channel's row has another epoch. */
  epoch: number;
  /** Of its row in the log: a repeat changes nothing. */
  id: string;
  /** RFC 3339. */
  at: string;
  by: Moderator;
  log: StoredAct["log"];
  change: AsideChange;
}

/** A held line that becomes an entry. Its id is the line's; its row in the log has one of its own. */
export type StoredAllow = Omit<StoredAct, "entry" | "change"> & { change: { kind: "allow"; logId: string } };

/** Idempotent. False: another epoch owns the channel; then the act is stored only if an earlier attempt was. */
export async function insertAside(sql: Sql, aside: StoredAside, signal?: AbortSignal): Promise<boolean> {
  const { channelId, epoch, id, at, by, log } = aside;
  const [row] = await abortable(
    sql<[{ owned: boolean }]>`
      WITH own AS (SELECT 1 FROM actors WHERE kind = 'channel' AND key = ${channelId} AND epoch = ${epoch} FOR SHARE),
      logged AS (
        INSERT INTO moderation_log (id, channel_id, at, act, by_user_id, target_user_id, line_id, reason, detail)
        SELECT ${id}::uuid, ${channelId}::uuid, ${at}::text::timestamptz, ${log.act}, ${by.id}::uuid, ${log.targetUserId}::uuid,
               ${log.lineId}::uuid, ${log.reason}, ${detailOf(log)}::text::jsonb
        FROM own ON CONFLICT (id) DO NOTHING RETURNING id
      ), ${changeOf(sql, aside)}
      SELECT EXISTS (SELECT 1 FROM own) AS owned`,
    signal,
  );
  return row!.owned;
}

const detailOf = ({ detail }: StoredAct["log"]) => (detail ? JSON.stringify(detail) : null);

/** Common table expressions that change rows only where `logged` was inserted. */
function changeOf(sql: Sql, { channelId, id, at, by, log, change }: StoredAside) {
  switch (change.kind) {
    case "add-terms": {
      const { terms, termKind } = change;
      const until = terms[0]?.expiresAtMs ?? null;
      // Expired rows of the channel go with it, so that they cannot pile up.
      return sql`
        added AS (
          INSERT INTO room_terms (id, channel_id, kind, text, by_user_id, created_at, expires_at)
          SELECT t.id, ${channelId}::uuid, ${termKind}, t.text, ${by.id}::uuid, ${at}::text::timestamptz,
                 ${until === null ? null : new Date(until).toISOString()}::text::timestamptz
          FROM logged, unnest(${terms.map((term) => term.id)}::uuid[], ${terms.map((term) => term.text)}::text[]) AS t (id, text)
        ), over AS (
          DELETE FROM room_terms WHERE channel_id = ${channelId} AND expires_at < now() AND EXISTS (SELECT 1 FROM logged)
        )`;
    }
    case "delete-term":
      return sql`deleted AS (
        DELETE FROM room_terms WHERE channel_id = ${channelId} AND id = ${change.termId} AND EXISTS (SELECT 1 FROM logged))`;
    case "automod":
      return sql`changed AS (
        INSERT INTO room_auto_mod (channel_id, settings, changed_at)
        SELECT ${channelId}::uuid, ${JSON.stringify(change.settings)}::text::jsonb, ${at}::text::timestamptz FROM logged
        ON CONFLICT (channel_id) DO UPDATE SET settings = excluded.settings, changed_at = excluded.changed_at)`;
    case "deny":
      return sql`denied AS (
        UPDATE held_lines SET decided_at = ${at}::text::timestamptz, allowed = false, by_user_id = ${by.id}::uuid, body = ''
        WHERE channel_id = ${channelId} AND id = ${change.lineId} AND decided_at IS NULL AND EXISTS (SELECT 1 FROM logged))`;
    case "warn":
      return newWarning(sql, { id, channelId, userId: change.userId, byUserId: by.id, reason: log.reason, at });
    case "acknowledge":
      return acknowledgedWarnings(sql, { channelId, userId: change.userId, at });
  }
}

/**
 * Makes a held line an entry, in its author's name and with its nonce. Idempotent. Without a `seq` in the answer: stored before, fenced, or
 * the line does not wait any more.
 */
export async function insertAllowed(sql: Sql, act: StoredAllow, signal?: AbortSignal): Promise<InsertOutcome> {
  const { channelId, epoch, seq, id, at, by, log, change } = act;
  const query = sql<{ seq: number }[]>`
    WITH own AS (SELECT 1 FROM actors WHERE kind = 'channel' AND key = ${channelId} AND epoch = ${epoch} FOR SHARE),
    entry AS (
      INSERT INTO chat_entries (channel_id, seq, epoch, id, kind, at, user_id, nonce, author, body, action, reply_to)
      SELECT ${channelId}::uuid, ${seq}::bigint, ${epoch}::bigint, h.id, 'line', ${at}::text::timestamptz, h.user_id, h.nonce, h.author,
             h.body, h.action, h.reply_to
      FROM own, held_lines h WHERE h.id = ${id} AND h.channel_id = ${channelId} AND h.decided_at IS NULL
      ON CONFLICT (channel_id, seq) DO NOTHING RETURNING seq
    ), logged AS (
      INSERT INTO moderation_log (id, channel_id, at, act, by_user_id, target_user_id, line_id)
      SELECT ${change.logId}::uuid, ${channelId}::uuid, ${at}::text::timestamptz, ${log.act}, ${by.id}::uuid, ${log.targetUserId}::uuid,
             ${log.lineId}::uuid
      FROM entry
    ), decided AS (
      UPDATE held_lines SET decided_at = ${at}::text::timestamptz, allowed = true, by_user_id = ${by.id}::uuid, body = ''
      WHERE id = ${id} AND EXISTS (SELECT 1 FROM entry)
    )
    SELECT seq FROM entry`;
  try {
    return { kind: "inserted", seqs: (await abortable(query, signal)).map((row) => row.seq) };
  } catch (error) {
    if (!(error instanceof postgres.PostgresError) || error.code !== "23505") throw error;
    return error.constraint_name === "chat_entries_nonce" ? { kind: "nonceTaken" } : { kind: "inserted", seqs: [] };
  }
}
