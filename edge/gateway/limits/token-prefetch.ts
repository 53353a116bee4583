// Takes tokens from a bucket in advance, for clients that send many requests: one query to Redis for many of them.
//
// The bucket bounds all requests, since prefetched tokens were taken from it. A client with few requests gets one token at a time, so
// that edges do not hold tokens that others could use; tokens that are not used within a second are lost. A client with many requests
// never waits: the next tokens are fetched when half of the last ones are used.

import type { Clock } from "#runtime/base/clock.ts";
import { LruMap } from "#runtime/base/lru.ts";

export interface Verdict {
  allowed: boolean;
  remaining: number;
  /** Until the bucket is full again. */
  resetMs: number;
  /** Until one more is allowed; 0 when allowed. */
  retryAfterMs: number;
}

/** The bucket's answer: `granted` may be less than was wanted, and 0. Null: no answer. */
export type Grant = (Pick<Verdict, "remaining" | "resetMs" | "retryAfterMs"> & { granted: number }) | null;

interface TokenPrefetch {
  /** Takes a prefetched token; null: there is none, call `take`. */
  takeNow(key: string): Verdict | null;
  /** Null: the bucket did not answer. `most`: tokens to fetch at once. */
  take(key: string, most: number, fetch: (want: number) => Promise<Grant>): Promise<Verdict | null>;
}

/** The prefetched tokens of one bucket. */
interface Prefetched {
  left: number;
  size: number;
  /** Time of the last fetch. */
  atMs: number;
  resetMs: number;
  remaining: number;
  waiting: ((verdict: Verdict | null) => void)[];
  isFetching: boolean;
  most: number;
  fetch(want: number): Promise<Grant>;
}

const KEPT_MS = 1_000;
/** If half of a fetch is used up faster than this, the next one is twice as large. */
const BUSY_MS = 100;
/** Smaller fetches are not repeated before they are needed: a client with few requests would cost two queries each time. */
const AHEAD_FROM = 8;
const BUCKETS_MAX = 10_000;

export function createTokenPrefetch(clock: Clock): TokenPrefetch {
  const buckets = new LruMap<string, Prefetched>(BUCKETS_MAX);

  return {
    takeNow(key) {
      const bucket = buckets.get(key);
      if (!bucket || bucket.left === 0 || clock.monoMs() - bucket.atMs >= KEPT_MS) return null;
      bucket.left--;
      if (bucket.left * 2 < bucket.size && bucket.size >= AHEAD_FROM && !bucket.isFetching) void refill(bucket);
      return allowed(bucket);
    },
    take(key, most, fetch) {
      let bucket = buckets.get(key);
      if (!bucket) {
        const empty = { left: 0, size: 1, atMs: -KEPT_MS, resetMs: 0, remaining: 0 };
        bucket = { ...empty, waiting: [], isFetching: false, most, fetch };
        buckets.set(key, bucket);
      }
      const { waiting } = bucket;
      const verdict = new Promise<Verdict | null>((resolve) => waiting.push(resolve));
      if (!bucket.isFetching) void refill(bucket);
      return verdict;
    },
  };

  /** One fetch at a time per bucket; requests that find no token meanwhile are answered by the next fetch. */
  async function refill(bucket: Prefetched) {
    const { most, fetch, waiting } = bucket;
    bucket.isFetching = true;
    do {
      const nowMs = clock.monoMs();
      if (nowMs - bucket.atMs >= KEPT_MS) bucket.left = 0;
      bucket.size = nowMs - bucket.atMs < BUSY_MS ? Math.min(most, bucket.size * 2) : 1;
      const requests = waiting.length;
      const want = Math.max(bucket.size, Math.min(requests, most));
      const grant = await fetch(want);
      const answered = waiting.splice(0, Math.min(requests, want));
      if (!grant) {
        for (const resolve of answered) resolve(null);
        continue;
      }
      const { granted, remaining, resetMs, retryAfterMs } = grant;
      Object.assign(bucket, { left: bucket.left + granted, atMs: clock.monoMs(), resetMs, remaining });
      for (const resolve of answered) {
        if (bucket.left === 0) {
          resolve({ allowed: false, remaining, resetMs, retryAfterMs: Math.max(1, retryAfterMs) });
        } else {
          bucket.left--;
          resolve(allowed(bucket));
        }
      }
    } while (waiting.length > 0);
    bucket.isFetching = false;
  }
}

const allowed = ({ remaining, left, resetMs }: Prefetched): Verdict => ({
  allowed: true,
  remaining: remaining + left,
  resetMs,
  retryAfterMs: 0,
});
