// The audit log: inserts, reads for admins, and deletion of old entries.

import { and, asc, desc, eq, sql as expression, gte, inArray, lt, notInArray, type SQL } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Act, AuditDetail } from "../../api/audit.ts";
import type { Sql } from "../../database.ts";
import { drizzleOn } from "../../drizzle.ts";
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

/** Newest first. */
export function auditEntries(
  sql: Sql,
  { actorId, act, targets, before, since, beforeId, limit }: AuditQuestion,
): Promise<AuditRow[]> {
  const entries = newest(
    sql,
    and(
      actorId === null ? undefined : eq(auditLog.actorId, actorId),
      act === null ? undefined : expression`(${auditLog.act} = ${act} OR starts_with(${auditLog.act}, ${`${act}.`}))`,
      targets === null ? undefined : inArray(auditLog.target, targets),
      before === null ? undefined : lt(auditLog.at, before),
      since === null ? undefined : gte(auditLog.at, since),
      beforeId === null ? undefined : lt(auditLog.id, beforeId),
    ),
    limit,
  );
  return withNames(sql, entries.as("l"));
}

/** Acts of a user, and acts upon the user and their channel; newest first. */
export function auditAbout(
  sql: Sql,
  { userId, channelId, limit }: { userId: string; channelId: string; limit: number },
): Promise<AuditRow[]> {
  // Two queries, so that each uses its own index.
  const did = newest(sql, eq(auditLog.actorId, userId), limit);
  const suffered = newest(sql, inArray(auditLog.target, [userId, channelId]), limit);
  return withNames(sql, did.union(suffered).orderBy(desc(auditLog.id)).limit(limit).as("l"));
}

const newest = (sql: Sql, condition: SQL | undefined, limit: number) =>
  drizzleOn(sql).select().from(auditLog).where(condition).orderBy(desc(auditLog.id)).limit(limit);

/** Adds the logins of actors and targets. */
function withNames(sql: Sql, entries: ReturnType<ReturnType<typeof newest>["as"]>): Promise<AuditRow[]> {
  const actor = alias(users, "actor");
  const owner = alias(users, "owner");
  const { id, at, actorId, act, target, address, detail } = entries;
  return drizzleOn(sql)
    .select({
      ...{ id, at, actorId, act, target, address, detail },
      actorLogin: actor.login,
      targetLogin: expression<string | null>`coalesce(${users.login}, ${owner.login})`,
    })
    .from(entries)
    .leftJoin(actor, eq(actor.id, actorId))
    .leftJoin(users, eq(expression`${users.id}::text`, target))
    .leftJoin(channels, eq(expression`${channels.id}::text`, target))
    .leftJoin(owner, eq(owner.id, channels.userId))
    .orderBy(desc(id));
}

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
  const time = Math.floor(beforeMs).toString(16).padStart(12, "0");
  const firstKept = `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
  const old = drizzleOn(sql)
    .select({ id: auditLog.id })
    .from(auditLog)
    .where(and(lt(auditLog.id, firstKept), notInArray(auditLog.act, [...except])))
    .orderBy(asc(auditLog.id))
    .limit(limit);
  const { count } = await drizzleOn(sql).delete(auditLog).where(inArray(auditLog.id, old));
  return count;
}
