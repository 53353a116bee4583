// Queries to Redis that never block a request: they wait for at most 100 ms, and for a second after a failure none is sent.

import type { Clock } from "#runtime/base/clock.ts";
import { Counter } from "#runtime/base/metrics.ts";
import type { RedisClient } from "#runtime/base/redis.ts";

const misses = new Counter({
  name: "redis_misses_total",
  help: "Questions that Redis did not answer within a tenth of a second, or refused: for a second none is asked then",
});

/** A Redis that hangs delays one request a second by this much. */
const WAIT_MS = 100;
const PAUSE_MS = 1_000;

export interface Counts {
  /** The answer of `query`, or null while Redis is away, hangs or refuses. Never throws. */
  ask<Value>(query: (redis: RedisClient) => Promise<Value>): Promise<Value | null>;
}

interface CountsOptions {
  redis: RedisClient;
  clock: Clock;
  /** Default 100 ms. */
  waitMs?: number;
}

export function createCounts({ redis, clock, waitMs = WAIT_MS }: CountsOptions): Counts {
  let awayUntilMs = Number.NEGATIVE_INFINITY;
  return {
    async ask(query) {
      if (redis.status !== "ready" || clock.monoMs() < awayUntilMs) return null;
      let cancel = () => {};
      const tooLong = new Promise<null>((resolve) => {
        // One more turn of the event loop: if this process stalled, the answer has arrived and is read in that turn.
        cancel = clock.timer(waitMs, () => {
          cancel = clock.timer(1, () => resolve(null));
        });
      });
      // An error of Redis means the same as no answer: the count is not known.
      const answer = await Promise.race([query(redis).catch(() => null), tooLong]);
      cancel();
      if (answer !== null) return answer;
      misses.inc();
      awayUntilMs = clock.monoMs() + PAUSE_MS;
      return null;
    },
  };
}
