// What a screen reader announces of a chat.

import { expect, test } from "bun:test";
import { summary } from "./announcer.ts";

const line = (displayName: string, body: string) => ({
  user: { id: displayName, login: displayName, displayName, color: "#ffffff", badges: [] },
  body,
});

test("a few new lines are read out, many are counted", () => {
  expect(summary([line("Ann", "hello")])).toBe("Ann says: hello");
  expect(summary([line("Ann", "one"), line("Bob", "two")])).toBe("Ann says: one. Bob says: two");
  expect(summary(Array.from({ length: 14 }, () => line("Ann", "spam")))).toBe("14 new messages");
});
