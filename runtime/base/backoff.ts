// Exponential back-off: each pause is twice as long as the one before, up to the longest.

import type { Random } from "./random.ts";

export interface BackoffBounds {
  /** After the first failure. */
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Between half of `ms` and all of it, so that what failed together does not come back together. `chance`: 0–1. */
export const spreadMs = (ms: number, chance: number) => ms * (0.5 + chance / 2);

/** The pause after `failures` failures in a row and one more. `chance` spreads it; by default it lasts all of its time. */
export const backoffMs = ({ firstMs, longestMs }: BackoffBounds, failures: number, chance = 1) =>
  spreadMs(Math.min(longestMs, firstMs * 2 ** failures), chance);

/** The pauses of one who tries again and again. */
export class Backoff {
  #failures = 0;

  /** `random` spreads the pauses. */
  constructor(
    private readonly bounds: BackoffBounds,
    private readonly random?: Pick<Random, "next">,
  ) {}

  /** Of the failure that has just been. */
  nextMs(): number {
    return backoffMs(this.bounds, this.#failures++, this.random?.next());
  }

  /** It went well: the next pause is the first one again. */
  reset() {
    this.#failures = 0;
  }
}
