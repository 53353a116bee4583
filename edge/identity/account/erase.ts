// Empties the lines of people who left, and takes the room of their channel away: a little at a time, until nothing is left. What rooms
// and edges have in memory goes within seconds (ERASED_POLL), as long as the erasure is open.

import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import { poll } from "#runtime/base/poll.ts";
import type { Sql } from "#schema/database.ts";
import { endErasure, eraseAuthor, eraseRoom, openErasures } from "#schema/queries/accounts/erasures.ts";
import { NOBODY } from "#schema/wire/room.ts";

/** Lines per statement: some 20 ms of the store. */
const STEP_LENGTH = 500;
const ACCOUNTS_AT_ONCE = 20;
const LOOK_EVERY_MS = 60_000;

export interface Eraser {
  /** Erases what there is to erase, in at most so many steps. Throws when the store is away. */
  sweep(stepsMax: number): Promise<void>;
  /** Sweeps once a minute. Several edges may: what one has done the other does not find. Returns what ends it. */
  start(): () => void;
}

const STEPS_PER_LOOK = 1_000;

export function createEraser({ sql, clock, log }: { sql: Sql; clock: Clock; log: Log }): Eraser {
  async function sweep(stepsMax: number) {
    let steps = stepsMax;
    for (const { userId, channelId } of await openErasures(sql, ACCOUNTS_AT_ONCE)) {
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
        everyMs: LOOK_EVERY_MS,
        failure: "erasing did not get on",
        look: () => sweep(STEPS_PER_LOOK),
      }),
  };
}
