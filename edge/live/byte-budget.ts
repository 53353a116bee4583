// Budgets of media bytes, by playback session and by address, in the memory of this edge: who copies everything, or shows our media on a
// site of their own, is slowed down; n edges give n budgets.

import type { Clock } from "#runtime/base/clock.ts";
import { LruMap } from "#runtime/base/lru.ts";

/** Over it the bucket that was used longest ago is forgotten, and full again. */
const BUCKETS_MAX = 50_000;
const MINUTE_MS = 60_000;

interface Bucket {
  /** Below 0: the last answer was larger than what was left. */
  bytes: number;
  atMs: number;
}

export class ByteBudget {
  readonly #buckets = new LruMap<string, Bucket>(BUCKETS_MAX);

  /** A bucket holds the bytes of one minute. 0 = no limit. */
  constructor(
    private readonly clock: Pick<Clock, "monoMs">,
    private readonly bytesPerMinute: number,
  ) {}

  /** 0: an answer may be sent. Else the time until one may. */
  waitMs(key: string): number {
    if (this.bytesPerMinute === 0) return 0;
    const { bytes } = this.#filled(key);
    return bytes > 0 ? 0 : Math.max(1, Math.ceil(((1 - bytes) / this.bytesPerMinute) * MINUTE_MS));
  }

  /** `bytes` were sent. */
  spend(key: string, bytes: number) {
    if (this.bytesPerMinute > 0) this.#filled(key).bytes -= bytes;
  }

  #filled(key: string): Bucket {
    const nowMs = this.clock.monoMs();
    const bucket = this.#buckets.get(key);
    if (!bucket) {
      const full = { bytes: this.bytesPerMinute, atMs: nowMs };
      this.#buckets.set(key, full);
      return full;
    }
    const refilled = bucket.bytes + ((nowMs - bucket.atMs) / MINUTE_MS) * this.bytesPerMinute;
    bucket.bytes = Math.min(this.bytesPerMinute, refilled);
    bucket.atMs = nowMs;
    return bucket;
  }
}
