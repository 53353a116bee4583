// The audit log: inserts, reads for admins, and deletion of old entries.

import { and, asc, eq, getTableColumns, inArray, lt, notInArray } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { type Act, type AuditDetail, acts } from "../../api/audit.ts";
import type { Fragment, Sql } from "../../database.ts";
import { drizzleOn, fragmentOf, listText } from "../../drizzle.ts";
import { users } from "../../tables/accounts.ts";
import { channels } from "../../tables/channels.ts";
import { auditLog } from "../../tables/operator.ts";

export interface AuditEntry {
  /** UUIDv7, which orders the log. */
  id: string;
  /** User who acted; null: not signed in. */
  actorId: string | null;
  act: Act;
  /** Id of the user, channel or thing acted upon. */
  target?: string;
  /** Client address. */
  address?: string;
  detail?: AuditDetail;
}

/** A tagged template, since nodes may set only these columns and drizzle's insert names all. */
export async function insertAudit(
  sql: Sql,
  { id, actorId, act, target = "", address = "", detail = {} }: AuditEntry,
): Promise<void> {
  await sql`
    INSERT INTO audit_log (id, actor_id, act, target, address, detail)
    VALUES (${id}, ${actorId}, ${act}, ${target}, ${address}, ${sql.json(detail)})`;
}

export interface AuditRow extends Stored {
  actorLogin: string | null;
  targetLogin: string | null;
}

type Stored = typeof auditLog.$inferSelect;

interface AuditQuestion {
  actorId: string | null;
  /** An act, or its part before the dot. */
  act: string | null;
  /** Entries about any of these ids. */
  targets: string[] | null;
  before: Date | null;
  /** At this time or later. */
  since: Date | null;
  /** Id of the previous page's last entry. */
  beforeId: string | null;
  limit: number;
}

/** Newest first. Each act and each target is read by itself, since an index has the order of one alone. */
export function auditEntries(
  sql: Sql,
  { actorId, act, targets, before, since, beforeId, limit }: AuditQuestion,
): Promise<AuditRow[]> {
  const upTo = before === null ? LAST_ID : idAt(before.getTime() + CLOCKS_APART_MS);
  const [from, to] = [
    since === null ? FIRST_ID : idAt(since.getTime() - CLOCKS_APART_MS),
    beforeId !== null && beforeId < upTo ? beforeId : upTo,
  ];
  const where = sql`true
    ${actorId === null ? sql`` : sql`AND actor_id = ${actorId}`}
    ${targets === null ? sql`` : sql`AND target = asked_target.target AND target <> ''`}
    ${before === null ? sql`` : sql`AND at < ${before}`}
    ${since === null ? sql`` : sql`AND at >= ${since}`}`;
  // Of one actor or about one target there are few, of whatever act.
  const byAct = act !== null && actorId === null && targets === null;
  const named = act === null ? [] : actsOf(act);
  const inActs = act === null ? sql`` : sql`AND act = ANY(${named}::text[])`;
  // Pairs, since the planner, which knows the usual act but not the asked one, would read all acts for a rare one.
  const page = byAct
    ? sql`SELECT * FROM audit_log WHERE ${where} AND (act, id) >= (asked_act.act, ${from}::uuid)
          AND (act, id) < (asked_act.act, ${to}::uuid) ORDER BY act DESC, id DESC LIMIT ${limit}`
    : newest(sql, sql`${where} AND id >= ${from} AND id < ${to} ${inActs}`, limit);
  return withNames(
    sql,
    sql`SELECT l.* FROM unnest(${byAct ? named : [""]}::text[]) asked_act (act)
        CROSS JOIN unnest(${targets ?? [""]}::text[]) asked_target (target) CROSS JOIN LATERAL (${page}) l`,
    limit,
  );
}

/** An act, and the acts of which it is the part before the dot. */
const actsOf = (act: string) => [act, ...Object.keys(acts).filter((one) => one.startsWith(`${act}.`))];

/** At most, of the clock that made an entry's id and the clock that wrote its time. */
const CLOCKS_APART_MS = 3_600_000;

/** Acts of a user, and acts upon the user and their channel; newest first. */
export function auditAbout(
  sql: Sql,
  { userId, channelId, limit }: { userId: string; channelId: string; limit: number },
): Promise<AuditRow[]> {
  // Three queries, so that each uses its own index. An act upon oneself is found twice.
  const did = newest(sql, sql`actor_id = ${userId}`, limit);
  const suffered = [userId, channelId].map((id) => newest(sql, sql`target = ${id} AND target <> ''`, limit));
  return withNames(sql, sql`(${did}) UNION (${suffered[0]!}) UNION (${suffered[1]!})`, limit);
}

const newest = (sql: Sql, condition: Fragment, limit: number) =>
  sql`SELECT * FROM audit_log WHERE ${condition} ORDER BY id DESC LIMIT ${limit}`;

/** Adds the logins of actors and targets to the newest of these entries. A target may be no id of a user or channel. */
const withNames = (sql: Sql, entries: Fragment, limit: number) => sql<AuditRow[]>`
  WITH l AS MATERIALIZED (
    SELECT e.*, CASE WHEN target ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN target::uuid END AS target_id
    FROM (${entries}) e ORDER BY id DESC LIMIT ${limit}
  )
  SELECT ${sql(ENTRY)}, (SELECT login FROM users WHERE id = l.actor_id) AS "actorLogin",
    coalesce((SELECT login FROM users WHERE id = l.target_id),
      (SELECT u.login FROM channels c JOIN users u ON u.id = c.user_id WHERE c.id = l.target_id)) AS "targetLogin"
  FROM l ORDER BY l.id DESC`;

const ENTRY = fragmentOf(listText(getTableColumns(alias(auditLog, "l"))));

/** Ids that stand for a login among the log's targets: the user and their channel. */
export async function idsOfLogin(sql: Sql, login: string): Promise<{ userId: string; channelId: string } | null> {
  const [row] = await drizzleOn(sql)
    .select({ userId: users.id, channelId: channels.id })
    .from(users)
    .innerJoin(channels, eq(channels.userId, users.id))
    .where(eq(users.login, login.toLowerCase()));
  return row ?? null;
}

/** Returns how many entries were deleted. Compares the time inside the ids, so that the index skips newer entries. */
export async function deleteAuditBefore(
  sql: Sql,
  { beforeMs, except, limit }: { beforeMs: number; except: readonly string[]; limit: number },
): Promise<number> {
  const old = drizzleOn(sql)
    .select({ id: auditLog.id })
    .from(auditLog)
    .where(and(lt(auditLog.id, idAt(beforeMs)), notInArray(auditLog.act, [...except])))
    .orderBy(asc(auditLog.id))
    .limit(limit);
  const { count } = await drizzleOn(sql).delete(auditLog).where(inArray(auditLog.id, old));
  return count;
}

/** The first UUIDv7 of a millisecond. */
function idAt(ms: number): string {
  const time = Math.floor(ms).toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
}

const FIRST_ID = "00000000-0000-0000-0000-000000000000";
const LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";
