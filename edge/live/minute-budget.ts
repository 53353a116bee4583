// Budgets of media bytes and of media requests, by playback session and by address, in the memory of this edge: who copies everything, or
// shows our media on a site of their own, is slowed down; n edges give n budgets.

import type { Clock } from "#runtime/base/clock.ts";
import { LruMap } from "#runtime/base/lru.ts";

/** Over it the bucket that was used longest ago is forgotten, and full again. */
const BUCKETS_MAX = 50_000;
const MINUTE_MS = 60_000;

interface Bucket {
  /** Below 0: the last answer was larger than what was left. */
  left: number;
  atMs: number;
}

export class MinuteBudget {
  readonly #buckets = new LruMap<string, Bucket>(BUCKETS_MAX);

  /** A bucket holds what may be spent in one minute. 0 = no limit. */
  constructor(
    private readonly clock: Pick<Clock, "monoMs">,
    private readonly perMinute: number,
  ) {}

  /** 0: at least 1 may be spent. Else the time until it may. */
  waitMs(key: string): number {
    if (this.perMinute === 0) return 0;
    const { left } = this.#filled(key);
    return left >= 1 ? 0 : Math.max(1, Math.ceil(((1 - left) / this.perMinute) * MINUTE_MS));
  }

  spend(key: string, amount: number) {
    if (this.perMinute > 0) this.#filled(key).left -= amount;
  }

  #filled(key: string): Bucket {
    const nowMs = this.clock.monoMs();
    const bucket = this.#buckets.get(key);
    if (!bucket) {
      const full = { left: this.perMinute, atMs: nowMs };
      this.#buckets.set(key, full);
      return full;
    }
    const refilled = bucket.left + ((nowMs - bucket.atMs) / MINUTE_MS) * this.perMinute;
    bucket.left = Math.min(this.perMinute, refilled);
    bucket.atMs = nowMs;
    return bucket;
  }
}
