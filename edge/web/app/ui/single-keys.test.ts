// When a single key is a shortcut.

import { afterEach, expect, test } from "bun:test";
import { isSingleKey, turnSingleKeys } from "./single-keys.ts";

afterEach(() => turnSingleKeys(true));

const at = (found: boolean) => ({ closest: () => (found ? {} : null) }) as unknown as EventTarget;
const pressed = (more: object = {}) => ({
  ...{ key: "E", ctrlKey: false, metaKey: false, altKey: false, defaultPrevented: false, target: at(false) },
  ...more,
});

test("a key alone is one, in any letter case", () => {
  expect([isSingleKey(pressed(), "e"), isSingleKey(pressed({ target: null }), "e")]).toEqual([true, true]);
  expect(isSingleKey(pressed({ key: "r" }), "e")).toBe(false);
});

test.each([{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { defaultPrevented: true }, { target: at(true) }])(
  "with %j it is none",
  (more) => {
    expect(isSingleKey(pressed(more), "e")).toBe(false);
  },
);

test("none is one after they are turned off", () => {
  turnSingleKeys(false);
  expect(isSingleKey(pressed(), "e")).toBe(false);
});
