// Guessing stream keys: what it costs the store, and whom it locks out.

import { afterAll, expect, test } from "bun:test";
import { ManualClock, systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { systemRandom } from "#runtime/base/random.ts";
import { connectRedis } from "#runtime/base/redis.ts";
import { keys as redisKeys } from "#schema/wire/keys.ts";
import { newStreamKey } from "../channels/stream-key.ts";
import { createCounts } from "../gateway/limits/counts.ts";
import { createLimiter } from "../gateway/limits/limiter.ts";
import { createKeyDoor } from "./stream-key-check.ts";

const PER_MINUTE = 30;
const RIGHT = newStreamKey(systemRandom);
const redis = connectRedis({
  ...{ url: process.env.TEST_REDIS_URL!, name: "test", log: createLog({ name: "test", level: "silent" }) },
});
afterAll(() => redis.disconnect());

/** The owner of one key; counts the looks. */
function store() {
  const keys = { looks: 0 };
  const find = async (streamKey: string) => {
    keys.looks++;
    return streamKey === RIGHT ? { channelId: "c", userId: "u", login: "ada", suspended: false } : null;
  };
  return { keys, find };
}

/** Counts in memory, by a clock turned by hand. */
function door(wrongPerMinute = PER_MINUTE) {
  const clock = new ManualClock();
  const { keys, find } = store();
  const told: string[] = [];
  const limiter = createLimiter({ counts: { ask: async () => null }, clock });
  const { open } = createKeyDoor({ find, clock, limiter, wrongPerMinute, onLockout: (address) => told.push(address) });
  const tried = async (streamKey: string, address: string) => {
    try {
      return (await open({ streamKey, address, deadlineMonoMs: Number.POSITIVE_INFINITY })) ? "opened" : "wrong";
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };
  return { clock, keys, told, tried, guess: (address: string) => tried(newStreamKey(systemRandom), address) };
}

test("after too many wrong keys an address is refused without a look at the store, and others are not", async () => {
  const { keys, tried, guess } = door();
  for (let i = 0; i < PER_MINUTE; i++) expect(await guess("203.0.113.9")).toBe("wrong");
  for (let i = 0; i < 100; i++) expect(await guess("203.0.113.9")).toBe("rate_limited");
  expect(keys.looks).toBe(PER_MINUTE);
  expect(await tried(RIGHT, "203.0.113.9")).toBe("rate_limited");
  expect(await tried(RIGHT, "203.0.113.10")).toBe("opened");
});

test("a right key never counts", async () => {
  const { tried, guess } = door();
  for (let i = 0; i < 10 * PER_MINUTE; i++) expect(await tried(RIGHT, "203.0.113.9")).toBe("opened");
  for (let i = 0; i < PER_MINUTE; i++) expect(await guess("203.0.113.9")).toBe("wrong");
});

test("an encoder that tries a wrong key again every 10 s is never locked out, and its owner's next right one opens", async () => {
  const { clock, tried, guess, told } = door();
  for (let i = 0; i < 100; i++) {
    expect(await guess("203.0.113.9")).toBe("wrong");
    clock.advance(10_000);
  }
  expect(await tried(RIGHT, "203.0.113.9")).toBe("opened");
  expect(told).toEqual([]);
});

test("who stopped guessing waits two seconds", async () => {
  const { clock, tried, guess } = door();
  for (let i = 0; i <= PER_MINUTE; i++) await guess("203.0.113.9");
  clock.advance(1_999);
  expect(await tried(RIGHT, "203.0.113.9")).toBe("rate_limited");
  clock.advance(1);
  expect(await tried(RIGHT, "203.0.113.9")).toBe("opened");
});

test("a lockout is told of once, however long it lasts, and not of more addresses than anybody would read", async () => {
  const { clock, guess, told } = door(2);
  for (let i = 0; i < 300; i++) {
    await guess("203.0.113.9");
    clock.advance(1_000);
  }
  expect(told).toEqual(["203.0.113.9"]);
  clock.advance(600_000);
  for (let i = 0; i < 3; i++) await guess("203.0.113.9");
  expect(told).toEqual(["203.0.113.9", "203.0.113.9"]);
  for (let i = 0; i < 300; i++) for (let j = 0; j < 3; j++) await guess(`2001:db8:${i.toString(16)}::1`);
  expect(told.length).toBeLessThanOrEqual(62);
});

test("an IPv6 network of one customer is one address", async () => {
  const { guess } = door();
  for (let i = 0; i < PER_MINUTE; i++) expect(await guess(`2001:db8:1:2::${i.toString(16)}`)).toBe("wrong");
  expect(await guess("2001:db8:1:2:ffff::1")).toBe("rate_limited");
  expect(await guess("2001:db8:1:3::1")).toBe("wrong");
});

test("guesses that come all at once are looked up a few at a time", async () => {
  const { keys, guess } = door();
  const outcomes = await Promise.all(Array.from({ length: 400 }, () => guess("203.0.113.9")));
  expect(outcomes.filter((outcome) => outcome === "rate_limited").length).toBe(400 - keys.looks);
  expect(keys.looks).toBeLessThan(PER_MINUTE + 8);
});

test("what cannot be a key counts, and the store is not asked", async () => {
  const { keys, tried } = door();
  const odd = ["live_x", RIGHT.toUpperCase(), `${RIGHT}x`, RIGHT.slice(0, -1), `live_${"1".repeat(32)}`, "' OR 1=1--"];
  for (const streamKey of odd) expect(await tried(streamKey, "203.0.113.9")).toBe("wrong");
  for (let i = odd.length; i < PER_MINUTE; i++) await tried("live_x", "203.0.113.9");
  expect(await tried("live_x", "203.0.113.9")).toBe("rate_limited");
  expect(keys.looks).toBe(0);
});

test("with 0 nobody is counted", async () => {
  const { keys, guess } = door(0);
  for (let i = 0; i < 100; i++) expect(await guess("203.0.113.9")).toBe("wrong");
  expect(keys.looks).toBe(100);
});

test("edges count together", async () => {
  if (redis.status !== "ready") await new Promise<void>((resolve) => redis.once("ready", () => resolve()));
  const { keys, find } = store();
  const told: string[] = [];
  const edges = [1, 2].map(() => {
    const limiter = createLimiter({
      counts: createCounts({ redis, clock: systemClock, waitMs: 5_000 }),
      clock: systemClock,
    });
    const onLockout = (address: string) => told.push(address);
    return createKeyDoor({ find, clock: systemClock, limiter, wrongPerMinute: PER_MINUTE, onLockout });
  });
  await redis.del(redisKeys.limit("wrong-keys-told-all", "all")); // Of earlier runs.
  const address = `test-${crypto.randomUUID()}`;
  const outcomes: string[] = [];
  for (let i = 0; i < PER_MINUTE + 20; i++) {
    const asked = { streamKey: newStreamKey(systemRandom), address, deadlineMonoMs: Number.POSITIVE_INFINITY };
    await edges[i % 2]!.open(asked).then(
      () => outcomes.push("wrong"),
      (error: { code: string }) => outcomes.push(error.code),
    );
  }
  // Of a slow machine's time the bucket gets some back.
  expect(keys.looks).toBeGreaterThanOrEqual(PER_MINUTE);
  expect(keys.looks).toBeLessThan(PER_MINUTE + 10);
  expect(outcomes.slice(0, PER_MINUTE)).not.toContain("rate_limited");
  expect(outcomes.filter((outcome) => outcome === "rate_limited").length).toBe(PER_MINUTE + 20 - keys.looks);
  expect(told).toEqual([address]);
});
