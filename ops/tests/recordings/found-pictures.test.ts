import { expect, test } from "bun:test";
import { unmarked } from "./found-pictures.ts";

const pictures = [1, 2, 3, 8, 9].map((number, i) => ({ number, atMs: i * 100 }));
const arrived = [1, 2, 3, 4, 5, 8, 9];

test("pictures that are lost are told, unless a gap stands in their place", () => {
  const found = { pictures, gaps: [], durationMs: 500 };
  expect(unmarked(arrived, found)).toEqual(["4–5 after 3 at 200 ms"]);
  expect(unmarked(arrived, { ...found, gaps: [{ fromMs: 200, toMs: 300 }] })).toEqual([]);
  expect(unmarked(arrived, { ...found, gaps: [{ fromMs: 0, toMs: 100 }] })).toEqual(["4–5 after 3 at 200 ms"]);
  expect(unmarked([...arrived, 10], found)).toEqual(["4–5 after 3 at 200 ms", "10–10 after 9 at 400 ms"]);
  expect(unmarked([1, 2, 3, 8, 9], found)).toEqual([]);
});
