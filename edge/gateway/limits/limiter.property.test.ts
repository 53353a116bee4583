// The token bucket under any order of requests: it never allows more than its size and its refill.

import { afterAll, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import { ManualClock, systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { connectRedis, type RedisClient } from "#runtime/base/redis.ts";
import { createCounts } from "./counts.ts";
import { createLimiter, type Limit, type Limiter } from "./limiter.ts";

const log = createLog({ name: "test", level: "silent" });
const edges: { redis: RedisClient; limiter: Limiter }[] = [];

beforeAll(async () => {
  for (let i = 0; i < 4; i++) {
    const redis = connectRedis({ url: process.env.TEST_REDIS_URL!, name: `edge-${i}`, log });
    await new Promise<void>((resolve) => redis.once("ready", () => resolve()));
    const counts = createCounts({ redis, clock: systemClock, waitMs: 5_000 });
    edges.push({ redis, limiter: createLimiter({ counts, clock: systemClock }) });
  }
});
afterAll(() => {
  for (const { redis } of edges) redis.disconnect();
});

/** The bucket's clock. */
async function redisMs(): Promise<number> {
  const [seconds, micros] = (await edges[0]!.redis.time()) as unknown as [string, string];
  return Number(seconds) * 1_000 + Number(micros) / 1_000;
}

const bucket = fc.record({ count: fc.integer({ min: 1, max: 40 }), perMs: fc.integer({ min: 50, max: 5_000 }) });
/** Of each request: its edge, and how long that edge waits before it. */
const asks = fc.array(fc.tuple(fc.nat(3), fc.nat(12)), { minLength: 20, maxLength: 120 });

test("four edges never allow more than one bucket holds", async () => {
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(bucket, asks, async ({ count, perMs }, order) => {
      const limit: Limit = { name: "property", count, perMs, whenAway: "memory" };
      const who = crypto.randomUUID();
      const startMs = await redisMs();
      const perEdge = edges.map(async ({ limiter }, i) => {
        const verdicts: boolean[] = [];
        const pending: Promise<void>[] = [];
        for (const [edge, waitMs] of order) {
          if (edge !== i) continue;
          if (waitMs > 9) await Bun.sleep(waitMs);
          pending.push(limiter.take(limit, who).then((verdict) => void verdicts.push(verdict!.allowed)));
        }
        await Promise.all(pending);
        return verdicts;
      });
      const verdicts = (await Promise.all(perEdge)).flat();
      const passedMs = (await redisMs()) - startMs;
      const allowed = verdicts.filter(Boolean).length;
      refused += verdicts.length - allowed;
      expect(verdicts.length).toBe(order.length);
      expect(allowed).toBeLessThanOrEqual(Math.floor(count + (count / perMs) * passedMs + 1e-6));
      expect(allowed).toBeGreaterThanOrEqual(Math.min(count, order.length));
    }),
    { numRuns: 25 },
  );
  expect(refused).toBeGreaterThan(100); // Otherwise the limit was never reached.
});

test("four edges that prefetch tokens never allow more than one bucket holds", async () => {
  let refused = 0;
  const large = fc.record({
    count: fc.integer({ min: 1_000, max: 1_500 }),
    perMs: fc.integer({ min: 500, max: 60_000 }),
  });
  const pauses = fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 300 }), fc.nat(30)), {
    minLength: 10,
    maxLength: 30,
  });
  await fc.assert(
    fc.asyncProperty(large, pauses, async ({ count, perMs }, bursts) => {
      const limit: Limit = { name: "property", count, perMs, whenAway: "memory" };
      const who = crypto.randomUUID();
      let [allowed, asked] = [0, 0];
      const startMs = await redisMs();
      const perEdge = edges.map(async ({ limiter }, i) => {
        for (const [edge, length, waitMs] of bursts) {
          if (edge !== i) continue;
          const verdicts = await Promise.all(Array.from({ length }, () => limiter.take(limit, who)));
          asked += length;
          allowed += verdicts.filter((verdict) => verdict!.allowed).length;
          if (waitMs > 20) await Bun.sleep(waitMs);
        }
      });
      await Promise.all(perEdge);
      const passedMs = (await redisMs()) - startMs;
      refused += asked - allowed;
      expect(allowed).toBeLessThanOrEqual(Math.floor(count + (count / perMs) * passedMs + 1e-6));
    }),
    { numRuns: 15 },
  );
  expect(refused).toBeGreaterThan(1_000);
});

test("the bucket in memory holds over any window, and a request after retryAfterMs is allowed", async () => {
  const redis = connectRedis({ url: "redis://127.0.0.1:1", name: "away", log });
  await fc.assert(
    fc.asyncProperty(
      bucket,
      fc.array(fc.nat(400), { minLength: 10, maxLength: 200 }),
      async ({ count, perMs }, waits) => {
        const clock = new ManualClock();
        const limiter = createLimiter({ counts: createCounts({ redis, clock }), clock });
        const limit: Limit = { name: "property", count, perMs, whenAway: "memory" };
        const allowedAtMs: number[] = [];
        for (const waitMs of waits) {
          clock.advance(waitMs);
          const verdict = (await limiter.take(limit, "a"))!;
          if (verdict.allowed) {
            allowedAtMs.push(clock.monoMs());
            continue;
          }
          clock.advance(verdict.retryAfterMs);
          expect((await limiter.take(limit, "a"))!.allowed).toBe(true);
          allowedAtMs.push(clock.monoMs());
        }
        for (let from = 0; from < allowedAtMs.length; from++)
          for (let to = from; to < allowedAtMs.length; to++) {
            const windowMs = allowedAtMs[to]! - allowedAtMs[from]!;
            expect(to - from + 1).toBeLessThanOrEqual(Math.floor(count + (count / perMs) * windowMs + 1e-6));
          }
      },
    ),
    { numRuns: 50 },
  );
  redis.disconnect();
});
