import { expect, test } from "bun:test";
import { MediaCache } from "./cache.ts";
import { Waiting } from "./collapse.ts";
import { Broadcasts } from "./registry.ts";

test("the media of a broadcast goes when nobody has followed it for two minutes, that of others stays", () => {
  const cache = new MediaCache(1_000, () => 0);
  const broadcasts = new Broadcasts(cache, new Waiting(1));
  const left = broadcasts.use("channel-1", "broadcast-1", 0);
  const followed = broadcasts.use("channel-2", "broadcast-2", 0);
  cache.put(left.cacheKey("source/s1.m4s"), "segment", new Uint8Array(300));
  cache.put(followed.cacheKey("source/s1.m4s"), "segment", new Uint8Array(200));
  broadcasts.use("channel-2", "broadcast-2", 100_000);
  broadcasts.sweep(119_999);
  expect(cache.bytes).toBe(500);
  broadcasts.sweep(120_000);
  expect(cache.bytes).toBe(200);
  expect(broadcasts.of("channel-1")).toEqual([]);
  expect(cache.has(followed.cacheKey("source/s1.m4s"))).toBe(true);
});
