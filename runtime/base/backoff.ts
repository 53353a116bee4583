// Exponential back-off: each pause is twice as long as the one before, up to the longest.

import type { Random } from "./random.ts";

export interface BackoffBounds {
  /** After the first failure. */
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Between half of `ms` and all of it, so that clients that failed together do not retry together. `chance`: 0–1. */
export const spreadMs = (ms: number, chance: number) => ms * (0.5 + chance / 2);

/** The pause before the next retry; `failures`: earlier failures in a row, 0 after the first. `chance` spreads it; default: full length. */
export const backoffMs = ({ firstMs, longestMs }: BackoffBounds, failures: number, chance = 1) =>
  spreadMs(Math.min(longestMs, firstMs * 2 ** failures), chance);

/** The pauses of one series of retries. */
export class Backoff {
  #failures = 0;

  /** `random` spreads the pauses. */
  constructor(
    private readonly bounds: BackoffBounds,
    private readonly random?: Pick<Random, "next">,
  ) {}

  /** The pause after the failure at hand. */
  nextMs(): number {
    return backoffMs(this.bounds, this.#failures++, this.random?.next());
  }

  /** A try succeeded: the next pause is the first one again. */
  reset() {
    this.#failures = 0;
  }
}
