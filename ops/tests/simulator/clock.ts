// The clock of a simulated process: monotonic time goes on while it stands still, wall time is wrong by its skew.

import type { Clock } from "#runtime/base/clock.ts";
import { type Process, WALL_START_MS, type World } from "./world.ts";

/** As setTimeout. */
const TIMER_MS_MIN = 1;

export class SimClock implements Clock {
  constructor(
    private readonly world: World,
    private readonly process: Process,
  ) {}

  wallMs() {
    return WALL_START_MS + this.world.nowMs + this.process.skewMs;
  }

  monoMs() {
    return this.world.nowMs;
  }

  timer(ms: number, ring: () => void) {
    const event = this.world.after(Math.max(TIMER_MS_MIN, ms), ring, this.process);
    return () => {
      event.run = null;
    };
  }

  sleep(ms: number) {
    return new Promise<void>((resolve) => void this.world.after(Math.max(TIMER_MS_MIN, ms), resolve, this.process));
  }
}
