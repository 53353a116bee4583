// Asking Redis without ever waiting for it: at most 100 ms, and after a failure not at all for a second.

import type { Clock } from "#runtime/base/clock.ts";
import type { RedisClient } from "#runtime/base/redis.ts";

/** A hanging Redis costs a request this much at most, and only one request a second. */
const WAIT_MS = 100;
const PAUSE_MS = 1_000;

export interface Counts {
  /** The answer, or null while Redis is away, hangs or refuses. Never throws. */
  ask<Value>(question: (redis: RedisClient) => Promise<Value>): Promise<Value | null>;
}

export interface CountsOptions {
  redis: RedisClient;
  clock: Clock;
  /** Default 100 ms. */
  waitMs?: number;
}

export function createCounts({ redis, clock, waitMs = WAIT_MS }: CountsOptions): Counts {
  let awayUntilMs = Number.NEGATIVE_INFINITY;
  return {
    async ask(question) {
      if (redis.status !== "ready" || clock.monoMs() < awayUntilMs) return null;
      let cancel = () => {};
      const tooLong = new Promise<null>((resolve) => {
        // One more turn of the event loop: if it was us who stalled, the answer is there and only needs reading.
        cancel = clock.timer(waitMs, () => {
          cancel = clock.timer(1, () => resolve(null));
        });
      });
      // A refusal by Redis and no answer are one thing to those who ask: the count is not known.
      const answer = await Promise.race([question(redis).catch(() => null), tooLong]);
      cancel();
      if (answer === null) awayUntilMs = clock.monoMs() + PAUSE_MS;
      return answer;
    },
  };
}
