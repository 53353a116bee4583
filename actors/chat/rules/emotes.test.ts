import { expect, test } from "bun:test";
import { isOnlyEmotes } from "./emotes.ts";

const emotes = new Set(["Kappa"]);

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
