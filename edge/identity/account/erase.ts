// Erases what a deleted account leaves in rooms, step by step: the bodies of its lines, and the room of its channel. Copies in the memory of
// actors and edges are erased within seconds (ERASED_POLL), while the erasure is open.

import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import { poll } from "#runtime/base/poll.ts";
import type { Sql } from "#schema/database.ts";
import { endErasure, eraseAuthor, eraseRoom, openErasures } from "#schema/queries/accounts/erasures.ts";
import { NOBODY } from "#schema/wire/room.ts";

/** Lines per statement: some 20 ms of the database's time. */
const STEP_LENGTH = 500;
const ACCOUNTS_PER_SWEEP = 20;
const SWEEP_EVERY_MS = 60_000;

export interface Eraser {
  /** Continues the open erasures, for at most this many steps. Throws when the database is away. */
  sweep(stepsMax: number): Promise<void>;
  /** Sweeps once a minute, as every edge does. Returns stop. */
  start(): () => void;
}

const STEPS_PER_SWEEP = 1_000;

export function createEraser({ sql, clock, log }: { sql: Sql; clock: Clock; log: Log }): Eraser {
  async function sweep(stepsMax: number) {
    let steps = stepsMax;
    for (const { userId, channelId } of await openErasures(sql, ACCOUNTS_PER_SWEEP)) {
      const parts = [
        () => eraseAuthor(sql, { userId, author: NOBODY, limit: STEP_LENGTH }),
        () => eraseRoom(sql, { channelId, limit: STEP_LENGTH }),
      ];
      for (const part of parts)
        do {
          if (steps-- <= 0) return;
        } while ((await part()) === STEP_LENGTH);
      await endErasure(sql, userId);
    }
  }

  return {
    sweep,
    start: () =>
      poll({
        clock,
        log,
        everyMs: SWEEP_EVERY_MS,
        failure: "erasing did not get on",
        look: () => sweep(STEPS_PER_SWEEP),
      }),
  };
}
