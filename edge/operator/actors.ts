// The list of actors for operators, the last claimed first.

import { SILENT_MS } from "#runtime/cluster/judge.ts";
import type { ActorView } from "#schema/api/cluster.ts";
import type { Page } from "#schema/api/fields.ts";
import type { Sql } from "#schema/database.ts";
import { type ActorOverview, actorOverview } from "#schema/queries/operator/cluster.ts";
import { pageCursor } from "../gateway/requests/page-cursor.ts";

/** In the order of `actorOverview`. `claimedAtText`: PostgreSQL's text of a time, with microseconds. */
const actorsCursor = pageCursor({
  claimedAtText: {
    pattern: "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,6})?[+-]\\d\\d(?::\\d\\d)?",
    read: String,
  },
  kind: { pattern: "[a-z]{1,32}", read: String },
  key: { pattern: "[0-9a-f-]{1,64}", read: String },
});

interface ActorFilter {
  /** Name or incarnation of the owner. */
  node: string | null;
  /** True: actors with an owner, false: without, null: all. */
  awake: boolean | null;
  limit: number;
  /** `nextCursor` of the previous page. */
  cursor: string | null;
}

/** Throws FieldRefusal for a malformed cursor. */
export async function actorPage(sql: Sql, { node, awake, limit, cursor }: ActorFilter): Promise<Page<ActorView>> {
  const before = actorsCursor.read(cursor);
  const rows = await actorOverview(sql, { node, awake, before, silentMs: SILENT_MS, limit: limit + 1 });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor = rows.length > limit && last ? actorsCursor.write(last) : null;
  return { items: shown.map(actorView), nextCursor };
}

export const actorView = (row: ActorOverview): ActorView => ({
  kind: row.kind,
  key: row.key,
  login: row.login,
  epoch: row.epoch,
  version: row.version,
  standing: row.standing,
  node: row.node,
  incarnation: row.incarnation,
  phase: row.phase,
  wakeAt: row.wakeAt?.toISOString() ?? null,
  claimedAt: row.claimedAt.toISOString(),
  savedAt: row.savedAt.toISOString(),
});
