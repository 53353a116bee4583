// Asks a room's store until it answers, and says once that it is away, and once that it is back.

import { type Log, reason } from "#runtime/base/log.ts";
import { StoreAway, StorePoisoned } from "#runtime/store/store.ts";
import type { Pauses } from "./pauses.ts";

interface PatienceOptions {
  channelId: string;
  log: Log;
  pauses: Pauses;
  /** Nothing is asked any more. */
  isOver(): boolean;
}

export class Patience {
  #isAway = false;

  constructor(private readonly options: PatienceOptions) {}

  get isAway() {
    return this.#isAway;
  }

  /** Whatever goes wrong. Null: it is over. */
  async untilAnswered<T>(ask: () => Promise<T>): Promise<T | null> {
    for (let failures = 0; !this.options.isOver(); failures++) {
      try {
        const answer = await ask();
        this.back();
        return answer;
      } catch (error) {
        await this.away(error, failures);
      }
    }
    return null;
  }

  /** StorePoisoned: the store refuses. Null: it is over. Throws what is neither. */
  async untilKnown<T>(ask: () => Promise<T>): Promise<T | StorePoisoned | null> {
    for (let failures = 0; !this.options.isOver(); failures++) {
      try {
        const answer = await ask();
        this.back();
        return this.options.isOver() ? null : answer;
      } catch (error) {
        if (error instanceof StorePoisoned) return error;
        if (!(error instanceof StoreAway)) throw error;
        await this.away(error, failures);
      }
    }
    return null;
  }

  /** The store gave no answer, after so many failures before: pauses. */
  async away(error: unknown, failures: number) {
    this.noteAway(error);
    await this.pause(failures);
  }

  noteAway(error: unknown) {
    const { log, channelId } = this.options;
    if (!this.#isAway) log.warn({ channel: channelId, reason: reason(error) }, "chat store is away");
    this.#isAway = true;
  }

  pause(failures: number) {
    return this.options.pauses.beforeRetry(failures);
  }

  back() {
    const { log, channelId } = this.options;
    if (this.#isAway) log.info({ channel: channelId }, "chat store is back");
    this.#isAway = false;
  }
}
