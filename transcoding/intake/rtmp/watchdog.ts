// Tells when a connection has died without a word: no bytes for a while, and no answer to a ping.

import { type Clock, every } from "#runtime/base/clock.ts";

/** Counted in steps instead of time: after a stall of our own process the bytes that waited are read before the next step. */
export const STEP_MS = 2_000;
const PING_AFTER_STEPS = 1;
/** nginx answers a ping at once, so that after 4 to 6 s without a byte the connection is dead. */
const DEAD_AFTER_STEPS = 3;
/** The TCP connection and the handshake. */
export const HANDSHAKE_WITHIN_MS = 2_000;
/** Until Play.Start: nginx asks the edges by hook before it answers `play`, up to 8 s when edges hang. */
export const PLAY_WITHIN_MS = 10_000;

export interface Watched {
  /** The handshake is over. */
  shaken(): boolean;
  ping(): void;
  onDead(why: string): void;
}

export class Watchdog {
  #silentSteps = 0;
  #stops: (() => void)[] = [];

  constructor(clock: Clock, watched: Watched) {
    const die = (why: string) => {
      this.stop();
      watched.onDead(why);
    };
    this.#stops = [
      clock.timer(HANDSHAKE_WITHIN_MS, () => {
        if (!watched.shaken()) die(`no handshake within ${HANDSHAKE_WITHIN_MS} ms`);
      }),
      clock.timer(PLAY_WITHIN_MS, () => {
        if (!this.#playing) die(`play was not answered within ${PLAY_WITHIN_MS} ms`);
      }),
      every(clock, STEP_MS, () => {
        if (!this.#playing) return; // PLAY_WITHIN_MS counts.
        this.#silentSteps++;
        if (this.#silentSteps === PING_AFTER_STEPS) watched.ping();
        if (this.#silentSteps >= DEAD_AFTER_STEPS) die(`no bytes for ${(DEAD_AFTER_STEPS * STEP_MS) / 1000} s`);
      }),
    ];
  }

  #playing = false;

  bytesCame() {
    this.#silentSteps = 0;
  }

  playStarted() {
    this.#playing = true;
  }

  stop() {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }
}
