// The token bucket under any order of requests: it never allows more than its size and its refill.

import { afterAll, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import { ManualClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { connectRedis, type RedisClient } from "#runtime/base/redis.ts";
import { createCounts } from "./counts.ts";
import { createLimiter, type Limit, type Limiter } from "./limiter.ts";

const log = createLog({ name: "test", level: "silent" });
const connections: RedisClient[] = [];
/** Redis keeps the time of a run in this key; the test turns it. */
const timeKey = `time ${crypto.randomUUID()}`;

beforeAll(async () => {
  for (let i = 0; i < 4; i++) {
    const redis = connectRedis({ url: process.env.TEST_REDIS_URL!, name: `edge-${i}`, log });
    await new Promise<void>((resolve) => redis.once("ready", () => resolve()));
    connections.push(redis);
  }
});
afterAll(() => {
  for (const redis of connections) redis.disconnect();
});

/** The limiter's script by the turned time. Redis forgets buckets by the real time, so that here it must not. */
function turned(script: string): string {
  const ms = `redis.call('GET', '${timeKey}')`;
  const changes = {
    "redis.call('TIME')": `{math.floor(${ms} / 1000), ${ms} % 1000 * 1000}`,
    "redis.call('PEXPIRE', KEYS[1], full + 1000)": "",
  };
  return Object.entries(changes).reduce((text, [real, other]) => {
    if (!text.includes(real)) throw new Error(`the script has no ${real} any more`);
    return text.replace(real, other);
  }, script);
}

/** Four edges on one Redis and a hand-turned clock, so that neither the limit nor the edges' patience depends on the machine's speed. */
async function startEdges() {
  const clock = new ManualClock();
  const startMs = clock.monoMs();
  const turn = async (ms: number) => {
    clock.advance(ms);
    await connections[0]!.set(timeKey, clock.monoMs());
  };
  await turn(0);
  const limiters = connections.map((connection): Limiter => {
    const evaluate = (script: string, keys: number, ...words: (string | number)[]) =>
      connection.eval(turned(script), keys, ...words);
    const redis = { status: "ready", eval: evaluate } as unknown as RedisClient;
    return createLimiter({ counts: createCounts({ redis, clock, waitMs: Number.POSITIVE_INFINITY }), clock });
  });
  return { limiters, turn, passedMs: () => clock.monoMs() - startMs };
}

const bucket = fc.record({ count: fc.integer({ min: 1, max: 40 }), perMs: fc.integer({ min: 50, max: 5_000 }) });
/** Of each request: its edge, and the time that passes before it. */
const asks = fc.array(fc.tuple(fc.nat(3), fc.nat(12)), { minLength: 20, maxLength: 120 });

test("four edges never allow more than one bucket holds", async () => {
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(bucket, asks, async ({ count, perMs }, order) => {
      const limit: Limit = { name: "property", count, perMs, whenAway: "memory" };
      const who = crypto.randomUUID();
      const { limiters, turn, passedMs } = await startEdges();
      const pending: Promise<boolean>[] = [];
      for (const [edge, waitMs] of order) {
        // Requests between two turns arrive at Redis by four connections in any order.
        if (waitMs > 9) await turn(waitMs);
        pending.push(limiters[edge]!.take(limit, who).then((verdict) => verdict!.allowed));
      }
      const verdicts = await Promise.all(pending);
      const allowed = verdicts.filter(Boolean).length;
      refused += verdicts.length - allowed;
      expect(verdicts.length).toBe(order.length);
      expect(allowed).toBeLessThanOrEqual(Math.floor(count + (count / perMs) * passedMs() + 1e-6));
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
      const { limiters, turn, passedMs } = await startEdges();
      const pending: Promise<boolean>[] = [];
      for (const [edge, length, waitMs] of bursts) {
        const burst = Array.from({ length }, () => limiters[edge]!.take(limit, who));
        pending.push(...burst.map(async (verdict) => (await verdict)!.allowed));
        if (waitMs > 20) {
          await Promise.all(pending);
          await turn(waitMs);
        }
      }
      const verdicts = await Promise.all(pending);
      const allowed = verdicts.filter(Boolean).length;
      refused += verdicts.length - allowed;
      expect(allowed).toBeLessThanOrEqual(Math.floor(count + (count / perMs) * passedMs() + 1e-6));
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
