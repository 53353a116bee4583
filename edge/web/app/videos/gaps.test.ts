// Gaps of a video.

import { expect, test } from "bun:test";
import { spansOf } from "./gaps.ts";

test("segments without media that follow each other are one gap", () => {
  const segments = [
    { start: 0, duration: 2 },
    { start: 2, duration: 2.0004, gap: true },
    { start: 4.0004, duration: 2, gap: true },
    { start: 6.0004, duration: 2, gap: false },
    { start: 8.0004, duration: 1, gap: true },
  ];
  expect(spansOf(segments)).toEqual([
    { fromMs: 2_000, toMs: 6_000 },
    { fromMs: 8_000, toMs: 9_000 },
  ]);
  expect(spansOf([])).toEqual([]);
});
