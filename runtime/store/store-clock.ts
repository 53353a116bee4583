// This process's estimate of the store's wall clock: the time the store last reported plus monotonic time since then.

import type { Clock } from "../base/clock.ts";

export class StoreClock {
  #offsetMs: number;

  constructor(private readonly clock: Clock) {
    this.#offsetMs = clock.wallMs() - clock.monoMs();
  }

  /** The store's wall clock reads `nowMs` now. */
  learn(nowMs: number) {
    this.#offsetMs = nowMs - this.clock.monoMs();
  }

  nowMs = () => this.#offsetMs + this.clock.monoMs();
}
