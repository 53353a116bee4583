// Tells of channels that staff has just closed, themselves or with their owner: whoever is in their room must go. What is asked
// anew each time (pages, playlists, keys) needs no telling.

import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import { pollIds } from "#runtime/base/poll.ts";
import type { Sql } from "#schema/database.ts";
import { channelsClosedWithin } from "#schema/queries/people/suspensions.ts";

const LOOK_EVERY_MS = 2_000;
/** A look that failed is made up for by the next ones. A channel is told of at each: somebody may have come in meanwhile. */
const LOOK_BACK_MS = 30_000;

interface ClosingsOptions {
  sql: Sql;
  clock: Clock;
  log: Log;
  closed(channelId: string): void;
}

/** Returns stop. */
export function watchClosings({ sql, clock, log, closed }: ClosingsOptions): () => void {
  return pollIds({
    clock,
    log,
    everyMs: LOOK_EVERY_MS,
    againMs: 0,
    failure: "closed channels cannot be looked up",
    find: () => channelsClosedWithin(sql, LOOK_BACK_MS),
    found(channelIds) {
      for (const channelId of channelIds) closed(channelId);
    },
  });
}
