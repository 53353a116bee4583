import { expect, test } from "bun:test";
import { filled } from "./storyboard.ts";

test("where there is no picture the one before it stands, at the beginning the first one", () => {
  expect(filled([null, null, "a", null, "b", null])?.join("")).toBe("aaaabb");
  expect(filled(["a"])).toEqual(["a"]);
  expect(filled([null, null])).toBeNull();
  expect(filled([])).toBeNull();
});
