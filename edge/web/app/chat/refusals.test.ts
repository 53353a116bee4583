// Every way a line can be refused has a sentence of its own.

import { expect, test } from "bun:test";
import { refusalSentence, treatment, waitText } from "./refusals.ts";

const CODES =
  "slow_mode banned timed_out followers_only subscribers_only emote_only links_off email_unverified account_too_new duplicate held blocked_term too_long invalid_body nonce_reused rate_limited not_signed_in busy unavailable internal";

test("each code of the contract says something, and none the same", () => {
  const said = CODES.split(" ").map(refusalSentence);
  expect(new Set(said).size).toBe(said.length);
  expect(said).not.toContain(refusalSentence("a code of tomorrow"));
});

test("only what the server could not tell is repeated by itself", () => {
  expect(CODES.split(" ").filter((code) => treatment(code) === "repeat")).toEqual(["busy", "unavailable"]);
});

test("a wait is never shown as nothing", () => {
  expect([1, 1_000, 1_001, 99_000, 100_000, 7_200_000].map(waitText)).toEqual([
    "1 s",
    "1 s",
    "2 s",
    "99 s",
    "2 min",
    "2 h",
  ]);
});
