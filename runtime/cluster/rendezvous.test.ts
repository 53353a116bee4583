import { expect, test } from "bun:test";
import { ranked } from "./rendezvous.ts";

const keys = Array.from({ length: 9_000 }, (_, n) => `key-${n}`);
const nodes = (...weights: number[]) => weights.map((weight, n) => ({ id: `node-${n}`, weight }));
const firsts = (candidates: ReturnType<typeof nodes>) => {
  const count: Record<string, number> = {};
  for (const key of keys) {
    const first = ranked(key, candidates)[0]?.id ?? "";
    count[first] = (count[first] ?? 0) + 1;
  }
  return count;
};

test("shares follow the weights", () => {
  const count = firsts(nodes(1, 2, 6));
  expect(count["node-0"]).toBeGreaterThan(800);
  expect(count["node-0"]).toBeLessThan(1_200);
  expect(count["node-2"]).toBeGreaterThan(5_700);
  expect(count["node-2"]).toBeLessThan(6_300);
});

test("a node that leaves moves only the keys it had", () => {
  const [all, without] = [nodes(4, 4, 4), nodes(4, 4, 4).slice(0, 2)];
  for (const key of keys) {
    const first = ranked(key, all)[0]?.id;
    if (first !== "node-2") expect(ranked(key, without)[0]?.id).toBe(first ?? "");
  }
});

test("a full node ranks last, and full nodes still have an order", () => {
  for (const key of keys.slice(0, 100)) expect(ranked(key, nodes(0, 3, 0))[0]?.id).toBe("node-1");
  expect(Object.keys(firsts(nodes(0, 0, 0))).sort()).toEqual(["node-0", "node-1", "node-2"]);
});

test("the rank does not depend on the order of the candidates", () => {
  for (const key of keys.slice(0, 100))
    expect(ranked(key, nodes(1, 2, 3).reverse())).toEqual(ranked(key, nodes(1, 2, 3)));
});
