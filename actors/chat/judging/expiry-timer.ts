// Rings when the time of held lines is over.

import type { Clock } from "#runtime/base/clock.ts";
import type { HeldLine } from "#schema/wire/held-lines.ts";
import type { HoldQueue } from "./hold-queue.ts";

export interface ExpiryTimerOptions {
  clock: Clock;
  /** The wall clock of the lines' times. */
  nowMs(): number;
  held: HoldQueue;
  /** Called with lines that were taken from the queue. */
  onExpired(lines: HeldLine[]): void;
}

export class ExpiryTimer {
  #cancel = () => {};
  #stopped = false;

  constructor(private readonly options: ExpiryTimerOptions) {}

  /** To be called when the queue has changed. */
  set() {
    const { clock, nowMs, held, onExpired } = this.options;
    this.#cancel();
    const { firstExpiryMs } = held;
    if (firstExpiryMs === null || this.#stopped) return;
    this.#cancel = clock.timer(Math.max(0, firstExpiryMs - nowMs()), () => {
      const expired = held.takeExpired(nowMs());
      this.set();
      onExpired(expired);
    });
  }

  stop() {
    this.#stopped = true;
    this.#cancel();
  }
}
