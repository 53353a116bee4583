// Exponential back-off for browsers and bots that reconnect to a server: each pause is twice the last one, up to a maximum.

export interface BackoffBounds {
  /** Pause after the first failure. */
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Between half of `ms` and all of it, so that the clients of a lost server do not all reconnect at the same moment. `chance`: 0–1. */
export const spreadMs = (ms: number, chance: number) => ms * (0.5 + chance / 2);

/** The pause before the next attempt; `failures`: failures in a row before the last one, from 0. `chance` spreads the pause. */
export const backoffMs = ({ firstMs, longestMs }: BackoffBounds, failures: number, chance: number) =>
  spreadMs(Math.min(longestMs, firstMs * 2 ** failures), chance);
