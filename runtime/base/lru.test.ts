import { expect, test } from "bun:test";
import { LruMap } from "./lru.ts";

test("a full map evicts the entry used longest ago", () => {
  const map = new LruMap<string, number>(3);
  for (const [i, key] of ["a", "b", "c"].entries()) map.set(key, i);
  expect(map.get("a")).toBe(0); // Counts as a use.
  map.set("b", 9); // Also a use.
  map.set("d", 3);
  expect([...map.keys()]).toEqual(["a", "b", "d"]);
  expect([map.get("c"), map.get("b"), map.size]).toEqual([undefined, 9, 3]);
});

test("setting an existing key replaces its value and evicts none", () => {
  const map = new LruMap<string, number>(2);
  map.set("a", 1);
  map.set("b", 2);
  map.set("a", 3);
  expect([map.get("b"), map.get("a")]).toEqual([2, 3]);
  map.delete("a");
  map.set("c", 4);
  expect([...map.keys()]).toEqual(["b", "c"]);
});
