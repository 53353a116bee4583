// Coming back to a server after a failure, in browsers and bots: each pause is twice as long as the one before, up to the longest.

export interface BackoffBounds {
  /** After the first failure. */
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Between half of `ms` and all of it, so that those whom one server lost do not come back in one instant. `chance`: 0–1. */
export const spreadMs = (ms: number, chance: number) => ms * (0.5 + chance / 2);

/** The pause after `failures` failures in a row and one more. `chance` spreads it. */
export const backoffMs = ({ firstMs, longestMs }: BackoffBounds, failures: number, chance: number) =>
  spreadMs(Math.min(longestMs, firstMs * 2 ** failures), chance);

/** Calls `then` once, after between half of `ms` and all of it. */
export const afterSpread = (ms: number, then: () => void) => void setTimeout(then, spreadMs(ms, Math.random()));
