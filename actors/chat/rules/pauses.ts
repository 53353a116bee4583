// Waiting that ends early when the room ends.

import type { Clock } from "#runtime/base/clock.ts";
import type { Random } from "#runtime/base/random.ts";

/** Before the store is asked again; doubled up to the second number. */
const AGAIN_AFTER_MS = [50, 1_000] as const;

export class Pauses {
  readonly #interrupts = new Set<() => void>();

  constructor(private readonly options: { clock: Clock; random: Random }) {}

  /** Before what failed so often is tried again. */
  async beforeRetry(failures: number) {
    const [firstMs, maxMs] = AGAIN_AFTER_MS;
    const ms = Math.min(maxMs, firstMs * 2 ** Math.min(failures, 10)) * (0.5 + this.options.random.next() / 2);
    await this.within(ms);
  }

  /** Until `work` is done, the time is over or all pauses end. */
  async within(ms: number, work?: Promise<void>) {
    const over = Promise.withResolvers<void>();
    const cancel = this.options.clock.timer(ms, over.resolve);
    this.#interrupts.add(over.resolve);
    await Promise.race(work ? [work, over.promise] : [over.promise]);
    this.#interrupts.delete(over.resolve);
    cancel();
  }

  /** Those that are under way. */
  end() {
    for (const interrupt of this.#interrupts) interrupt();
  }
}
