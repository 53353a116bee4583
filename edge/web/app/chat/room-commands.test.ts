// Polls as moderators type them.

import { expect, test } from "bun:test";
import { words } from "../words/commands.ts";
import { readPoll } from "./room-commands.ts";

test("a poll has a question, choices, and a time that may be left out", () => {
  expect(readPoll("Where to next? | The wreck | Kelp edge")).toEqual({
    ...{ question: "Where to next?", choices: ["The wreck", "Kelp edge"], durationMs: 120_000 },
  });
  expect(readPoll("5m Where? |a|b| c ")).toEqual({
    question: "Where?",
    choices: ["a", "b", "c"],
    durationMs: 300_000,
  });
  expect(readPoll("90s 3 or 4? | 3 | 4")).toMatchObject({ question: "3 or 4?", durationMs: 90_000 });
});

test("what is no poll is told, not sent", () => {
  for (const text of ["", "Where?", "Where? | here", "| a | b", "Q | 1 | 2 | 3 | 4 | 5 | 6 | 7"])
    expect(readPoll(text)).toBe(words.badPoll(6));
  for (const text of ["Where? | a |  | b", "Where? | a | \u200b | b", "Where? | a | b |"])
    expect(readPoll(text)).toBe(words.emptyChoice);
  for (const text of ["5s Where? | a | b", "2h Where? | a | b"]) expect(readPoll(text)).toBe(words.badPollTime);
  expect(readPoll(`${"w".repeat(61)} | a | b`)).toBe(words.pollTooLong(60, 25));
  expect(readPoll(`Where? | ${"a".repeat(26)} | b`)).toBe(words.pollTooLong(60, 25));
  expect(readPoll(`${"🐟".repeat(60)} | ${"🐟".repeat(25)} | b`)).toMatchObject({ durationMs: 120_000 });
});
