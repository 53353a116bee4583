// How late the event loop of this process is now, for who can do less while it is: looked at while somebody asks, so that an idle process sleeps.

import { type Clock, everyWhileBusy } from "./clock.ts";

const LOOK_MS = 100;
/** Who has not asked for this time has nothing to do. */
const ASKED_WITHIN_MS = 5_000;
/** Part of the lag that is left after a look without any: it rises at once and falls slowly, since a loop that is just calm fills up again. */
const KEPT = 0.8;

export class LoopLag {
  #lagMs = 0;
  #dueMs = 0;
  #askedMs = Number.NEGATIVE_INFINITY;
  readonly #looks: ReturnType<typeof everyWhileBusy>;

  constructor(private readonly clock: Clock) {
    this.#looks = everyWhileBusy(clock, LOOK_MS, {
      work: () => this.#look(),
      isIdle: () => !this.#isAsked,
    });
  }

  /** In ms; at least 0. */
  get lagMs(): number {
    const wasAsked = this.#isAsked;
    this.#askedMs = this.clock.monoMs();
    if (!wasAsked) {
      this.#lagMs = 0;
      this.#dueMs = this.#askedMs + LOOK_MS;
    }
    this.#looks.wake();
    return this.#lagMs;
  }

  /** May be called twice. */
  stop() {
    this.#looks.stop();
  }

  get #isAsked() {
    return this.clock.monoMs() - this.#askedMs < ASKED_WITHIN_MS;
  }

  #look() {
    const nowMs = this.clock.monoMs();
    this.#lagMs = Math.max(Math.max(0, nowMs - this.#dueMs), this.#lagMs * KEPT);
    this.#dueMs = nowMs + LOOK_MS;
  }
}
