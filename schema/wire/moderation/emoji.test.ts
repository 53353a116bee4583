import { expect, test } from "bun:test";
import { isOnlyEmotes, withoutEmoji } from "./emoji.ts";

const emotes = ["Kappa"];

test.each([
  ["Kappa 👍🏽 🏳️‍🌈", true],
  ["👍👍👍", true],
  ["1️⃣", true],
  ["🏴󠁧󠁢󠁥󠁮󠁧󠁿", true],
  ["👩‍👩‍👧", true],
  ["❤️", true],
  ["123 # *", false],
  ["©", false],
  ["Kappa!", false],
  ["kappa", false],
  ["👍 well", false],
  ["👍well", false],
])("%s: %p", (body, expected) => {
  expect(isOnlyEmotes(body, emotes)).toBe(expected);
});

test("signs that are displayed as pictures are counted, each once", () => {
  expect(withoutEmoji("go 👩‍👩‍👧 👍🏽, 1️⃣ © 7!")).toEqual({ rest: "go  ,  © 7!", count: 3 });
  expect(withoutEmoji("plain ©")).toEqual({ rest: "plain ©", count: 0 });
});
