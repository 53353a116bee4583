// How often the sockets of a room are written to. A write costs the same whatever is in it, so the edge writes less often the more it has to do.

/** Part of the event loop's time that one room's writes may take. */
const SHARE = 0.3;
/** Frames rarer than the loop's lag let it catch up. */
const LAG_FACTOR = 2;
/** Below it a room is calm: what is said is sent at once. */
const CALM_MS = 20;
/** No line waits longer for its frame. */
const INTERVAL_MAX_MS = 250;
/** Until the first writes are measured. */
const WRITE_MS = 0.005;
/** Of a new measurement among the old ones. */
const WEIGHT = 0.1;

/** One for all rooms of an edge. */
export class FanOutPace {
  #writeMs = WRITE_MS;

  /** `lag`: of this process's event loop. */
  constructor(private readonly lag: { readonly lagMs: number }) {}

  /** So many writes took so long. */
  wrote(writes: number, tookMs: number) {
    // A few writes measure the clock.
    if (writes >= 32) this.#writeMs += (tookMs / writes - this.#writeMs) * WEIGHT;
  }

  /** Between two frames of entries to the same socket, in a room of so many: 0, or 20 to 250 ms. */
  intervalMs(sockets: number): number {
    const ms = Math.max((sockets * this.#writeMs) / SHARE, this.lag.lagMs * LAG_FACTOR);
    return ms < CALM_MS ? 0 : Math.min(ms, INTERVAL_MAX_MS);
  }
}
