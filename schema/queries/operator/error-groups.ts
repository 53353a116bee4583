// Groups of logged errors: written by every process, read by admins.

import { getTableColumns } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Sql } from "../../database.ts";
import { fragmentOf, listText } from "../../drizzle.ts";
import { errorGroups } from "../../tables/operator.ts";

export type ErrorGroupRow = typeof errorGroups.$inferSelect;

/** Adds counts to the groups that are there; the newest error's words replace the older ones. Repeating it counts twice. */
export async function addErrors(sql: Sql, groups: readonly ErrorGroupRow[]): Promise<void> {
  if (groups.length === 0) return;
  // In one order everywhere: two processes that write the same groups must not wait for each other.
  const sorted = groups.toSorted((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
  const column = <Key extends Exclude<keyof ErrorGroupRow, "firstAt" | "lastAt">>(key: Key) =>
    sorted.map((group) => group[key]);
  await sql`
    INSERT INTO error_groups AS g (fingerprint, level, message, reason, place, stack, node, request, trace, count, first_at, last_at)
    SELECT * FROM unnest(${column("fingerprint")}::text[], ${column("level")}::text[], ${column("message")}::text[],
      ${column("reason")}::text[], ${column("place")}::text[], ${column("stack")}::text[], ${column("node")}::text[],
      ${column("request")}::text[], ${column("trace")}::text[], ${column("count")}::bigint[],
      ${sorted.map(({ firstAt }) => firstAt.toISOString())}::text[]::timestamptz[],
      ${sorted.map(({ lastAt }) => lastAt.toISOString())}::text[]::timestamptz[])
    ON CONFLICT (fingerprint) DO UPDATE SET
      level = excluded.level, message = excluded.message, reason = excluded.reason, place = excluded.place, stack = excluded.stack,
      node = excluded.node, request = excluded.request, trace = excluded.trace, count = g.count + excluded.count,
      first_at = least(g.first_at, excluded.first_at), last_at = greatest(g.last_at, excluded.last_at)`;
}

const ROW = fragmentOf(listText(getTableColumns(alias(errorGroups, "g"))));

/** The newest first. `before`: the previous page's last one. */
export function newestErrors(
  sql: Sql,
  { before, limit }: { before: Pick<ErrorGroupRow, "lastAt" | "fingerprint"> | null; limit: number },
): Promise<ErrorGroupRow[]> {
  return sql<ErrorGroupRow[]>`
    SELECT ${sql(ROW)} FROM error_groups g
    WHERE ${before === null ? sql`true` : sql`(date_trunc('milliseconds', last_at), fingerprint) < (${before.lastAt}, ${before.fingerprint})`}
    ORDER BY last_at DESC, fingerprint DESC LIMIT ${limit}`;
}

/** Deletes groups that have been silent for so long, and the oldest of more than `countMax`. Returns how many. */
export async function deleteOldErrors(
  sql: Sql,
  { beforeMs, countMax }: { beforeMs: number; countMax: number },
): Promise<number> {
  const { count } = await sql`
    DELETE FROM error_groups WHERE last_at < ${new Date(beforeMs)} OR fingerprint IN (
      SELECT fingerprint FROM error_groups ORDER BY last_at DESC, fingerprint DESC OFFSET ${countMax})`;
  return count;
}
