// Reports of a channel, a line or a user, and what staff made of them.

import { and, asc, count, desc, eq, sql as expression, getTableColumns, gt, isNotNull, lt } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Author, LineEntry } from "../../api/chat.ts";
import type { Evidence, ReportKind, ReportStatus } from "../../api/reports.ts";
import type { Sql } from "../../database.ts";
import { drizzleOn, without } from "../../drizzle.ts";
import { users } from "../../tables/accounts.ts";
import { channels } from "../../tables/channels.ts";
import { chatEntries } from "../../tables/chat.ts";
import { reports } from "../../tables/people.ts";

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
  const before = reports.detail;
  const both = expression`CASE
    WHEN excluded.detail = '' OR ${before} = excluded.detail THEN ${before}
    WHEN ${before} = '' THEN excluded.detail
    ELSE right(${before} || E'\\n' || excluded.detail, 4000) END`;
  const [row] = await drizzleOn(sql)
    .insert(reports)
    .values({ id, reporterId, kind, targetId, channelId, reason, detail, evidence })
    .onConflictDoUpdate({
      target: [reports.reporterId, reports.kind, reports.targetId],
      targetWhere: expression`status = 'open'`,
      set: { reason, detail: both },
    })
    .returning({ id: reports.id });
  return { id: row!.id, joined: row!.id !== id };
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
  const [follows, order] = status === "open" ? [gt, asc] : [lt, desc];
  return reportRows(sql)
    .where(
      and(
        status === null ? undefined : eq(reports.status, status),
        kind === null ? undefined : eq(reports.kind, kind),
        targetId === null ? undefined : eq(reports.targetId, targetId),
        afterId === null ? undefined : follows(reports.id, afterId),
      ),
    )
    .orderBy(order(reports.id))
    .limit(limit);
}

export async function reportById(sql: Sql, id: string): Promise<ReportRow | null> {
  const [row] = await reportRows(sql).where(eq(reports.id, id));
  return row ?? null;
}

export type ReportRow = Awaited<ReturnType<typeof reportRows>>[number];

const owner = alias(users, "owner");
const about = alias(users, "about");
const reporter = alias(users, "reporter");
const handler = alias(users, "handler");
const same = alias(reports, "same");

/** `about`: who answers for what was reported. A line's author is in the evidence: the line itself may be gone. */
function reportRows(sql: Sql) {
  const db = drizzleOn(sql);
  const openAboutSame = db
    .select({ count: count() })
    .from(same)
    .where(and(eq(same.targetId, reports.targetId), eq(same.kind, reports.kind), eq(same.status, "open")));
  const aboutId = expression`CASE ${reports.kind} WHEN 'user' THEN ${reports.targetId} WHEN 'channel' THEN ${channels.userId}
    ELSE (${reports.evidence}->'user'->>'id')::uuid END`;
  return db
    .select({
      ...without(getTableColumns(reports), ["handledBy"]),
      aboutId: about.id,
      aboutLogin: about.login,
      aboutName: about.displayName,
      channelLogin: owner.login,
      reporterLogin: reporter.login,
      reporterName: reporter.displayName,
      handlerId: handler.id,
      handlerLogin: handler.login,
      handlerName: handler.displayName,
      openAboutSame: expression<number>`${openAboutSame}`,
    })
    .from(reports)
    .leftJoin(channels, eq(channels.id, reports.channelId))
    .leftJoin(owner, eq(owner.id, channels.userId))
    .leftJoin(about, eq(about.id, aboutId))
    .leftJoin(reporter, eq(reporter.id, reports.reporterId))
    .leftJoin(handler, eq(handler.id, reports.handledBy));
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
  author: Author;
}

/** Null: no such line, or nothing is left of it. */
export async function lineById(sql: Sql, id: string): Promise<ReportedLine | null> {
  const { channelId, seq, at, userId, body, author } = chatEntries;
  const [row] = await drizzleOn(sql)
    .select({ id: chatEntries.id, channelId, seq, at, userId, body, author })
    .from(chatEntries)
    .where(and(eq(chatEntries.id, id), eq(chatEntries.kind, "line"), isNotNull(userId)));
  return row ? (row as ReportedLine) : null;
}

/** What somebody said in a channel last, ascending. */
export async function linesOfUser(
  sql: Sql,
  { channelId, userId, limit }: { channelId: string; userId: string; limit: number },
): Promise<LineEntry[]> {
  const { seq, at, id, author, body } = chatEntries;
  const isTheirs = and(eq(chatEntries.channelId, channelId), eq(chatEntries.userId, userId));
  const rows = await drizzleOn(sql)
    .select({ seq, at, id, user: author, body })
    .from(chatEntries)
    .where(and(isTheirs, isNotNull(chatEntries.nonce), eq(chatEntries.kind, "line")))
    .orderBy(desc(seq))
    .limit(limit);
  return rows
    .map(({ at, user, ...line }) => ({ ...line, kind: "line" as const, user: user!, at: at.toISOString() }))
    .reverse();
}
