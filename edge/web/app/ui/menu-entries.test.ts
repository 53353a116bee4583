// The order of a menu's groups.

import { expect, test } from "bun:test";
import { arranged, type MenuEntry } from "./menu-entries.ts";

const entry = (word: string, isHarm = false): MenuEntry => ({ kind: "act", word, isHarm, act() {} });

test("what harms comes last, in a group of its own, wherever it was listed", () => {
  const groups = arranged([
    { title: "One", entries: [entry("ban", true), entry("reply")] },
    { title: null, entries: [entry("copy"), entry("delete", true)] },
  ]);
  expect(groups.map(({ title, entries }) => [title, ...entries.map(({ word }) => word)])).toEqual([
    ["One", "reply"],
    [null, "copy"],
    [null, "ban", "delete"],
  ]);
});

test("a group without entries is left out, so that no line stands alone", () => {
  expect(
    arranged([
      { title: "Empty", entries: [] },
      { title: null, entries: [entry("ban", true)] },
    ]),
  ).toHaveLength(1);
  expect(arranged([])).toEqual([]);
});
