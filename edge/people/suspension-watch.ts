// Watches for channels that were just closed: suspended, themselves or with their owner, or deleted. Their sockets must be closed; pages,
// playlists and stream keys are checked at each request anyway.

import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import { pollIds } from "#runtime/base/poll.ts";
import type { Sql } from "#schema/database.ts";
import { channelsClosedWithin } from "#schema/queries/people/suspensions.ts";

const POLL_MS = 2_000;
/** Longer than some failed polls. A closed channel is passed on at each poll, since a socket may have joined meanwhile. */
const LOOK_BACK_MS = 30_000;

interface ClosedChannelsOptions {
  sql: Sql;
  clock: Clock;
  log: Log;
  onClosed(channelId: string): void;
}

/** Returns stop. */
export function watchClosedChannels({ sql, clock, log, onClosed }: ClosedChannelsOptions): () => void {
  return pollIds({
    clock,
    log,
    everyMs: POLL_MS,
    againMs: 0,
    failure: "closed channels cannot be looked up",
    find: () => channelsClosedWithin(sql, LOOK_BACK_MS),
    found(channelIds) {
      for (const channelId of channelIds) onClosed(channelId);
    },
  });
}
