// Timers that end together.

import type { Clock } from "#runtime/base/clock.ts";

export class Timers {
  readonly #cancels = new Set<() => void>();
  #stopped = false;

  constructor(private readonly clock: Pick<Clock, "timer">) {}

  /** Rings once, unless they are stopped before. A time that is over rings at once. */
  set(ms: number, ring: () => void) {
    if (this.#stopped) return;
    const cancel = this.clock.timer(Math.max(0, ms), () => {
      this.#cancels.delete(cancel);
      ring();
    });
    this.#cancels.add(cancel);
  }

  /** None rings any more, and none can be set. */
  stop() {
    this.#stopped = true;
    for (const cancel of this.#cancels) cancel();
  }
}
