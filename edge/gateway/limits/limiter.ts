// Rate limits: token buckets in Redis, shared by all edges.
//
// While Redis is away, limits of reading do not hold (`open`), and all others are counted in this process's memory (`memory`): a Redis that is
// away must neither allow password guessing nor lock everybody out. n edges then allow n times the limit.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import { LruMap } from "#runtime/base/lru.ts";
import { keys } from "#schema/redis/keys.ts";
import type { Counts } from "./counts.ts";
import { createTokenPrefetch, type Grant, type Verdict } from "./token-prefetch.ts";

export interface Limit {
  /** Part of the key in Redis. */
  name: string;
  /** Bucket size, refilled evenly over `perMs`; 0 = no limit. */
  count: number;
  perMs: number;
  whenAway: "open" | "memory";
}

export interface Limiter {
  /** Takes a token from the bucket of `subject`. Null: there is no limit, or Redis is away and the limit is `open`. */
  take(limit: Limit, subject: string): Promise<Verdict | null>;
  /** The verdict of `take`, without taking a token. For requests that count only if they turn out to be wrong. */
  peek(limit: Limit, subject: string): Promise<Verdict | null>;
  /** Like `take`. Writes `RateLimit-*` into `headers`, unless they have a nearer limit. Throws Refusal `rate_limited`. */
  enforce(limit: Limit, subject: string, headers: AnswerHeaders): Promise<void> | void;
}

/** Of an answer. */
type AnswerHeaders = Record<string, string | number | string[]>;

const MEMORY_BUCKETS_MAX = 10_000;

/** Buckets of this size and more are prefetched: at most a hundredth of the bucket at once, and at most PREFETCH_MAX. */
const PREFETCH_FROM = 1_000;
const PREFETCH_MAX = 1_024;

/** KEYS[1] bucket; ARGV[1] size, ARGV[2] refill per ms, ARGV[3] tokens wanted. Uses Redis' clock. Returns granted, remaining, resetMs, retryAfterMs. */
const TAKE = `
local size, perMs, want = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local saved = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = tonumber(saved[1]) or size
tokens = math.min(size, tokens + math.max(0, now - (tonumber(saved[2]) or now)) * perMs)
local granted = math.min(want, math.floor(tokens + 1e-9))
tokens = math.max(0, tokens - granted)
local full = math.ceil((size - tokens) / perMs)
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', now)
redis.call('PEXPIRE', KEYS[1], full + 1000)
return {granted, math.floor(tokens), full, granted > 0 and 0 or math.ceil((1 - tokens) / perMs)}
`;

export function createLimiter({ counts, clock }: { counts: Counts; clock: Clock }): Limiter {
  const buckets = new LruMap<string, { tokens: number; atMs: number }>(MEMORY_BUCKETS_MAX);
  const prefetch = createTokenPrefetch(clock);
  return { take, peek, enforce };

  async function take(limit: Limit, subject: string): Promise<Verdict | null> {
    if (limit.count === 0) return null;
    const key = keys.limit(limit.name, subject);
    const now = limit.count >= PREFETCH_FROM ? prefetch.takeNow(key) : null;
    if (now) return now;
    const most = Math.min(PREFETCH_MAX, Math.floor(limit.count / 100));
    const verdict =
      limit.count < PREFETCH_FROM
        ? await takeOne(limit, key)
        : await prefetch.take(key, most, (want) => ask(limit, key, want));
    return verdict ?? (limit.whenAway === "open" ? null : memory(limit, key, 1));
  }

  async function peek(limit: Limit, subject: string): Promise<Verdict | null> {
    if (limit.count === 0) return null;
    const key = keys.limit(limit.name, subject);
    const grant = await ask(limit, key, 0);
    if (!grant) return limit.whenAway === "open" ? null : memory(limit, key, 0);
    const { remaining, resetMs, retryAfterMs } = grant;
    const allowed = remaining > 0;
    return { allowed, remaining, resetMs, retryAfterMs: allowed ? 0 : retryAfterMs };
  }

  async function takeOne(limit: Limit, key: string): Promise<Verdict | null> {
    const grant = await ask(limit, key, 1);
    if (!grant) return null;
    const { granted, ...verdict } = grant;
    return { allowed: granted === 1, ...verdict };
  }

  async function ask({ count, perMs }: Limit, key: string, want: number): Promise<Grant> {
    const answer = await counts.ask((redis) => redis.eval(TAKE, 1, key, count, count / perMs, want));
    if (answer === null) return null;
    const [granted, remaining, resetMs, retryAfterMs] = answer as [number, number, number, number];
    return { granted, remaining, resetMs, retryAfterMs };
  }

  /** The bucket in this process. */
  function memory({ count, perMs }: Limit, key: string, wanted: 0 | 1): Verdict {
    const refill = count / perMs;
    const nowMs = clock.monoMs();
    const saved = buckets.get(key) ?? { tokens: count, atMs: nowMs };
    let tokens = Math.min(count, saved.tokens + (nowMs - saved.atMs) * refill);
    // Rounding must not refuse a client that waited for `retryAfterMs`.
    const allowed = tokens >= 1 - 1e-9;
    if (allowed) tokens = Math.max(0, tokens - wanted);
    buckets.set(key, { tokens, atMs: nowMs });
    return {
      allowed,
      remaining: Math.floor(tokens),
      resetMs: Math.ceil((count - tokens) / refill),
      retryAfterMs: allowed ? 0 : Math.ceil((1 - tokens) / refill),
    };
  }

  /** Without a promise where none is needed: a request passes three limits, which seldom wait. */
  function enforce(limit: Limit, subject: string, headers: AnswerHeaders) {
    if (limit.count === 0) return;
    const now = limit.count >= PREFETCH_FROM ? prefetch.takeNow(keys.limit(limit.name, subject)) : null;
    if (now) return apply(limit, now, headers);
    return take(limit, subject).then((verdict) => {
      if (verdict) apply(limit, verdict, headers);
    });
  }

  function apply(limit: Limit, verdict: Verdict, headers: AnswerHeaders) {
    // Several limits apply to one request: the headers have the nearest one.
    const present = headers["ratelimit-remaining"];
    if (!verdict.allowed || present === undefined || verdict.remaining < Number(present)) {
      headers["ratelimit-limit"] = String(limit.count);
      // Prefetched tokens and the bucket's rest at that time may add up to more than its size.
      headers["ratelimit-remaining"] = String(Math.min(limit.count, verdict.remaining));
      headers["ratelimit-reset"] = String(Math.ceil(verdict.resetMs / 1_000));
    }
    if (!verdict.allowed) throw new Refusal("rate_limited", undefined, verdict.retryAfterMs);
  }
}
