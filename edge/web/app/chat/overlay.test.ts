// What the address of an embedded chat asks for.

import { expect, test } from "bun:test";
import { overlayOf } from "./overlay.ts";

test("without transparent=1 the chat is a page", () => {
  for (const search of ["", "?size=20", "?transparent=0&size=20", "?transparent=yes"])
    expect(overlayOf(search)).toBeNull();
});

test("size and fade are kept within their limits, and nonsense is left out", () => {
  expect(overlayOf("?transparent=1")).toEqual({ sizePx: 20, fadeMs: null });
  expect(overlayOf("?transparent=1&size=32&fade=30")).toEqual({ sizePx: 32, fadeMs: 30_000 });
  expect(overlayOf("?transparent=1&size=1&fade=0")).toEqual({ sizePx: 10, fadeMs: null });
  expect(overlayOf("?transparent=1&size=999&fade=999999")).toEqual({ sizePx: 80, fadeMs: 3_600_000 });
  expect(overlayOf("?transparent=1&size=-5&fade=1e3")).toEqual({ sizePx: 20, fadeMs: null });
});
