// Deletion of a person's own lines: hidden at once, by an act of the room like a moderator's; then their texts are erased step by step.

import type { Clock } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { poll } from "#runtime/base/poll.ts";
import { deleteMyMessages } from "#schema/api/room-people.ts";
import type { Sql } from "#schema/database.ts";
import { eraseNextLines, openLineErasures, queueLineErasure } from "#schema/queries/chat/line-erasures.ts";
import { type Served, serve } from "../../gateway/serve.ts";
import type { EdgeWorld } from "../../world.ts";
import type { RoomActs } from "../room-acts.ts";

/** Lines per statement: some 20 ms of the database's time. */
const STEP_LENGTH = 500;
const ERASURES_PER_SWEEP = 50;
const STEPS_PER_SWEEP = 1_000;
/** Erases some 5 000 lines within the request; the sweep does the rest within minutes. */
const FIRST_STEPS = 10;
const SWEEP_EVERY_MS = 60_000;

export function ownLinesRoutes({ database, log }: EdgeWorld, { act, asker }: RoomActs): Served[] {
  const { sql } = database;

  return [
    serve(deleteMyMessages, async ({ who, channel }) => {
      const by = await asker(channel.id, who.userId);
      const { seq } = await act(channel.id, by, { act: "clear-person", userId: by.id });
      await queueLineErasure(sql, { channelId: channel.id, userId: by.id, seq });
      await eraseLines(sql, FIRST_STEPS).catch((error) => log.warn({ reason: reason(error) }, NOT_ERASED));
    }),
  ];
}

const NOT_ERASED = "erasing of lines did not get on";

/** Continues the open erasures, for at most this many steps. */
async function eraseLines(sql: Sql, stepsMax: number) {
  for (let steps = stepsMax; steps > 0; ) {
    const open = await openLineErasures(sql, ERASURES_PER_SWEEP);
    if (open.length === 0) return;
    for (const erasure of open) {
      if (steps-- <= 0) return;
      await eraseNextLines(sql, erasure, STEP_LENGTH);
    }
  }
}

/** Every edge sweeps. Returns stop. */
export const sweepOwnLines = ({ sql, clock, log }: { sql: Sql; clock: Clock; log: Log }): (() => void) =>
  poll({ clock, log, everyMs: SWEEP_EVERY_MS, failure: NOT_ERASED, look: () => eraseLines(sql, STEPS_PER_SWEEP) });
