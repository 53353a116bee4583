import { expect, test } from "bun:test";
import { MediaCache } from "./cache.ts";
import { WaitingRequests } from "./collapse.ts";
import { Broadcasts } from "./registry.ts";

test("the media of a broadcast is dropped after two minutes without a request, that of other broadcasts is kept", () => {
  const cache = new MediaCache(1_000, () => 0);
  const broadcasts = new Broadcasts(cache, new WaitingRequests(1));
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
