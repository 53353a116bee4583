import { expect, test } from "bun:test";
import fc from "fast-check";
import { distinctViewers, SKETCH_KEYS_MAX, sketchOf, type ViewerKey } from "./viewers.ts";

const key = fc.integer({ min: 0, max: 2 ** 48 - 1 });

test("a viewer on several edges is counted once", () => {
  fc.assert(
    fc.property(fc.array(fc.uniqueArray(key, { maxLength: 50 }), { maxLength: 5 }), (edges) => {
      expect(distinctViewers(edges.map(sketchOf))).toBe(new Set(edges.flat()).size);
    }),
  );
});

test("up to the sketch's size the count is exact, above it within 10 %, and a sketch does not grow", () => {
  const keys = (count: number): ViewerKey[] =>
    Array.from({ length: count }, (_, i) => Number((Bun.hash(`viewer ${i}`) as bigint) & 0xffff_ffff_ffffn));
  const some = keys(SKETCH_KEYS_MAX - 1);
  expect(distinctViewers([sketchOf(some), sketchOf(some)])).toBe(SKETCH_KEYS_MAX - 1);
  for (const count of [2_048, 3_000, 20_000, 200_000]) {
    const all = keys(count);
    // Half of the viewers are on both edges.
    const [one, other] = [all.slice(0, count * 0.75), all.slice(count * 0.25)];
    expect(distinctViewers([sketchOf(one), sketchOf(other)])).toBeWithin(count * 0.9, count * 1.1);
    expect(sketchOf(all).length).toBe(SKETCH_KEYS_MAX * 8);
  }
});

test("a malformed sketch does no harm", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(distinctViewers([text])).toBeGreaterThanOrEqual(0);
    }),
  );
});
