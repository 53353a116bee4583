// Notices when this process stood still: paused, or blocked. A resumed process reads its sockets before its timers ring, so the late tick
// itself comes too late for what must not be done before it.

import type { Clock } from "../base/clock.ts";

const STALL_MS = 500;

export class EventLoop {
  /** Null before the first tick: the time before it belongs to the start of the process. */
  #lastTick: { atMs: number; everyMs: number } | null = null;
  #stalledAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly clock: Clock) {}

  /** Called every `everyMs` by a timer that waits for nothing else. Returns how late it is. */
  tick(everyMs: number): number {
    const { overdueMs } = this;
    const atMs = this.clock.monoMs();
    if (overdueMs > STALL_MS) this.#stalledAtMs = atMs;
    this.#lastTick = { atMs, everyMs };
    return overdueMs;
  }

  /** How late the next tick is by now. */
  get overdueMs(): number {
    if (!this.#lastTick) return 0;
    const { atMs, everyMs } = this.#lastTick;
    return Math.max(0, this.clock.monoMs() - atMs - everyMs);
  }

  /** Time since it last stood still; 0 while it does. */
  get runsForMs(): number {
    return this.overdueMs > STALL_MS ? 0 : this.clock.monoMs() - this.#stalledAtMs;
  }
}
