// Each node sweeps the rooms of the instance now and then, and wakes those in which something is overdue: their owner died, and nobody watches.

import { type Clock, every } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import type { Caller } from "#runtime/cluster/caller.ts";
import { overdueRooms } from "#schema/queries/chat/raids.ts";
import { type ChatSweepParts, sweepChat } from "./sweep.ts";

const SWEEP_MS = 10 * 60_000;
const WAKE_MS = 10_000;
/** An owner that lives is never as late. */
const LATE_MS = 5_000;
const ROOMS_MAX = 100;

/** Sweeps until it is stopped. */
export function keepSweepingChat(parts: ChatSweepParts & { clock: Clock; log: Log; caller: Caller }): () => void {
  const { clock, log, sql } = parts;
  const later = (error: unknown) => log.warn({ reason: reason(error) }, "rooms are swept later");
  const stops = [
    every(clock, SWEEP_MS, () => sweepChat(parts).catch(later)),
    every(clock, WAKE_MS, () => wakeOverdue(parts).catch(later)),
  ];
  return () => {
    for (const stop of stops) stop();
  };

  async function wakeOverdue({ caller }: { caller: Caller }) {
    const late = await overdueRooms(sql, { lateMs: LATE_MS, limit: ROOMS_MAX });
    // A room that is asked for anything opens, and does what is due.
    const opened = late.map((channelId) =>
      caller.call("channel", channelId, { type: "room.history", after: null, limit: 1 }),
    );
    await Promise.allSettled(opened);
  }
}
