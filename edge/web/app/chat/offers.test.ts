// What the lists of the composer offer.

import { expect, test } from "bun:test";
import type { LineEntry } from "#schema/api/chat.ts";
import { commandsFor } from "./commands.ts";
import { peopleFor } from "./offers.ts";

const line = (login: string, displayName = login, deleted = false): LineEntry => ({
  ...{ seq: 1, at: "", kind: "line", id: login, body: "", deleted },
  user: { id: login, login, displayName, color: "#ffffff", badges: [] },
});

test("people are those who said something, the last one first, each once and never oneself", () => {
  const lines = [line("quickfox"), line("fernly"), line("me"), line("quickfox"), line("gone", "gone", true)];
  expect(peopleFor("", lines, "me").map(({ text }) => text)).toEqual(["@quickfox", "@fernly"]);
  expect(peopleFor("f", lines, "me").map(({ text }) => text)).toEqual(["@fernly"]);
  expect(peopleFor("fx", lines, "me")).toEqual([]);
});

test("a person is found by the name that is shown, and it stands beside their login", () => {
  expect(peopleFor("mar", [line("ada", "Maria")], null)).toEqual([{ text: "@ada", argument: "", note: "Maria" }]);
});

test("the commands for roles are only those of who has the role", () => {
  const names = (roles: string[]) => commandsFor(roles).map(({ name }) => name);
  expect(names([])).toEqual(["me", "block", "unblock", "color"]);
  for (const role of ["moderator", "editor", "admin"]) {
    expect(names([role])).toContain("timeout");
    expect(names([role])).not.toContain("mod");
  }
  expect(names(["vip"])).toEqual(names([]));
  expect(names(["broadcaster"])).toEqual(
    expect.arrayContaining(["mod", "unmod", "vip", "unvip", "ban", "clear", "slowoff"]),
  );
});
