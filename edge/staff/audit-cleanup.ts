// Deletes old entries of the audit log, except acts of staff: people's client addresses are not kept for ever.

import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import { poll } from "#runtime/base/poll.ts";
import { STAFF_ACTS } from "#schema/api/audit.ts";
import type { Sql } from "#schema/database.ts";
import { deleteAuditBefore } from "#schema/queries/operator/audit.ts";

/** A year and a month, so that last year's incidents can still be investigated. */
const AUDIT_KEPT_MS = 400 * 86_400_000;
const EVERY_MS = 10 * 60_000;
/** Per statement, so that none takes long; the next sweep continues. */
const ROWS_MAX = 5_000;

/** Every edge sweeps. Returns stop. */
export function sweepAudit({ sql, clock, log }: { sql: Sql; clock: Clock; log: Log }): () => void {
  return poll({
    clock,
    log,
    everyMs: EVERY_MS,
    failure: "audit log was not swept",
    async look() {
      const beforeMs = clock.wallMs() - AUDIT_KEPT_MS;
      const count = await deleteAuditBefore(sql, { beforeMs, except: STAFF_ACTS, limit: ROWS_MAX });
      if (count > 0) log.info({ count }, "old audit entries are gone");
    },
  });
}
