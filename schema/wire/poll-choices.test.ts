import { expect, test } from "bun:test";
import { sameChoices } from "./poll-choices.ts";

test("choices that differ by letter case, blanks, width or what cannot be seen are the same", () => {
  expect(sameChoices(["Yes", "yes "])).toBe(1);
  expect(sameChoices(["Yes", "No", "Y\u200bes"])).toBe(2);
  expect(sameChoices(["two  words", "two words"])).toBe(1);
  expect(sameChoices(["ＡＢＣ", "abc"])).toBe(1);
});

test("other choices differ, signs too", () => {
  expect(sameChoices(["Yes", "No", "Maybe"])).toBeNull();
  expect(sameChoices(["👍", "👎"])).toBeNull();
  expect(sameChoices(["C", "C++", "C#"])).toBeNull();
  expect(sameChoices(["1", "2"])).toBeNull();
});
