// The child that writes a broadcast into the directory, and does not rest before that has worked.

import type { Child, Self } from "#runtime/actor/actor.ts";
import { type Clock, within } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import type { Sql } from "#schema/database.ts";
import { channelExists, writeBroadcast } from "#schema/queries/channels/broadcast-writes.ts";
import type { DirectoryEntry } from "../rules/channel.ts";
import type { Message } from "../rules/decide.ts";

const RETRY_MS = [200, 5_000] as const;
/** The server ends a statement after 5 s; a connection that was cut says nothing for many minutes. */
const ANSWER_MS = 6_000;

export interface RegistrarOptions {
  entry: DirectoryEntry;
  channelId: string;
  epoch: number;
  sql: Sql;
  clock: Clock;
  log: Log;
}

/** Tells `recorded` when an ended broadcast is written. */
export function registerBroadcast(options: RegistrarOptions, self: Self<Message>): Child {
  const { entry, channelId, epoch, sql, clock, log } = options;
  const { broadcastId, ...rest } = entry;
  let stopped = false;
  const inTime = <T>(work: Promise<T>) =>
    within(clock, ANSWER_MS, work, () => new Error(`no answer in ${ANSWER_MS} ms`));
  const work = async () => {
    let retryMs: number = RETRY_MS[0];
    while (!stopped)
      try {
        const written = await inTime(writeBroadcast(sql, { id: broadcastId, channelId, epoch, ...rest }));
        // Not written: we were replaced, which the cell learns by itself, or the channel was deleted with its broadcasts.
        const done = written || !(await inTime(channelExists(sql, channelId)));
        if (done && entry.phase === "ended") self.tell({ type: "recorded", broadcastId });
        return;
      } catch (error) {
        log.warn({ broadcast: broadcastId, reason: reason(error) }, "broadcast not written yet");
        await clock.sleep(retryMs);
        retryMs = Math.min(retryMs * 2, RETRY_MS[1]);
      }
  };
  void work();
  return {
    stop: async () => {
      stopped = true;
    },
  };
}
