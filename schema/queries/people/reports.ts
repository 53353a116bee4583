// Reports of a channel, a line or a user, and what staff made of them.

import type { Evidence, ReportKind, ReportStatus } from "../../api/reports.ts";
import type { Sql } from "../../database.ts";
import type { LineEntry } from "../../wire/room.ts";

export interface NewReport {
  id: string;
  reporterId: string;
  kind: ReportKind;
  targetId: string;
  channelId: string | null;
  reason: string;
  detail: string;
  evidence: Evidence;
}

/** A second report of the same thing by the same person, while the first is open, is joined to it: its words are added, its evidence is not. */
export async function fileReport(sql: Sql, report: NewReport): Promise<{ id: string; joined: boolean }> {
  const { id, reporterId, kind, targetId, channelId, reason, detail, evidence } = report;
  const [row] = await sql<{ id: string }[]>`
    INSERT INTO reports AS r (id, reporter_id, kind, target_id, channel_id, reason, detail, evidence)
    VALUES (${id}, ${reporterId}, ${kind}, ${targetId}, ${channelId}, ${reason}, ${detail}, ${sql.json(evidence as never)})
    ON CONFLICT (reporter_id, kind, target_id) WHERE status = 'open' DO UPDATE SET
      reason = excluded.reason,
      detail = CASE
        WHEN excluded.detail = '' OR r.detail = excluded.detail THEN r.detail
        WHEN r.detail = '' THEN excluded.detail
        ELSE right(r.detail || E'\n' || excluded.detail, 4000) END
    RETURNING r.id`;
  return { id: row!.id, joined: row!.id !== id };
}

export interface ReportRow {
  id: string;
  kind: ReportKind;
  targetId: string;
  aboutId: string | null;
  aboutLogin: string | null;
  aboutName: string | null;
  channelId: string | null;
  channelLogin: string | null;
  reporterId: string | null;
  reporterLogin: string | null;
  reporterName: string | null;
  reason: string;
  detail: string;
  evidence: Evidence | null;
  status: ReportStatus;
  createdAt: Date;
  handlerId: string | null;
  handlerLogin: string | null;
  handlerName: string | null;
  handledAt: Date | null;
  note: string | null;
  openAboutSame: number;
}

export interface ReportsQuestion {
  status: ReportStatus | null;
  kind: ReportKind | null;
  targetId: string | null;
  /** Of the last one of the page before. */
  afterId: string | null;
  limit: number;
}

/** Open ones are a queue, oldest first; all others newest first. */
export function reportsList(
  sql: Sql,
  { status, kind, targetId, afterId, limit }: ReportsQuestion,
): Promise<ReportRow[]> {
  const rising = status === "open";
  return sql<ReportRow[]>`
    ${columns(sql)}
    WHERE true
      ${status === null ? sql`` : sql`AND r.status = ${status}`}
      ${kind === null ? sql`` : sql`AND r.kind = ${kind}`}
      ${targetId === null ? sql`` : sql`AND r.target_id = ${targetId}`}
      ${afterId === null ? sql`` : rising ? sql`AND r.id > ${afterId}` : sql`AND r.id < ${afterId}`}
    ORDER BY r.id ${rising ? sql`` : sql`DESC`} LIMIT ${limit}`;
}

export async function reportById(sql: Sql, id: string): Promise<ReportRow | null> {
  const [row] = await sql<ReportRow[]>`${columns(sql)} WHERE r.id = ${id}`;
  return row ?? null;
}

export interface Handling {
  id: string;
  status: "resolved" | "dismissed";
  handledBy: string;
  note: string;
  /** Also the other open reports about the same thing. */
  all: boolean;
}

/** Ids of those that were open until now; none: it was handled before. */
export async function handleReport(sql: Sql, { id, status, handledBy, note, all }: Handling): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    WITH this AS (SELECT kind, target_id FROM reports WHERE id = ${id} AND status = 'open')
    UPDATE reports r SET status = ${status}, handled_by = ${handledBy}, handled_at = now(), note = ${note}
    FROM this
    WHERE r.status = 'open' AND (r.id = ${id} ${all ? sql`OR (r.kind = this.kind AND r.target_id = this.target_id)` : sql``})
    RETURNING r.id`;
  return rows.map((row) => row.id);
}

export interface ReportedLine {
  id: string;
  channelId: string;
  seq: number;
  at: Date;
  userId: string;
  body: string;
  author: { id: string; login: string; displayName: string };
}

/** Null: no such line, or nothing is left of it. */
export async function lineById(sql: Sql, id: string): Promise<ReportedLine | null> {
  const [row] = await sql<ReportedLine[]>`
    SELECT id, channel_id AS "channelId", seq, at, user_id AS "userId", body, author FROM chat_entries
    WHERE id = ${id} AND kind = 'line' AND user_id IS NOT NULL`;
  return row ?? null;
}

/** What somebody said in a channel last, ascending. */
export async function linesOfUser(
  sql: Sql,
  { channelId, userId, limit }: { channelId: string; userId: string; limit: number },
): Promise<LineEntry[]> {
  const rows = await sql<(Omit<LineEntry, "at" | "kind"> & { at: Date })[]>`
    SELECT seq, at, id, author AS user, body FROM chat_entries
    WHERE channel_id = ${channelId} AND user_id = ${userId} AND nonce IS NOT NULL AND kind = 'line'
    ORDER BY seq DESC LIMIT ${limit}`;
  return rows.map(({ at, ...line }) => ({ ...line, kind: "line" as const, at: at.toISOString() })).reverse();
}

/** `about`: who answers for what was reported. A line's author is in the evidence: the line itself may be gone. */
const columns = (sql: Sql) => sql`
  SELECT r.id, r.kind, r.target_id AS "targetId", r.reason, r.detail, r.evidence, r.status, r.created_at AS "createdAt",
    r.handled_at AS "handledAt", r.note, r.channel_id AS "channelId", co.login AS "channelLogin",
    a.id AS "aboutId", a.login AS "aboutLogin", a.display_name AS "aboutName",
    p.id AS "reporterId", p.login AS "reporterLogin", p.display_name AS "reporterName",
    h.id AS "handlerId", h.login AS "handlerLogin", h.display_name AS "handlerName",
    (SELECT count(*)::int FROM reports s WHERE s.target_id = r.target_id AND s.kind = r.kind AND s.status = 'open') AS "openAboutSame"
  FROM reports r
  LEFT JOIN channels c ON c.id = r.channel_id LEFT JOIN users co ON co.id = c.user_id
  LEFT JOIN users a ON a.id = CASE r.kind
    WHEN 'user' THEN r.target_id WHEN 'channel' THEN c.user_id ELSE (r.evidence->'user'->>'id')::uuid END
  LEFT JOIN users p ON p.id = r.reporter_id
  LEFT JOIN users h ON h.id = r.handled_by`;
