import { afterAll, beforeAll, expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { connectRedis, type RedisClient } from "#runtime/base/redis.ts";
import { SKETCH_KEYS_MAX, sketchOf } from "#schema/wire/viewers.ts";
import { UniqueViewers } from "./unique-viewers.ts";

const log = createLog({ name: "test", level: "silent" });
let redis: RedisClient;
beforeAll(async () => {
  redis = connectRedis({ url: process.env.TEST_REDIS_URL!, name: "test", log });
  if (redis.status !== "ready") await new Promise<void>((resolve) => redis.once("ready", () => resolve()));
});
afterAll(() => redis.disconnect());

/** Keys are spread as hashes are. */
const keysFrom = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => Math.floor(((from + i) * 0.6180339887498949 * 2 ** 48) % 2 ** 48));

function owner() {
  const clock = new ManualClock();
  const written: number[] = [];
  const viewers = new UniqueViewers({
    ...{ clock, log, redis },
    write: async ({ viewers: count }) => void written.push(count),
  });
  /** What is written within the next half minute. */
  const next = async () => {
    const before = written.length;
    for (let i = 0; i < 200 && written.length === before; i++) {
      await clock.settle(500, 500);
      await Bun.sleep(5);
    }
    return written.at(-1);
  };
  return { viewers, next };
}

test("viewers count once over the whole broadcast, on whatever edge, and over a change of its owner", async () => {
  const broadcastId = crypto.randomUUID();
  const watched = { broadcastId, channelId: crypto.randomUUID(), epoch: 1 };
  const first = owner();
  first.viewers.seen(watched, sketchOf(keysFrom(0, 10)));
  first.viewers.seen(watched, sketchOf(keysFrom(5, 10)));
  expect(await first.next()).toBe(15);
  first.viewers.stop();
  const second = owner();
  second.viewers.seen(watched, sketchOf(keysFrom(12, 5)));
  expect(await second.next()).toBe(17);
  second.viewers.stop();
});

test("many are estimated within 10 %, and what is kept does not grow", async () => {
  const broadcastId = crypto.randomUUID();
  const watched = { broadcastId, channelId: crypto.randomUUID(), epoch: 1 };
  const { viewers, next } = owner();
  for (let i = 0; i < 10; i++) viewers.seen(watched, sketchOf(keysFrom(i * 2_000, 2_000)));
  const count = (await next())!;
  expect(Math.abs(count - 20_000)).toBeLessThan(2_000);
  expect(await redis.zcard(`viewers:unique:${broadcastId}`)).toBe(SKETCH_KEYS_MAX);
  viewers.stop();
});
