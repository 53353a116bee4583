// Tokens taken from a bucket in advance, by those who ask for one after another: a busy client costs one question to Redis in many.
//
// The bound is the bucket's: what is let through was taken from it before. A client that asks seldom is given one token at a time, so
// that edges do not sit on what others could use; what is not used within a second is lost. A busy one never waits: the next
// tokens are asked for when half of the last are used.

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

/** What a bucket gave: `granted` may be less than was wanted, and 0. Null: it cannot be asked. */
export type Grant = (Pick<Verdict, "remaining" | "resetMs" | "retryAfterMs"> & { granted: number }) | null;

export interface Leases {
  /** At once, of what was taken in advance; null: there is none of it, `take`. */
  takeNow(key: string): Verdict | null;
  /** Null: the bucket cannot be asked. `most`: tokens taken at once. */
  take(key: string, most: number, ask: (want: number) => Promise<Grant>): Promise<Verdict | null>;
}

interface Lease {
  left: number;
  size: number;
  /** When tokens came last. */
  atMs: number;
  resetMs: number;
  remaining: number;
  waiting: ((verdict: Verdict | null) => void)[];
  asking: boolean;
  most: number;
  ask(want: number): Promise<Grant>;
}

const KEPT_MS = 1_000;
/** Half of it used up faster than this, the next one is twice as large. */
const BUSY_MS = 100;
/** Smaller ones are not asked for before they are needed: who comes seldom would cost two questions each time. */
const AHEAD_FROM = 8;
const LEASES_MAX = 10_000;

export function createLeases(clock: Clock): Leases {
  const leases = new LruMap<string, Lease>(LEASES_MAX);

  return {
    takeNow(key) {
      const lease = leases.get(key);
      if (!lease || lease.left === 0 || clock.monoMs() - lease.atMs >= KEPT_MS) return null;
      lease.left--;
      if (lease.left * 2 < lease.size && lease.size >= AHEAD_FROM && !lease.asking) void refill(lease);
      return allowed(lease);
    },
    take(key, most, ask) {
      let lease = leases.get(key);
      if (!lease) {
        lease = { left: 0, size: 1, atMs: -KEPT_MS, resetMs: 0, remaining: 0, waiting: [], asking: false, most, ask };
        leases.set(key, lease);
      }
      const { waiting } = lease;
      const verdict = new Promise<Verdict | null>((resolve) => waiting.push(resolve));
      if (!lease.asking) void refill(lease);
      return verdict;
    },
  };

  /** One question at a time per bucket; who comes meanwhile and finds nothing is answered by the next. */
  async function refill(lease: Lease) {
    const { most, ask, waiting } = lease;
    lease.asking = true;
    do {
      const nowMs = clock.monoMs();
      if (nowMs - lease.atMs >= KEPT_MS) lease.left = 0;
      lease.size = nowMs - lease.atMs < BUSY_MS ? Math.min(most, lease.size * 2) : 1;
      const asked = waiting.length;
      const want = Math.max(lease.size, Math.min(asked, most));
      const grant = await ask(want);
      const answered = waiting.splice(0, Math.min(asked, want));
      if (!grant) {
        for (const resolve of answered) resolve(null);
        continue;
      }
      const { granted, remaining, resetMs, retryAfterMs } = grant;
      Object.assign(lease, { left: lease.left + granted, atMs: clock.monoMs(), resetMs, remaining });
      for (const resolve of answered) {
        if (lease.left === 0) {
          resolve({ allowed: false, remaining, resetMs, retryAfterMs: Math.max(1, retryAfterMs) });
        } else {
          lease.left--;
          resolve(allowed(lease));
        }
      }
    } while (waiting.length > 0);
    lease.asking = false;
  }
}

const allowed = ({ remaining, left, resetMs }: Lease): Verdict => ({
  allowed: true,
  remaining: remaining + left,
  resetMs,
  retryAfterMs: 0,
});
