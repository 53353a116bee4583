// How late this process's event loop is, and so how often frames may be written: writes cost the same whatever is in them.

import { type Clock, every } from "#runtime/base/clock.ts";

const LOOK_MS = 100;
/** Below it each fragment is a frame of its own. */
const CALM_MS = 15;
const FRAME_EVERY_MAX_MS = 250;

export class LoopLag {
  #lagMs = 0;
  readonly #stop: () => void;

  constructor(clock: Clock) {
    let dueMs = clock.monoMs() + LOOK_MS;
    this.#stop = every(clock, LOOK_MS, () => {
      const nowMs = clock.monoMs();
      // Rises at once, falls slowly: a loop that is just calm again fills up again at once.
      this.#lagMs = Math.max(Math.max(0, nowMs - dueMs), this.#lagMs * 0.8);
      dueMs = nowMs + LOOK_MS;
    });
  }

  /** The shortest time between two frames to the same viewers; 0: none. */
  get frameEveryMs() {
    return this.#lagMs < CALM_MS ? 0 : Math.min(FRAME_EVERY_MAX_MS, 2 * this.#lagMs);
  }

  stop() {
    this.#stop();
  }
}
