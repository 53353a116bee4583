// What an instance does again and again for its rooms: entries and votes that are not kept any longer are deleted, in small steps.

import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import { Counter } from "#runtime/base/metrics.ts";
import type { Sql } from "#schema/database.ts";
import { forgetVotes } from "#schema/queries/chat/polls.ts";
import { deleteOldEntries, oldRooms } from "#schema/queries/chat/retention.ts";

/** Channels that one step looks at. */
const ROOMS_MAX = 500;
const ENTRIES_MAX = 1_000;
const VOTES_MAX = 5_000;
/** A sweep ends after this time, and the next one goes on. */
const SWEEP_MS = 20_000;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

const entriesDeleted = new Counter({ name: "chat_entries_deleted_total", help: "Entries of rooms that were too old" });

export interface ChatSweepParts {
  sql: Sql;
  clock: Pick<Clock, "monoMs">;
  log: Pick<Log, "info">;
  /** Of the entries of every room; 0: no limit. */
  days: number;
}

/** Rejects while the database is away; the next sweep goes on. Two at once do no harm. */
export async function sweepChat({ sql, clock, log, days }: ChatSweepParts): Promise<void> {
  const endMs = clock.monoMs() + SWEEP_MS;
  const isLate = () => clock.monoMs() > endMs;
  for (let afterId: string | null = FIRST_ID; afterId !== null && !isLate(); ) {
    const { rooms, lastId } = await oldRooms(sql, { days, afterId, limit: ROOMS_MAX });
    for (const room of rooms) {
      let deleted = 0;
      for (let count = ENTRIES_MAX; count === ENTRIES_MAX && !isLate(); deleted += count)
        count = await deleteOldEntries(sql, { ...room, limit: ENTRIES_MAX });
      entriesDeleted.inc(deleted);
      if (deleted > 0) log.info({ channel: room.channelId, count: deleted }, "entries are not kept any longer");
    }
    afterId = lastId;
  }
  while (!isLate() && (await forgetVotes(sql, { limit: VOTES_MAX })) === VOTES_MAX);
}
