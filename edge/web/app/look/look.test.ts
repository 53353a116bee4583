// The look that is kept on a device.

import { afterEach, expect, test } from "bun:test";
import { storageWith, withoutStorage } from "../testing-storage.ts";
import { allowedChatWidth, keepLook, keptLook } from "./look.ts";

afterEach(withoutStorage);

const USUAL = { theme: "system", chatWidthPx: 340 } as const;

test("what was chosen is there at the next visit", () => {
  storageWith("localStorage");
  keepLook({ theme: "light", chatWidthPx: 400 });
  expect(keptLook()).toEqual({ theme: "light", chatWidthPx: 400 });
});

test.each(["", "{", "null", "7", '{"theme":"blue","chatWidthPx":"wide"}', '{"chatWidthPx":null}'])(
  "storage that holds %p gives the usual look",
  (value) => {
    storageWith("localStorage", { look: value });
    expect(keptLook()).toEqual(USUAL);
  },
);

test("without storage the look is the usual one, and nothing throws", () => {
  keepLook({ theme: "dark", chatWidthPx: 300 });
  expect(keptLook()).toEqual(USUAL);
});

test("the chat is never narrower or wider than its limits", () => {
  expect([-1, 279, 280, 333.4, 480, 9_999].map(allowedChatWidth)).toEqual([280, 280, 280, 333, 480, 480]);
  storageWith("localStorage", { look: '{"chatWidthPx":1e9}' });
  expect(keptLook().chatWidthPx).toBe(480);
});
