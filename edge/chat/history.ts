// Requests entries from a room's owner, with back-off while it does not answer.

import { Refusal } from "#runtime/actor/actor.ts";
import { backoffMs } from "#runtime/base/backoff.ts";
import { reason } from "#runtime/base/log.ts";
import type { Entry, HistoryAnswer } from "#schema/wire/room.ts";
import type { EdgeWorld } from "../world.ts";

const WITHIN_MS = 4_000;
/** Between two requests. */
const RETRY_PAUSES = { firstMs: 100, longestMs: 2_000 };

export class RoomHistory {
  constructor(
    private readonly world: EdgeWorld,
    private readonly channelId: string,
  ) {}

  /** At most `limit` entries above `after`, ascending; null: the newest. Throws Refusal, or what the bus throws. */
  ask(after: number | null, limit: number): Promise<HistoryAnswer> {
    const request = { type: "room.history", after, limit };
    return this.world.caller.call("channel", this.channelId, request, { timeoutMs: WITHIN_MS });
  }

  /** All entries above `after` up to `lastSeq`; null if the owner does not have them. Throws like `ask`. */
  async between(after: number, lastSeq: number): Promise<Entry[] | null> {
    const found: Entry[] = [];
    for (let seq = after; seq < lastSeq; ) {
      const { entries } = await this.ask(seq, lastSeq - seq);
      if (entries.length === 0) return null;
      found.push(...entries);
      seq = entries.at(-1)!.seq;
    }
    return found;
  }

  /** Logs only the first of consecutive failures. */
  failed(error: unknown, failures: number) {
    const fields = { channel: this.channelId, reason: reason(error) };
    const message = error instanceof Refusal ? "room does not answer" : "room cannot be asked";
    if (failures === 0) this.world.log.warn(fields, message);
  }

  pause(failures: number): Promise<void> {
    const { clock, random } = this.world;
    return clock.sleep(backoffMs(RETRY_PAUSES, failures, random.next()));
  }
}
