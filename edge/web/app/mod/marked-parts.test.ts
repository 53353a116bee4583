// The marked parts of a held message.

import { expect, test } from "bun:test";
import { markedParts } from "./marked-parts.ts";

const marked = (text: string, ...marks: [number, number][]) =>
  markedParts(
    text,
    marks.map(([from, to]) => ({ from, to })),
  ).map(({ text, isMarked }) => (isMarked ? `[${text}]` : text));

test("a mark is counted in code points", () => {
  expect(marked("hi 🐟 there", [3, 4])).toEqual(["hi ", "[🐟]", " there"]);
});

test("marks may overlap, touch and come in any order", () => {
  expect(marked("abcdef", [4, 6], [0, 2], [1, 3])).toEqual(["[abc]", "d", "[ef]"]);
});

test("what is beyond the text is ignored", () => {
  expect(marked("abc", [2, 90], [-4, 1], [7, 9])).toEqual(["[a]", "b", "[c]"]);
  expect(marked("", [0, 3])).toEqual([]);
  expect(marked("abc")).toEqual(["abc"]);
});
