// How long the event loop of this process stood still. Measured on timers that ring anyway, so that it costs an idle process no wake-up.

/** Who asks sees this time at least, twice as much at most: several may ask, each at intervals of its own. */
const WINDOW_MS = 15_000;
/** A shorter delay is no stall: timers of a working process ring that late. */
const STALL_MS = 50;

/** The longest delay of the last 15 to 30 s. Times are monotonic ms. */
export class LoopDelay {
  #windowFromMs = Number.NEGATIVE_INFINITY;
  #nowMaxMs = 0;
  #beforeMaxMs = 0;
  #stalledMs = 0;
  /** The stalls up to this time are in the sum. */
  #countedToMs = Number.NEGATIVE_INFINITY;

  /** A timer rang this late. */
  note(lateMs: number, atMs = performance.now()) {
    if (lateMs < 1) return; // The most, and no news.
    this.#turn(atMs);
    if (lateMs > this.#nowMaxMs) this.#nowMaxMs = lateMs;
    if (lateMs < STALL_MS) return;
    // Several timers are late together.
    this.#stalledMs += Math.max(0, Math.min(lateMs, atMs - this.#countedToMs));
    this.#countedToMs = atMs;
  }

  /** In ms; at least 0. */
  maxMs(atMs = performance.now()): number {
    this.#turn(atMs);
    return Math.max(this.#nowMaxMs, this.#beforeMaxMs);
  }

  /** Sum of all stalls of 50 ms and more since the start. */
  get stalledMs() {
    return this.#stalledMs;
  }

  #turn(atMs: number) {
    const passedMs = atMs - this.#windowFromMs;
    if (passedMs < WINDOW_MS) return;
    this.#beforeMaxMs = passedMs < 2 * WINDOW_MS ? this.#nowMaxMs : 0;
    this.#nowMaxMs = 0;
    this.#windowFromMs = atMs;
  }
}

/** Of this process: the system's clock and the watchdog's heartbeat note each of their timers. */
export const loopDelay = new LoopDelay();
