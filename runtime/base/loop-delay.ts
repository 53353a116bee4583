// How long the event loop of this process stood still. Measured on timers that ring anyway, so that it costs an idle process no wake-up.

/** The longest delay since it was last taken. */
class LoopDelay {
  #maxMs = 0;

  /** A timer rang this late. */
  note(lateMs: number) {
    if (lateMs > this.#maxMs) this.#maxMs = lateMs;
  }

  /** In ms; at least 0. Begins anew. */
  take(): number {
    const maxMs = this.#maxMs;
    this.#maxMs = 0;
    return maxMs;
  }
}

/** Of this process: the system's clock and the watchdog's heartbeat note each of their timers. */
export const loopDelay = new LoopDelay();
