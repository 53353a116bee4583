// This process's estimate of the store's wall clock: the time the store last reported plus monotonic time since then.

import type { Clock } from "../base/clock.ts";

/** A reading further from the estimate counts only when the next one agrees: a process that stood still takes an old reading for a new one. */
const LEAP_MS = 2_000;
/** How long a step back is made good in `sinceMs`. By then every owner has saved again, or has been replaced. */
const STEP_BACK_COUNTS_MS = 60_000;
/** A smaller step back is made good for every time, since times before and after it look alike. */
const SMALL_STEP_MS = 30_000;
/** Stands for the time since a moment that lies ahead by the store's clock: the clock was set back before this process read it. */
const UNKNOWN_MS = 30_000;

export class StoreClock {
  #offsetMs: number;
  #learned = false;
  #doubted: number | null = null;
  /** The last step back. `toMs`: what the clock read after it. */
  #stepBack: { byMs: number; toMs: number; atMonoMs: number } | null = null;

  constructor(private readonly clock: Clock) {
    this.#offsetMs = clock.wallMs() - clock.monoMs();
  }

  /** The store's wall clock reads `nowMs` now. */
  learn(nowMs: number) {
    const monoMs = this.clock.monoMs();
    const offsetMs = nowMs - monoMs;
    const isNear = (known: number | null) => known !== null && Math.abs(offsetMs - known) <= LEAP_MS;
    if (this.#learned && !isNear(this.#offsetMs) && !isNear(this.#doubted)) {
      this.#doubted = offsetMs;
      return;
    }
    const byMs = this.#offsetMs - offsetMs;
    if (this.#learned && byMs > LEAP_MS) this.#stepBack = { byMs, toMs: nowMs, atMonoMs: monoMs };
    this.#offsetMs = offsetMs;
    this.#learned = true;
    this.#doubted = null;
  }

  nowMs = () => this.#offsetMs + this.clock.monoMs();

  /** Time since the store's clock read `atMs`, or more: a fail-over to a server whose clock is behind is made good. */
  sinceMs = (atMs: number): number => {
    const nowMs = this.nowMs();
    const step = this.#stepBack;
    if (step && this.clock.monoMs() - step.atMonoMs < STEP_BACK_COUNTS_MS) {
      const isBefore = atMs < step.toMs || atMs > nowMs;
      if (isBefore || step.byMs <= SMALL_STEP_MS) return nowMs - atMs + step.byMs;
    }
    return nowMs - atMs < -LEAP_MS ? UNKNOWN_MS : nowMs - atMs;
  };
}
