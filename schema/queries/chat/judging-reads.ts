// What moderators ask about a room's judging: its terms, AutoMod's settings, and the lines that wait. Writes: asides.ts, judging.ts.

import type { TermKind } from "../../api/terms.ts";
import type { Sql } from "../../database.ts";
import type { HeldLine } from "../../wire/held-lines.ts";
import type { StoredAutoMod } from "./judging.ts";

export interface TermRow {
  id: string;
  kind: TermKind;
  text: string;
  byId: string | null;
  byLogin: string | null;
  byDisplayName: string | null;
  createdAt: Date;
  expiresAt: Date | null;
}

/** Those that hold now, newest first. `beforeId`: of the previous page's last one; `ids`: these alone. */
export function termsOf(
  sql: Sql,
  {
    channelId,
    beforeId = null,
    ids,
    limit,
  }: { channelId: string; beforeId?: string | null; ids?: string[]; limit: number },
): Promise<TermRow[]> {
  return sql<TermRow[]>`
    SELECT t.id, t.kind, t.text, m.id AS "byId", m.login AS "byLogin", m.display_name AS "byDisplayName",
           t.created_at AS "createdAt", t.expires_at AS "expiresAt"
    FROM room_terms t LEFT JOIN users m ON m.id = t.by_user_id
    WHERE t.channel_id = ${channelId} AND (t.expires_at IS NULL OR t.expires_at > now())
      ${beforeId === null ? sql`` : sql`AND t.id < ${beforeId}`} ${ids ? sql`AND t.id = ANY (${ids}::uuid[])` : sql``}
    ORDER BY t.id DESC LIMIT ${limit}`;
}

/** Null: never changed. */
export async function storedAutoMod(sql: Sql, channelId: string): Promise<StoredAutoMod | null> {
  const [row] = await sql<{ settings: StoredAutoMod }[]>`
    SELECT settings FROM room_auto_mod WHERE channel_id = ${channelId}`;
  return row?.settings ?? null;
}

/** Those that wait now, oldest first. `afterId`: of the previous page's last one. */
export async function heldLines(
  sql: Sql,
  { channelId, afterId, limit }: { channelId: string; afterId: string | null; limit: number },
): Promise<HeldLine[]> {
  const rows = await sql<(Omit<HeldLine, "atMs" | "expiresAtMs"> & { at: Date; expiresAt: Date })[]>`
    SELECT id, at, expires_at AS "expiresAt", author AS "user", nonce, body, action, reply_to AS "replyTo", reason FROM held_lines
    WHERE channel_id = ${channelId} AND decided_at IS NULL AND expires_at > now()
      ${afterId === null ? sql`` : sql`AND id > ${afterId}`}
    ORDER BY id LIMIT ${limit}`;
  return rows.map(({ at, expiresAt, ...line }) => ({ ...line, atMs: at.getTime(), expiresAtMs: expiresAt.getTime() }));
}

export interface DecisionRow {
  /** False also for a line that nobody decided upon in time. */
  allowed: boolean;
  expired: boolean;
  at: Date;
  byId: string | null;
  byLogin: string | null;
  byDisplayName: string | null;
}

/** What became of a held line. Null: no such line, or it still waits. */
export async function holdDecision(
  sql: Sql,
  { channelId, lineId }: { channelId: string; lineId: string },
): Promise<DecisionRow | null> {
  const [row] = await sql<DecisionRow[]>`
    SELECT coalesce(h.allowed, false) AS allowed, h.decided_at IS NULL AS expired, coalesce(h.decided_at, h.expires_at) AS at,
           m.id AS "byId", m.login AS "byLogin", m.display_name AS "byDisplayName"
    FROM held_lines h LEFT JOIN users m ON m.id = h.by_user_id
    WHERE h.channel_id = ${channelId} AND h.id = ${lineId} AND (h.decided_at IS NOT NULL OR h.expires_at <= now())`;
  return row ?? null;
}

/** Deletes at most `limit` rows of lines that expired before this time. Returns how many. */
export async function deleteHeldBefore(
  sql: Sql,
  { beforeMs, limit }: { beforeMs: number; limit: number },
): Promise<number> {
  const { count } = await sql`
    DELETE FROM held_lines WHERE id IN (
      SELECT id FROM held_lines WHERE expires_at < ${new Date(beforeMs)} ORDER BY expires_at LIMIT ${limit})`;
  return count;
}
