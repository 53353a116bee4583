// Guessing stream keys: how many queries it costs, and which addresses are locked out.

import { afterAll, expect, test } from "bun:test";
import { ManualClock, systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { systemRandom } from "#runtime/base/random.ts";
import { connectRedis } from "#runtime/base/redis.ts";
import { keys as redisKeys } from "#schema/redis/keys.ts";
import { newStreamKey } from "../channels/stream-key.ts";
import { createCounts } from "../gateway/limits/counts.ts";
import { createLimiter } from "../gateway/limits/limiter.ts";
import { createStreamKeyCheck } from "./stream-key-check.ts";

const PER_MINUTE = 30;
const UNHURRIED = { session: "main/boot/1", deadlineMonoMs: Number.POSITIVE_INFINITY };
const RIGHT = newStreamKey(systemRandom);
const log = createLog({ name: "test", level: "silent" });
const redis = connectRedis({ url: process.env.TEST_REDIS_URL!, name: "test", log });
afterAll(() => redis.disconnect());

/** Knows one key; counts the queries. */
function store() {
  const counted = { queries: 0 };
  const find = async ({ streamKey }: { streamKey: string }) => {
    counted.queries++;
    return streamKey === RIGHT
      ? { channelId: "c", userId: "u", login: "ada", suspended: false, autoStart: true }
      : null;
  };
  return { counted, find };
}

/** Limits in memory, with a manual clock. */
function setup(wrongPerMinute = PER_MINUTE) {
  const clock = new ManualClock();
  const { counted, find } = store();
  const logged: string[] = [];
  const limiter = createLimiter({ counts: { ask: async () => null }, clock });
  const onLockout = (address: string) => logged.push(address);
  const { check } = createStreamKeyCheck({ find, clock, limiter, wrongPerMinute, onLockout });
  const tried = async (streamKey: string, address: string) => {
    try {
      return (await check({ ...UNHURRIED, streamKey, address })) ? "right" : "wrong";
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };
  return { clock, counted, logged, tried, guess: (address: string) => tried(newStreamKey(systemRandom), address) };
}

test("after too many wrong keys an address is refused without a query, and others are not", async () => {
  const { counted, tried, guess } = setup();
  for (let i = 0; i < PER_MINUTE; i++) expect(await guess("203.0.113.9")).toBe("wrong");
  for (let i = 0; i < 100; i++) expect(await guess("203.0.113.9")).toBe("rate_limited");
  expect(counted.queries).toBe(PER_MINUTE);
  expect(await tried(RIGHT, "203.0.113.9")).toBe("rate_limited");
  expect(await tried(RIGHT, "203.0.113.10")).toBe("right");
});

test("a right key never counts", async () => {
  const { tried, guess } = setup();
  for (let i = 0; i < 10 * PER_MINUTE; i++) expect(await tried(RIGHT, "203.0.113.9")).toBe("right");
  for (let i = 0; i < PER_MINUTE; i++) expect(await guess("203.0.113.9")).toBe("wrong");
});

test("an encoder that retries a wrong key every 10 s is never locked out, and the right key is accepted at once", async () => {
  const { clock, tried, guess, logged } = setup();
  for (let i = 0; i < 100; i++) {
    expect(await guess("203.0.113.9")).toBe("wrong");
    clock.advance(10_000);
  }
  expect(await tried(RIGHT, "203.0.113.9")).toBe("right");
  expect(logged).toEqual([]);
});

test("a guesser that stops is locked out for two more seconds", async () => {
  const { clock, tried, guess } = setup();
  for (let i = 0; i <= PER_MINUTE; i++) await guess("203.0.113.9");
  clock.advance(1_999);
  expect(await tried(RIGHT, "203.0.113.9")).toBe("rate_limited");
  clock.advance(1);
  expect(await tried(RIGHT, "203.0.113.9")).toBe("right");
});

test("a lockout is logged once, however long it lasts, and the number over all addresses is limited", async () => {
  const { clock, guess, logged } = setup(2);
  for (let i = 0; i < 300; i++) {
    await guess("203.0.113.9");
    clock.advance(1_000);
  }
  expect(logged).toEqual(["203.0.113.9"]);
  clock.advance(600_000);
  for (let i = 0; i < 3; i++) await guess("203.0.113.9");
  expect(logged).toEqual(["203.0.113.9", "203.0.113.9"]);
  for (let i = 0; i < 300; i++) for (let j = 0; j < 3; j++) await guess(`2001:db8:${i.toString(16)}::1`);
  expect(logged.length).toBeLessThanOrEqual(62);
});

test("an IPv6 network of one customer is one address", async () => {
  const { guess } = setup();
  for (let i = 0; i < PER_MINUTE; i++) expect(await guess(`2001:db8:1:2::${i.toString(16)}`)).toBe("wrong");
  expect(await guess("2001:db8:1:2:ffff::1")).toBe("rate_limited");
  expect(await guess("2001:db8:1:3::1")).toBe("wrong");
});

test("a burst of guesses is looked up a few at a time", async () => {
  const { counted, guess } = setup();
  const outcomes = await Promise.all(Array.from({ length: 400 }, () => guess("203.0.113.9")));
  expect(outcomes.filter((outcome) => outcome === "rate_limited").length).toBe(400 - counted.queries);
  expect(counted.queries).toBeLessThan(PER_MINUTE + 8);
});

test("text that cannot be a key counts, and costs no query", async () => {
  const { counted, tried } = setup();
  const odd = ["live_x", RIGHT.toUpperCase(), `${RIGHT}x`, RIGHT.slice(0, -1), `live_${"1".repeat(32)}`, "' OR 1=1--"];
  for (const streamKey of odd) expect(await tried(streamKey, "203.0.113.9")).toBe("wrong");
  for (let i = odd.length; i < PER_MINUTE; i++) await tried("live_x", "203.0.113.9");
  expect(await tried("live_x", "203.0.113.9")).toBe("rate_limited");
  expect(counted.queries).toBe(0);
});

test("with the limit 0 nothing is counted", async () => {
  const { counted, guess } = setup(0);
  for (let i = 0; i < 100; i++) expect(await guess("203.0.113.9")).toBe("wrong");
  expect(counted.queries).toBe(100);
});

test("edges share their counts", async () => {
  if (redis.status !== "ready") await new Promise<void>((resolve) => redis.once("ready", () => resolve()));
  const { counted, find } = store();
  const logged: string[] = [];
  const edges = [1, 2].map(() => {
    const limiter = createLimiter({
      counts: createCounts({ redis, clock: systemClock, waitMs: 5_000 }),
      clock: systemClock,
    });
    const onLockout = (address: string) => logged.push(address);
    return createStreamKeyCheck({ find, clock: systemClock, limiter, wrongPerMinute: PER_MINUTE, onLockout });
  });
  await redis.del(redisKeys.limit("wrong-keys-told-all", "all")); // Of earlier runs.
  const address = `test-${crypto.randomUUID()}`;
  const outcomes: string[] = [];
  for (let i = 0; i < PER_MINUTE + 20; i++) {
    const shown = { ...UNHURRIED, streamKey: newStreamKey(systemRandom), address };
    await edges[i % 2]!.check(shown).then(
      () => outcomes.push("wrong"),
      (error: { code: string }) => outcomes.push(error.code),
    );
  }
  // On a slow machine the bucket refills meanwhile.
  expect(counted.queries).toBeGreaterThanOrEqual(PER_MINUTE);
  expect(counted.queries).toBeLessThan(PER_MINUTE + 10);
  expect(outcomes.slice(0, PER_MINUTE)).not.toContain("rate_limited");
  expect(outcomes.filter((outcome) => outcome === "rate_limited").length).toBe(PER_MINUTE + 20 - counted.queries);
  expect(logged).toEqual([address]);
});
