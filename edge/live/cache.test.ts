import { expect, test } from "bun:test";
import { MediaCache } from "./cache.ts";

function setup(bytesMax: number) {
  let nowMs = 0;
  const cache = new MediaCache(bytesMax, () => nowMs);
  return { cache, wait: (ms: number) => (nowMs += ms) };
}
const bytes = (length: number) => new Uint8Array(length);

test("the cache never exceeds its limit in bytes", () => {
  const { cache, wait } = setup(10_000);
  for (let i = 0; i < 1_000; i++) {
    cache.put(`s${i}`, "segment", bytes(1 + ((i * 37) % 900)));
    expect(cache.bytes).toBeLessThanOrEqual(10_000);
    wait(10);
  }
  expect(cache.has("s999")).toBe(true);
  cache.put("huge", "segment", bytes(10_001));
  expect(cache.has("huge")).toBe(false);
});

test("of old entries, the least recently used is evicted first", () => {
  const { cache, wait } = setup(400);
  for (const key of ["a", "b", "c", "d"]) cache.put(key, "segment", bytes(100));
  wait(61_000);
  cache.get("a");
  cache.put("e", "segment", bytes(100));
  expect(["a", "b", "c", "d", "e"].filter((key) => cache.has(key))).toEqual(["a", "d", "e"]);
});

test("the newest minute of segments and the init segment outlive older entries that are used more", () => {
  const { cache, wait } = setup(1_000);
  cache.put("init", "init", bytes(10));
  cache.put("old", "segment", bytes(300));
  wait(61_000);
  cache.put("new", "segment", bytes(300));
  cache.put("part", "part", bytes(300));
  wait(16_000);
  cache.get("part");
  cache.get("old");
  cache.put("newer", "segment", bytes(300));
  expect(cache.has("part")).toBe(false);
  cache.put("newest", "segment", bytes(300));
  expect(["init", "old", "new", "newer", "newest"].filter((key) => cache.has(key))).toEqual([
    "init",
    "new",
    "newer",
    "newest",
  ]);
});

test("bytes of a known key are counted once", () => {
  const { cache } = setup(1_000);
  cache.put("a", "part", bytes(100));
  cache.put("a", "part", bytes(100));
  expect(cache.bytes).toBe(100);
});

test("bytes that change are counted once, and their age begins anew", () => {
  const { cache, wait } = setup(400);
  cache.replace("t", "thumbnail", bytes(100));
  wait(3_000);
  expect([cache.ageMs("t"), cache.ageMs("u")]).toEqual([3_000, null]);
  cache.replace("t", "thumbnail", bytes(200));
  expect([cache.ageMs("t"), cache.bytes, cache.get("t")?.byteLength]).toEqual([0, 200, 200]);
});
