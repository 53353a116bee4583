import { expect, test } from "bun:test";
import { Reorder } from "./reorder.ts";

const foundAfter = (declared: number | null, times: number[]) => {
  const reorder = new Reorder(declared);
  return times.map((time) => {
    reorder.take(time);
    return reorder.found;
  });
};

test("an encoder that says that it has no B-frames is believed, until it has one", () => {
  expect(new Reorder(0).found).toBe(false);
  expect(foundAfter(0, [0, 3_000, 6_000])).toEqual([false, false, false]);
  expect(foundAfter(0, [0, 9_000, 6_000])).toEqual([false, false, true]);
});

test("one that says nothing, or that it might, is watched", () => {
  for (const declared of [null, 2]) {
    expect(foundAfter(declared, [0, 3_000, 6_000, 9_000])).toEqual([null, null, null, false]);
    expect(foundAfter(declared, [0, 9_000, 3_000, 6_000])).toEqual([null, null, true, true]);
  }
});

test("what begins again at an earlier time is another stream, not a B-frame", () => {
  expect(foundAfter(0, [900_000, 0, 3_000])).toEqual([false, false, false]);
});
