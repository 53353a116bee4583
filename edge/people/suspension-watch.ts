// Tells of channels that staff has just closed, themselves or with their owner: whoever is in their room must go. What is asked
// anew each time (pages, playlists, keys) needs no telling.

import { type Clock, every } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import type { Sql } from "#schema/database.ts";
import { channelsClosedWithin } from "#schema/queries/people/suspensions.ts";

const LOOK_EVERY_MS = 2_000;
/** A look that failed is made up for by the next ones; a channel that is told of twice is closed twice. */
const LOOK_BACK_MS = 30_000;

export interface ClosingsOptions {
  sql: Sql;
  clock: Clock;
  log: Log;
  closed(channelId: string): void;
}

/** Returns stop. */
export function watchClosings({ sql, clock, log, closed }: ClosingsOptions): () => void {
  let away = false;
  return every(clock, LOOK_EVERY_MS, async () => {
    try {
      for (const channelId of await channelsClosedWithin(sql, LOOK_BACK_MS)) closed(channelId);
      away = false;
    } catch (error) {
      if (!away) log.warn({ reason: reason(error) }, "closed channels cannot be looked up");
      away = true;
    }
  });
}
