// What a screen reader announces of a chat.

import { expect, test } from "bun:test";
import { announced, summary } from "./announcer.ts";

const line = (login: string, body: string) => ({
  ...{ seq: 1, at: "", kind: "line" as const, id: "id-1" },
  user: { id: login, login, displayName: login, color: "#ffffff", badges: [] },
  body,
});

test("a few new lines are read out, many are counted", () => {
  expect(summary([line("ann", "hello")])).toBe("\u2068ann\u2069 says: hello");
  expect(summary([line("ann", "one"), line("bob", "two")])).toBe(
    "\u2068ann\u2069 says: one. \u2068bob\u2069 says: two",
  );
  expect(summary(Array.from({ length: 14 }, () => line("ann", "spam")))).toBe("14 new messages");
});

test("all, mentions or nothing is announced, and never what one said oneself or what was removed", () => {
  const lines = [
    line("mine", "I am here"),
    line("ann", "hello @mine"),
    line("bob", "hi"),
    { ...line("eve", ""), deleted: true },
  ];
  const heard = (which: Parameters<typeof announced>[2], own: string | null = "mine") =>
    announced(lines, own, which).map(({ user }) => user.login);
  expect(heard("all")).toEqual(["ann", "bob"]);
  expect(heard("mentions")).toEqual(["ann"]);
  expect(heard("mentions", null)).toEqual([]);
  expect(heard("off")).toEqual([]);
});
