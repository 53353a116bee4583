// Moments in addresses of videos.

import { expect, test } from "bun:test";
import type { ChapterView } from "#schema/api/videos.ts";
import { chapterAt } from "./chapter-at.ts";
import { momentIn, momentPath } from "./moment.ts";

test.each([
  ["?t=4324", 4_324_000],
  ["?t=4324s", 4_324_000],
  ["?t=1h12m4s", 4_324_000],
  ["?t=2m", 120_000],
  ["?t=0", 0],
])("%s is a moment", (search, ms) => {
  expect(momentIn(search)).toBe(ms);
});

test.each(["", "?t=", "?t=x", "?t=-1", "?t=1.5", "?t=1s2m", "?t=99999999999", "?x=1"])("%p is none", (search) => {
  expect(momentIn(search)).toBeNull();
});

test("an address names the whole second", () => {
  expect(momentPath("v", 61_999)).toBe("/videos/v?t=61");
  expect(momentIn(new URL(momentPath("v", 61_999), "https://x").search)).toBe(61_000);
});

test("the chapter of a moment is the last that has begun", () => {
  const chapters: ChapterView[] = [0, 10_000].map((startMs) => ({ startMs, title: `${startMs}`, category: null }));
  expect([0, 9_999, 10_000, 99_999].map((ms) => chapterAt(chapters, ms)?.title)).toEqual(["0", "0", "10000", "10000"]);
  expect(chapterAt([], 0)).toBeUndefined();
});
