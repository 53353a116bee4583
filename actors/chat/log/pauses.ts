// Pauses that end early when the room ends.

import { backoffMs } from "#runtime/base/backoff.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { Random } from "#runtime/base/random.ts";

/** Back-off between attempts at the store. */
const RETRY_PAUSES = { firstMs: 50, longestMs: 1_000 };

export class Pauses {
  readonly #interrupts = new Set<() => void>();

  constructor(private readonly options: { clock: Clock; random: Random }) {}

  /** Pauses after that many failures. */
  async beforeRetry(failures: number) {
    await this.within(backoffMs(RETRY_PAUSES, failures, this.options.random.next()));
  }

  /** Waits until `work` is done, the time is over, or all pauses end. */
  async within(ms: number, work?: Promise<void>) {
    const over = Promise.withResolvers<void>();
    const cancel = this.options.clock.timer(ms, over.resolve);
    this.#interrupts.add(over.resolve);
    await Promise.race(work ? [work, over.promise] : [over.promise]);
    this.#interrupts.delete(over.resolve);
    cancel();
  }

  /** Ends all pauses in progress. */
  end() {
    for (const interrupt of this.#interrupts) interrupt();
  }
}
