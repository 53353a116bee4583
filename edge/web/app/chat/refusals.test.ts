// Every refusal of a line has its own text.

import { expect, test } from "bun:test";
import { reactionTo, refusalText, waitText } from "./refusals.ts";

const CODES =
  "slow_mode banned timed_out followers_only subscribers_only emote_only links_off email_unverified account_too_new duplicate held blocked_term too_long invalid_body nonce_reused rate_limited not_signed_in busy unavailable internal";

test("each code of the contract has its own text", () => {
  const said = CODES.split(" ").map(refusalText);
  expect(new Set(said).size).toBe(said.length);
  expect(said).not.toContain(refusalText("a code of a later version"));
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
