// Writes security-relevant acts to the audit log.

import type { Clock } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { Counter } from "#runtime/base/metrics.ts";
import type { Random } from "#runtime/base/random.ts";
import { acts } from "#schema/api/audit.ts";
import type { Sql } from "#schema/database.ts";
import { type AuditEntry, insertAudit } from "#schema/queries/operator/audit.ts";

const written = new Counter({
  name: "audit_entries_total",
  help: "Entries of the audit log, by act and whether they were written",
  labelNames: ["act", "outcome"],
});

/**
 * `detail` must not contain secrets. An entry that cannot be written is counted and logged, and its request continues. Only acts of staff
 * (`acts[act].staff`) throw then; they are audited before they are done.
 */
export async function audit(sql: Sql, entry: AuditEntry, log?: Log): Promise<void> {
  try {
    await insertAudit(sql, entry);
    written.inc({ act: entry.act, outcome: "written" });
  } catch (error) {
    written.inc({ act: entry.act, outcome: "lost" });
    log?.error({ act: entry.act, user: entry.actorId, reason: reason(error) }, "audit entry was not written");
    if (acts[entry.act].staff) throw error;
  }
}

/** Like `audit`, with a new id. */
export type Audit = (entry: Omit<AuditEntry, "id">) => Promise<void>;

export const createAudit =
  (world: { database: { sql: Sql }; clock: Clock; random: Random; log: Log }): Audit =>
  (entry) =>
    audit(world.database.sql, { id: world.random.uuid(world.clock.wallMs()), ...entry }, world.log);
