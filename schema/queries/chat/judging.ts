// What a room needs to judge lines: its terms, AutoMod's settings, and the lines that wait for a moderator.

import type { AutoModView } from "../../api/auto-mod.ts";
import type { TermKind } from "../../api/terms.ts";
import type { Sql } from "../../database.ts";
import type { HeldLine } from "../../wire/held-lines.ts";
import { abortable } from "./entries.ts";

export interface RoomTerm {
  id: string;
  kind: TermKind;
  text: string;
  /** Null: until it is deleted. */
  expiresAtMs: number | null;
}

/** Settings as they are stored: fields of a later release may be missing. */
export type StoredAutoMod = Partial<AutoModView>;

/** Of now. A new owner reads it after its claim; then only the owner changes it. */
export interface JudgingRules {
  terms: RoomTerm[];
  /** Null: never changed. */
  autoMod: StoredAutoMod | null;
  held: HeldLine[];
}

export async function judgingRules(sql: Sql, channelId: string, signal?: AbortSignal): Promise<JudgingRules> {
  const msOf = (column: string) => sql`(extract(epoch FROM ${sql(column)}) * 1000)::float8`;
  const [row] = await abortable(
    sql<[JudgingRules]>`
      SELECT
        (SELECT coalesce(json_agg(json_build_object('id', id, 'kind', kind, 'text', text, 'expiresAtMs', ${msOf("expires_at")})
                                  ORDER BY created_at, id), '[]')
         FROM room_terms WHERE channel_id = ${channelId} AND (expires_at IS NULL OR expires_at > now())) AS terms,
        (SELECT settings FROM room_auto_mod WHERE channel_id = ${channelId}) AS "autoMod",
        (SELECT coalesce(json_agg(json_build_object('id', id, 'user', author, 'nonce', nonce, 'body', body, 'action', action,
                                    'replyTo', reply_to, 'atMs', ${msOf("at")}, 'expiresAtMs', ${msOf("expires_at")}, 'reason', reason)
                                  ORDER BY id), '[]')
         FROM held_lines WHERE channel_id = ${channelId} AND decided_at IS NULL AND expires_at > now()) AS held`,
    signal,
  );
  return row!;
}

export interface HeldBatch {
  channelId: string;
  /** Epoch of the writer. Nothing is inserted once the channel's row has another epoch. */
  epoch: number;
  lines: HeldLine[];
}

/** Idempotent. False: another epoch owns the channel; then the lines may be stored only if an earlier attempt was. */
export async function insertHeld(
  sql: Sql,
  { channelId, epoch, lines }: HeldBatch,
  signal?: AbortSignal,
): Promise<boolean> {
  const column = <T>(of: (line: HeldLine) => T) => lines.map(of);
  const at = (ms: number) => new Date(ms).toISOString();
  // An account may have been deleted since: its line is left out.
  const [row] = await abortable(
    sql<[{ owned: boolean }]>`
      WITH own AS (SELECT 1 FROM actors WHERE kind = 'channel' AND key = ${channelId} AND epoch = ${epoch} FOR SHARE),
      held AS (
        INSERT INTO held_lines (id, channel_id, user_id, at, expires_at, nonce, author, body, action, reply_to, reason)
        SELECT t.id, ${channelId}::uuid, t.user_id, t.at, t.expires_at, t.nonce, t.author, t.body, t.action, t.reply_to, t.reason
        FROM own, unnest(
          ${column((line) => line.id)}::uuid[],
          ${column((line) => line.user.id)}::uuid[],
          ${column((line) => at(line.atMs))}::text[]::timestamptz[],
          ${column((line) => at(line.expiresAtMs))}::text[]::timestamptz[],
          ${column((line) => line.nonce)}::text[],
          ${column((line) => JSON.stringify(line.user))}::text[]::jsonb[],
          ${column((line) => line.body)}::text[],
          ${column((line) => String(line.action))}::text[]::boolean[],
          ${column((line) => line.replyTo)}::uuid[],
          ${column((line) => JSON.stringify(line.reason))}::text[]::jsonb[]
        ) AS t (id, user_id, at, expires_at, nonce, author, body, action, reply_to, reason)
        JOIN users u ON u.id = t.user_id
        ON CONFLICT (id) DO NOTHING
      )
      SELECT EXISTS (SELECT 1 FROM own) AS owned`,
    signal,
  );
  return row!.owned;
}

/** As a common table expression, for an act that takes somebody's lines: where `entry` was inserted, those that wait are denied with it. */
export const deniedLinesOf = (
  sql: Sql,
  { channelId, userId, at, byId }: { channelId: string; userId: string; at: string; byId: string },
) => sql`
  unheld AS (
    UPDATE held_lines SET decided_at = ${at}::text::timestamptz, allowed = false, by_user_id = ${byId}::uuid, body = ''
    WHERE channel_id = ${channelId} AND user_id = ${userId} AND decided_at IS NULL AND EXISTS (SELECT 1 FROM entry)
  )`;
