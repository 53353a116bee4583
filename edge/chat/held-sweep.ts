// Deletes lines that waited for a moderator long ago. Who decided about a line can be asked for a day.

import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import { poll } from "#runtime/base/poll.ts";
import type { Sql } from "#schema/database.ts";
import { deleteHeldBefore } from "#schema/queries/chat/judging-reads.ts";

const KEPT_MS = 86_400_000;
const EVERY_MS = 10 * 60_000;
/** Per statement, so that none takes long; the next sweep continues. */
const ROWS_MAX = 5_000;

/** Every edge sweeps. Returns stop. */
export function sweepHeldLines({ sql, clock, log }: { sql: Sql; clock: Clock; log: Log }): () => void {
  return poll({
    clock,
    log,
    everyMs: EVERY_MS,
    failure: "held lines were not swept",
    async look() {
      const count = await deleteHeldBefore(sql, { beforeMs: clock.wallMs() - KEPT_MS, limit: ROWS_MAX });
      if (count > 0) log.info({ count }, "old held lines are gone");
    },
  });
}
