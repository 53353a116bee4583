// Token buckets: with Redis, without it, and with a Redis that hangs.

import { afterAll, describe, expect, test } from "bun:test";
import { connect, createServer } from "node:net";
import { ManualClock, systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { connectRedis, type RedisClient } from "#runtime/base/redis.ts";
import { keys } from "#schema/redis/keys.ts";
import { createCounts } from "./counts.ts";
import { createLimiter, type Limit } from "./limiter.ts";

const log = createLog({ name: "test", level: "silent" });
const clients: RedisClient[] = [];
afterAll(() => {
  for (const client of clients) client.disconnect();
});

async function redisAt(url: string, ready = true): Promise<RedisClient> {
  const redis = connectRedis({ url, name: "test", log });
  clients.push(redis);
  if (ready) await new Promise<void>((resolve) => redis.once("ready", () => resolve()));
  return redis;
}

const limit = (extra: Partial<Limit> = {}): Limit => ({
  name: "test",
  count: 5,
  perMs: 1_000,
  whenAway: "memory",
  ...extra,
});
const someone = () => crypto.randomUUID();

describe("with Redis", () => {
  test("a bucket gives its whole size at once, then its refill", async () => {
    const redis = await redisAt(process.env.TEST_REDIS_URL!);
    const limiter = createLimiter({
      counts: createCounts({ redis, clock: systemClock, waitMs: 5_000 }),
      clock: systemClock,
    });
    const who = someone();
    const taken = await Promise.all(Array.from({ length: 8 }, () => limiter.take(limit(), who)));
    expect(taken.filter((verdict) => verdict!.allowed)).toHaveLength(5);
    const refused = await limiter.take(limit(), who);
    expect(refused).toMatchObject({ allowed: false, remaining: 0 });
    expect(refused!.retryAfterMs).toBeWithin(1, 201);
    expect(await redis.pttl(keys.limit("test", who))).toBeWithin(1, 2_100);
    await Bun.sleep(refused!.retryAfterMs + 20);
    expect((await limiter.take(limit(), who))!.allowed).toBe(true);
    expect((await limiter.take(limit(), someone()))!.remaining).toBe(4);
  });

  test("RateLimit-Remaining never exceeds the limit, however many tokens are prefetched", async () => {
    const redis = await redisAt(process.env.TEST_REDIS_URL!);
    const limiter = createLimiter({
      counts: createCounts({ redis, clock: systemClock, waitMs: 5_000 }),
      clock: systemClock,
    });
    const who = someone();
    const large = limit({ name: "large", count: 2_000, perMs: 1 });
    const remaining: number[] = [];
    for (let i = 0; i < 400; i++) {
      const headers: Record<string, string> = {};
      await limiter.enforce(large, who, headers);
      remaining.push(Number(headers["ratelimit-remaining"]));
    }
    expect(Math.max(...remaining)).toBeLessThanOrEqual(2_000);
    expect(Math.min(...remaining)).toBeGreaterThan(0);
  });

  test("edges share a bucket", async () => {
    const who = someone();
    const edges = await Promise.all([1, 2].map(() => redisAt(process.env.TEST_REDIS_URL!)));
    const verdicts: boolean[] = [];
    for (const redis of [...edges, ...edges, ...edges]) {
      const limiter = createLimiter({
        counts: createCounts({ redis, clock: systemClock, waitMs: 5_000 }),
        clock: systemClock,
      });
      verdicts.push((await limiter.take(limit({ perMs: 60_000 }), who))!.allowed);
    }
    expect(verdicts).toEqual([true, true, true, true, true, false]);
  });

  test("peek takes no token, with Redis and without", async () => {
    const redis = await redisAt(process.env.TEST_REDIS_URL!);
    const clock = systemClock;
    const slow = limit({ count: 2, perMs: 60_000 });
    for (const counts of [createCounts({ redis, clock, waitMs: 5_000 }), { ask: async () => null }]) {
      const limiter = createLimiter({ counts, clock });
      const who = someone();
      for (let i = 0; i < 5; i++)
        expect(await limiter.peek(slow, who)).toMatchObject({ allowed: true, remaining: 2, retryAfterMs: 0 });
      await limiter.take(slow, who);
      expect(await limiter.peek(slow, who)).toMatchObject({ allowed: true, remaining: 1 });
      await limiter.take(slow, who);
      const empty = await limiter.peek(slow, who);
      expect(empty).toMatchObject({ allowed: false, remaining: 0 });
      expect(empty!.retryAfterMs).toBeWithin(20_000, 30_001);
      expect(await limiter.peek(limit({ count: 0 }), who)).toBeNull();
    }
    const open = createLimiter({ counts: { ask: async () => null }, clock });
    expect(await open.peek(limit({ whenAway: "open" }), someone())).toBeNull();
  });

  test("a limit of 0 is off", async () => {
    const redis = await redisAt(process.env.TEST_REDIS_URL!);
    const limiter = createLimiter({ counts: createCounts({ redis, clock: systemClock }), clock: systemClock });
    expect(await limiter.take(limit({ count: 0 }), someone())).toBeNull();
  });
});

describe("without Redis", () => {
  test("open limits do not hold, the others are counted in memory", async () => {
    const redis = await redisAt("redis://127.0.0.1:1", false);
    const clock = new ManualClock();
    const limiter = createLimiter({ counts: createCounts({ redis, clock }), clock });
    expect(await limiter.take(limit({ whenAway: "open" }), "a")).toBeNull();
    for (let i = 4; i >= 0; i--)
      expect(await limiter.take(limit(), "a")).toMatchObject({ allowed: true, remaining: i });
    expect(await limiter.take(limit(), "a")).toEqual({
      allowed: false,
      remaining: 0,
      resetMs: 1_000,
      retryAfterMs: 200,
    });
    clock.advance(200);
    expect((await limiter.take(limit(), "a"))!.allowed).toBe(true);
    expect((await limiter.take(limit(), "b"))!.allowed).toBe(true);
  });

  test("a Redis that hangs delays one request a second by 100 ms, not each", async () => {
    // A proxy before the real Redis that stops forwarding.
    let frozen = false;
    const target = new URL(process.env.TEST_REDIS_URL!);
    const server = createServer((near) => {
      const far = connect(Number(target.port), target.hostname);
      near.on("data", (data) => void (frozen || far.write(data))).on("error", () => far.destroy());
      far.on("data", (data) => void (frozen || near.write(data))).on("error", () => near.destroy());
      near.on("close", () => far.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const redis = await redisAt(`redis://127.0.0.1:${port}`);
    frozen = true;
    const limiter = createLimiter({ counts: createCounts({ redis, clock: systemClock }), clock: systemClock });
    const startMs = performance.now();
    for (let i = 0; i < 50; i++) await limiter.take(limit({ whenAway: "open" }), "a");
    expect(performance.now() - startMs).toBeWithin(80, 1_000);
    redis.disconnect();
    server.close();
  });
});
