// What a screen reader hears.

import { expect, test } from "bun:test";
import { summary } from "./announcer.ts";

const line = (displayName: string, body: string) => ({
  user: { id: displayName, login: displayName, displayName, color: "#ffffff", badges: [] },
  body,
});

test("a quiet room is read out, a busy one is counted", () => {
  expect(summary([line("Ann", "hello")])).toBe("Ann says: hello");
  expect(summary([line("Ann", "one"), line("Bob", "two")])).toBe("Ann says: one. Bob says: two");
  expect(summary(Array.from({ length: 14 }, () => line("Ann", "spam")))).toBe("14 new messages");
});
