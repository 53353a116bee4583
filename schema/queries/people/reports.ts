// Reports about channels, lines and users, and their handling by staff.

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

/** A user's second report about the same thing joins the first while that is open: its detail is appended, its evidence dropped. */
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

interface ReportsQuestion {
  status: ReportStatus | null;
  kind: ReportKind | null;
  targetId: string | null;
  /** Id of the previous page's last report. */
  afterId: string | null;
  limit: number;
}

/** Open reports oldest first, as a queue; all other lists newest first. */
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

/** `about`: the reported user, the channel owner, or the author of the line. The author comes from the evidence: the line may be gone. */
function reportRows(sql: Sql) {
  const db = drizzleOn(sql);
  const openAboutSame = db
    .select({ count: count() })
    .from(same)
    .where(and(eq(same.targetId, reports.targetId), eq(same.kind, reports.kind), expression`${same.status} = 'open'`));
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

interface Handling {
  id: string;
  status: "resolved" | "dismissed";
  handledBy: string;
  note: string;
  /** True: also handles the other open reports about the same thing. */
  all: boolean;
}

/** Ids of the reports that were handled by this call; empty: the report was handled before. */
export async function handleReport(sql: Sql, { id, status, handledBy, note, all }: Handling): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    WITH this AS (SELECT kind, target_id FROM reports WHERE id = ${id} AND status = 'open')
    UPDATE reports r SET status = ${status}, handled_by = ${handledBy}, handled_at = now(), note = ${note}
    FROM this
    WHERE r.status = 'open' AND (r.id = ${id} ${all ? sql`OR (r.kind = this.kind AND r.target_id = this.target_id)` : sql``})
    RETURNING r.id`;
  return rows.map((row) => row.id);
}

interface ReportedLine {
  id: string;
  channelId: string;
  seq: number;
  at: Date;
  userId: string;
  body: string;
  author: Author;
}

/** Null: no such line, or it was erased. */
export async function lineById(sql: Sql, id: string): Promise<ReportedLine | null> {
  const { channelId, seq, at, userId, body, author } = chatEntries;
  const [row] = await drizzleOn(sql)
    .select({ id: chatEntries.id, channelId, seq, at, userId, body, author })
    .from(chatEntries)
    .where(and(eq(chatEntries.id, id), eq(chatEntries.kind, "line"), isNotNull(userId)));
  return row ? (row as ReportedLine) : null;
}

/** The last lines of a user in a channel, ascending by `seq`. */
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
