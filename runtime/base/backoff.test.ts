import { expect, test } from "bun:test";
import { Backoff, backoffMs } from "./backoff.ts";
import { SeededRandom } from "./random.ts";

const bounds = { firstMs: 50, longestMs: 1_000 };

test("pauses double up to the longest, and start over after a success", () => {
  const backoff = new Backoff(bounds);
  expect(Array.from({ length: 7 }, () => backoff.nextMs())).toEqual([50, 100, 200, 400, 800, 1_000, 1_000]);
  backoff.reset();
  expect(backoff.nextMs()).toBe(50);
  expect(backoffMs(bounds, 1e6)).toBe(1_000);
});

test("chance spreads a pause between half and all of its length", () => {
  expect(backoffMs(bounds, 2, 0)).toBe(100);
  expect(backoffMs(bounds, 2, 1)).toBe(200);
  const random = new SeededRandom(1);
  const backoff = new Backoff({ firstMs: 100, longestMs: 100 }, random);
  const pauses = Array.from({ length: 100 }, () => backoff.nextMs());
  for (const ms of pauses) expect(ms).toBeWithin(50, 100);
  expect(Math.max(...pauses) - Math.min(...pauses)).toBeGreaterThan(40);
});
