// The clock of a simulated process: monotonic time goes on while the process is paused; wall time is off by its skew.

import type { Clock } from "#runtime/base/clock.ts";
import { type Process, type Simulation, WALL_START_MS } from "./simulation.ts";

/** Like setTimeout. */
const TIMER_MS_MIN = 1;

export class SimClock implements Clock {
  constructor(
    private readonly sim: Simulation,
    private readonly process: Process,
  ) {}

  wallMs() {
    return WALL_START_MS + this.sim.nowMs + this.process.skewMs;
  }

  monoMs() {
    return this.sim.nowMs;
  }

  timer(ms: number, ring: () => void) {
    const event = this.sim.after(Math.max(TIMER_MS_MIN, ms), ring, this.process);
    return () => {
      event.run = null;
    };
  }

  sleep(ms: number) {
    return new Promise<void>((resolve) => void this.sim.after(Math.max(TIMER_MS_MIN, ms), resolve, this.process));
  }
}
