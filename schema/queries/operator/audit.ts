// The audit log: written once, never changed, read by admins newest first.

import type { Act, AuditDetail } from "../../api/audit.ts";
import type { Sql } from "../../database.ts";

export interface AuditEntry {
  /** UUIDv7: the log's order. */
  id: string;
  /** Who did it; null when nobody was signed in. */
  actorId: string | null;
  act: Act;
  /** Id of whom or what it was done to. */
  target?: string;
  /** Client address. */
  address?: string;
  detail?: AuditDetail;
}

export async function insertAudit(
  sql: Sql,
  { id, actorId, act, target = "", address = "", detail = {} }: AuditEntry,
): Promise<void> {
  await sql`
    INSERT INTO audit_log (id, actor_id, act, target, address, detail)
    VALUES (${id}, ${actorId}, ${act}, ${target}, ${address}, ${sql.json(detail)})`;
}

export interface AuditRow {
  id: string;
  at: Date;
  actorId: string | null;
  actorLogin: string | null;
  act: string;
  target: string;
  targetLogin: string | null;
  address: string;
  detail: AuditDetail;
}

export interface AuditQuestion {
  actorId: string | null;
  /** Whole, or the part before its dot. */
  act: string | null;
  /** Any of them. */
  targets: string[] | null;
  before: Date | null;
  /** Of the last entry of the page before. */
  beforeId: string | null;
  limit: number;
}

/** Newest first. */
export function auditEntries(
  sql: Sql,
  { actorId, act, targets, before, beforeId, limit }: AuditQuestion,
): Promise<AuditRow[]> {
  return named(
    sql,
    sql`SELECT * FROM audit_log
      WHERE true
        ${actorId === null ? sql`` : sql`AND actor_id = ${actorId}`}
        ${act === null ? sql`` : sql`AND (act = ${act} OR starts_with(act, ${`${act}.`}))`}
        ${targets === null ? sql`` : sql`AND target = ANY (${targets})`}
        ${before === null ? sql`` : sql`AND at < ${before}`}
        ${beforeId === null ? sql`` : sql`AND id < ${beforeId}`}
      ORDER BY id DESC LIMIT ${limit}`,
  );
}

/** What somebody did, and what was done to them and their channel; newest first. */
export function auditAbout(
  sql: Sql,
  { userId, channelId, limit }: { userId: string; channelId: string; limit: number },
): Promise<AuditRow[]> {
  return named(
    sql,
    sql`SELECT * FROM (
      (SELECT * FROM audit_log WHERE actor_id = ${userId} ORDER BY id DESC LIMIT ${limit})
      UNION (SELECT * FROM audit_log WHERE target IN (${userId}, ${channelId}) ORDER BY id DESC LIMIT ${limit})
    ) about ORDER BY id DESC LIMIT ${limit}`,
  );
}

/** Entries with the names of those in them. */
const named = (sql: Sql, entries: ReturnType<Sql>) => sql<AuditRow[]>`
  SELECT l.id, l.at, l.actor_id AS "actorId", a.login AS "actorLogin", l.act, l.target,
    coalesce(u.login, o.login) AS "targetLogin", l.address, l.detail
  FROM (${entries}) l
  LEFT JOIN users a ON a.id = l.actor_id
  LEFT JOIN users u ON u.id::text = l.target
  LEFT JOIN channels c ON c.id::text = l.target
  LEFT JOIN users o ON o.id = c.user_id
  ORDER BY l.id DESC`;

/** Ids that a name may stand for in the log's targets: the user of that login and their channel. */
export async function idsOfLogin(sql: Sql, login: string): Promise<{ userId: string; channelId: string } | null> {
  const [row] = await sql<{ userId: string; channelId: string }[]>`
    SELECT u.id AS "userId", c.id AS "channelId" FROM users u JOIN channels c ON c.user_id = u.id
    WHERE u.login = ${login.toLowerCase()}`;
  return row ?? null;
}

/** Answers how many went. By the time in their ids, which are in order, so that young ones are not looked at. */
export async function deleteAuditBefore(
  sql: Sql,
  { beforeMs, except, limit }: { beforeMs: number; except: readonly string[]; limit: number },
): Promise<number> {
  const time = Math.floor(beforeMs).toString(16).padStart(12, "0");
  const firstKept = `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
  const { count } = await sql`
    DELETE FROM audit_log WHERE id IN (
      SELECT id FROM audit_log WHERE id < ${firstKept} AND act <> ALL (${except as string[]}) ORDER BY id LIMIT ${limit}
    )`;
  return count;
}
