// Every refusal of a line has its own text.

import { expect, test } from "bun:test";
import { refusalText } from "../words/composer.ts";
import { reactionTo } from "./refusals.ts";
import { waitText } from "./wait-text.ts";

const CODES =
  "slow_mode banned timed_out followers_only subscribers_only emote_only links_off email_unverified account_too_new duplicate warned held blocked_term too_long invalid_body nonce_reused rate_limited not_signed_in busy unavailable internal";

test("each code of the contract has its own text, but for the two that are repeated until nothing more is known", () => {
  const said = CODES.split(" ").map((code) => refusalText(code, 0));
  expect(new Set(said).size).toBe(said.length - 1);
  expect(refusalText("busy", 0)).toBe(refusalText("unavailable", 0));
  expect(refusalText("a code of a later version", 0)).toBe("Your message was not sent. Try again.");
});

test("a refusal for a time says how long", () => {
  expect(refusalText("slow_mode", 3_200)).toBe("Slow mode: you can write again in 4 s.");
  expect(refusalText("timed_out", 540_000)).toBe("You are timed out for 9 min. You can read.");
  expect(refusalText("timed_out", 0)).toBe("You are timed out. You can read.");
});

test("a line that a moderator looks at stays with them, and every other one goes back to its author", () => {
  expect(CODES.split(" ").filter((code) => reactionTo(code) === "keep")).toEqual(["held"]);
});

test("only busy and unavailable are repeated automatically", () => {
  expect(CODES.split(" ").filter((code) => reactionTo(code) === "repeat")).toEqual(["busy", "unavailable"]);
});

test("a wait is never shown as 0", () => {
  expect([1, 1_000, 1_001, 99_000, 100_000, 7_200_000].map(waitText)).toEqual([
    "1 s",
    "1 s",
    "2 s",
    "99 s",
    "2 min",
    "2 h",
  ]);
});
