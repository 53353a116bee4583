// Whether people who are not signed in must prove work before they join or play, and how much: always, never, or while this edge is flooded.

import type { Clock } from "#runtime/base/clock.ts";
import type { LoopLag } from "#runtime/base/loop-lag.ts";
import type { EdgeConfig } from "#runtime/config/edge.ts";

/** Beginnings are counted over this time. */
const WINDOW_MS = 5_000;
const SLICE_MS = 1_000;
/** The mode stays on for this long after the last excess: a flood that pauses must not find the door open. */
const STAYS_MS = 60_000;
/** About a tenth of a second for a computer, half a second for an old telephone. */
export const BITS_MIN = 16;
/** About two seconds for a computer. */
export const BITS_MAX = 20;

export class ChallengeMode {
  /** Beginnings by slice of time, the newest last. */
  #slices: { slice: number; count: number }[] = [];
  #untilMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly parts: {
      config: EdgeConfig["challenge"];
      clock: Pick<Clock, "monoMs">;
      lag: Pick<LoopLag, "lagMs">;
    },
  ) {}

  /** Counts a beginning. Answers the bits of work that it needs; 0: none. */
  begins(): number {
    const { config, clock, lag } = this.parts;
    if (config.mode === "off") return 0;
    const nowMs = clock.monoMs();
    const perS = this.#count(nowMs) / (WINDOW_MS / 1_000);
    const excess = Math.max(ratio(perS, config.beginningsPerS), ratio(lag.lagMs, config.lagMs));
    if (excess > 1) this.#untilMs = nowMs + STAYS_MS;
    if (config.mode === "auto" && nowMs >= this.#untilMs) return 0;
    // Twice the flood is twice the work.
    return Math.min(BITS_MAX, BITS_MIN + Math.floor(Math.log2(Math.max(1, excess))));
  }

  #count(nowMs: number): number {
    const slice = Math.floor(nowMs / SLICE_MS);
    this.#slices = this.#slices.filter((one) => (slice - one.slice) * SLICE_MS < WINDOW_MS);
    const last = this.#slices.at(-1);
    if (last?.slice === slice) last.count++;
    else this.#slices.push({ slice, count: 1 });
    return this.#slices.reduce((sum, { count }) => sum + count, 0);
  }
}

/** A bound of 0 is off. */
const ratio = (value: number, bound: number) => (bound === 0 ? 0 : value / bound);
