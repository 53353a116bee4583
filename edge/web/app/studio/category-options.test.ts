// The field of the category.

import { expect, test } from "bun:test";
import fc from "fast-check";
import { meantCategory, offeredCategories } from "./category-options.ts";

const NAMES = ["Art", "Board and card games", "Cars and racing", "Chess", "Nature and animals", "Racing games"];

test("a text offers what has a word that begins so, then what has it anywhere", () => {
  expect(offeredCategories(NAMES, "ra")).toEqual(["Cars and racing", "Racing games"]);
  expect(offeredCategories(NAMES, "ar")).toEqual(["Art", "Board and card games", "Cars and racing"]);
  expect(offeredCategories(NAMES, " CAR ")).toEqual(["Board and card games", "Cars and racing"]);
  expect(offeredCategories(NAMES, "board and c")).toEqual(["Board and card games"]);
  expect(offeredCategories(NAMES, "quilts")).toEqual([]);
  expect(offeredCategories(NAMES, "")).toEqual(NAMES);
});

test("accents and capitals make no difference", () => {
  expect(offeredCategories(["Café talk"], "cafe")).toEqual(["Café talk"]);
  expect(meantCategory(["Café talk"], " CAFE TALK ")).toBe("Café talk");
});

test("an empty text wants no category, and another text none that there is", () => {
  expect(meantCategory(NAMES, "  ")).toBeNull();
  expect(meantCategory(NAMES, "ches")).toBeUndefined();
  expect(meantCategory(NAMES, "chess")).toBe("Chess");
});

test("each offer is a category, once, and the one that is meant is among them", () => {
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: 12 })), (text) => {
      const offered = offeredCategories(NAMES, text);
      expect(new Set(offered).size).toBe(offered.length);
      expect(offered.every((name) => NAMES.includes(name))).toBe(true);
      const meant = meantCategory(NAMES, text);
      if (meant) expect(offered).toContain(meant);
    }),
  );
});
