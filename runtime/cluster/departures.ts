// Tells of people who have deleted their account, to whoever keeps in memory what they said. What is stored loses them elsewhere
// (edge/identity/account/erase.ts); as long as that is open, here it is told again and again, so nothing depends on a message or a moment.

import type { Sql } from "#schema/database.ts";
import { departures } from "#schema/queries/accounts/erasures.ts";
import { type Clock, every } from "../base/clock.ts";
import { type Log, reason } from "../base/log.ts";

/** Nothing of them is shown 5 s later, other work of the process included. */
const LOOK_EVERY_MS = 2_000;
/** Lines that were under way when they left, or came from a memory that had not heard of it yet. */
const AGAIN_EVERY_MS = 10_000;
/** At once; who deletes more accounts than that within minutes waits for the next look. */
const DEPARTURES_MAX = 1_000;

export interface DeparturesOptions {
  sql: Sql;
  clock: Clock;
  log: Log;
  /** Forgets them; may be called again for the same. */
  gone(userIds: ReadonlySet<string>): void;
}

/** Returns stop. */
export function watchDepartures({ sql, clock, log, gone }: DeparturesOptions): () => void {
  /** When each was told of last. */
  let told = new Map<string, number>();
  let away = false;
  return every(clock, LOOK_EVERY_MS, async () => {
    try {
      const userIds = await departures(sql, DEPARTURES_MAX);
      const nowMs = clock.monoMs();
      const isDue = (userId: string) => nowMs - (told.get(userId) ?? Number.NEGATIVE_INFINITY) >= AGAIN_EVERY_MS;
      const due = new Set(userIds.filter(isDue));
      told = new Map(userIds.map((userId) => [userId, due.has(userId) ? nowMs : told.get(userId)!]));
      if (due.size > 0) gone(due);
      away = false;
    } catch (error) {
      if (!away) log.warn({ reason: reason(error) }, "deleted people cannot be looked up");
      away = true;
    }
  });
}
