// The blocked addresses, on a real Redis whose keys are this test's own.

import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { connectRedis, type RedisClient } from "#runtime/base/redis.ts";
import { keys } from "#schema/redis/keys.ts";
import { addBlock, readBlock, readBlocks, removeBlock } from "./block-store.ts";
import { BlockedAddresses } from "./blocked-addresses.ts";

const log = createLog({ name: "test", level: "silent" });
let redis: RedisClient;
beforeAll(async () => {
  const url = new URL(process.env.TEST_REDIS_URL!);
  url.pathname = "/7";
  redis = connectRedis({ url: url.href, name: "test", log });
  if (redis.status !== "ready") await new Promise<void>((resolve) => redis.once("ready", () => resolve()));
});
beforeEach(async () => void (await redis.del(keys.blockedAddresses())));
afterAll(() => redis.disconnect());

const refusal = (text: string) => {
  try {
    return readBlock(text);
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test("a block has one spelling, and what would shut out half of the internet is none", () => {
  expect(["192.0.2.7", " 192.0.2.7/32", "192.0.2.0/24", "2001:DB8:0::1/128", "2001:db8::/48"].map(refusal)).toEqual([
    ...["192.0.2.7", "192.0.2.7", "192.0.2.0/24", "2001:db8::1", "2001:db8::/48"],
  ]);
  for (const bad of [
    "",
    "x",
    "0.0.0.0/0",
    "10.0.0.0/7",
    "::/0",
    "2000::/3",
    "1.2.3.4/33",
    "::ffff:1.2.3.4",
    "fe80::1%eth0",
  ])
    expect(refusal(bad)).toBe("validation_failed");
});

test("edges refuse what is blocked until its end, without asking anew, and never a trusted proxy", async () => {
  const clock = new ManualClock();
  const cut: boolean[][] = [];
  const blocked = new BlockedAddresses({
    ...{ redis, clock, log, trustedProxies: ["192.0.2.1"] },
    onNew: (isBlocked) => cut.push(["192.0.2.7", "192.0.3.7"].map(isBlocked)),
  });
  const refused = (...addresses: string[]) => addresses.map((address) => blocked.refuses(() => address));
  await blocked.look();
  expect(blocked.refuses(() => expect.unreachable("nobody is blocked"))).toBe(false);
  const more = { reason: "a flood", by: null };
  await addBlock(redis, { block: "192.0.2.0/24", untilMs: clock.wallMs() + 10_000, ...more }, clock.wallMs());
  await addBlock(redis, { block: "2001:db8::/48", untilMs: clock.wallMs() + 20_000, ...more }, clock.wallMs());
  await blocked.look();
  await blocked.look();
  expect(refused("192.0.2.7", "192.0.2.1", "192.0.3.7", "2001:db8::9", "2001:db9::9", "unknown")).toEqual([
    ...[true, false, false, true, false, false],
  ]);
  expect(cut).toEqual([[true, false]]);
  clock.advance(10_000);
  await blocked.look();
  expect(refused("192.0.2.7", "2001:db8::9")).toEqual([false, true]);
  expect(await removeBlock(redis, "2001:db8::/48")).toBe(true);
  expect(await removeBlock(redis, "2001:db8::/48")).toBe(false);
  await blocked.look();
  expect(refused("2001:db8::9")).toEqual([false]);
  await addBlock(redis, { block: "192.0.2.9", untilMs: clock.wallMs() + 10_000, ...more }, clock.wallMs());
  expect(await redis.hkeys(keys.blockedAddresses())).toEqual(["192.0.2.9"]);
  expect((await readBlocks(redis, clock.wallMs())).map(({ block }) => block)).toEqual(["192.0.2.9"]);
  blocked.stop();
});

test("what was read stays while Redis is away", async () => {
  const clock = new ManualClock();
  const blocked = new BlockedAddresses({ redis, clock, log, trustedProxies: [] });
  await addBlock(
    redis,
    { block: "192.0.2.7", untilMs: clock.wallMs() + 60_000, reason: "r", by: "ada" },
    clock.wallMs(),
  );
  await blocked.look();
  const away = connectRedis({ url: "redis://127.0.0.1:1", name: "test", log });
  await expect(readBlocks(away, 0)).rejects.toMatchObject({ code: "unavailable" });
  away.disconnect();
  expect(blocked.refuses(() => "192.0.2.7")).toBe(true);
  blocked.stop();
});
