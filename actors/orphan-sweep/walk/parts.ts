// What a walk needs, and what it counts.

import type { Log } from "#runtime/base/log.ts";
import { Counter } from "#runtime/base/metrics.ts";
import type { ObjectInfo, Objects } from "#runtime/objects/objects.ts";
import type { Sql } from "#schema/database.ts";

/**
 * An object of this age without a row is an orphan. Every object comes seconds before its row, so a day is also enough for an owner that was
 * cut off, for clocks that differ, and for a look around after the database was restored.
 */
export const ORPHAN_AGE_MS = 24 * 3_600_000;

export interface WalkParts {
  sql: Sql;
  objects: Pick<Objects, "list" | "remove" | "uploads">;
  log: Pick<Log, "info" | "error">;
  /** Wall clock of the database. */
  nowMs(): number;
  /** For tests. */
  orphanAgeMs?: number;
}

const removed = new Counter({
  name: "orphan_objects_removed_total",
  help: "Objects without a row, old enough, that the orphan sweep removed",
});

export const isOld = ({ modifiedAtMs }: Pick<ObjectInfo, "modifiedAtMs">, { nowMs, orphanAgeMs }: WalkParts) =>
  modifiedAtMs < nowMs() - (orphanAgeMs ?? ORPHAN_AGE_MS);

export async function removeOrphans(orphans: readonly ObjectInfo[], { objects, log }: WalkParts) {
  if (orphans.length === 0) return;
  await objects.remove(orphans.map(({ key }) => key));
  removed.inc(orphans.length);
  const bytes = orphans.reduce((sum, orphan) => sum + orphan.bytes, 0);
  log.info({ objects: orphans.length, bytes, first: orphans[0]!.key }, "removed objects without a row");
}
