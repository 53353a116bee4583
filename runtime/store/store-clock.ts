// The store's wall clock as this process knows it: monotonic time plus what the store last said.

import type { Clock } from "../base/clock.ts";

export class StoreClock {
  #offsetMs: number;

  constructor(private readonly clock: Clock) {
    this.#offsetMs = clock.wallMs() - clock.monoMs();
  }

  /** The store said that it is `nowMs` there. */
  learn(nowMs: number) {
    this.#offsetMs = nowMs - this.clock.monoMs();
  }

  nowMs = () => this.#offsetMs + this.clock.monoMs();
}
