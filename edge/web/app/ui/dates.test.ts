// Dates and durations as text.

import { expect, test } from "bun:test";
import { durationText, spanText, whenText } from "./dates.ts";

const NOW_MS = Date.parse("2026-11-22T12:00:00Z");

test("near moments are relative, far ones are dates", () => {
  expect(whenText("2026-11-22T11:59:40Z", NOW_MS)).toBe("just now");
  expect(whenText("2026-11-22T11:55:00Z", NOW_MS)).toBe("5 minutes ago");
  expect(whenText("2026-11-22T09:30:00Z", NOW_MS)).toBe("2 hours ago");
  expect(whenText("2026-11-25T12:30:00Z", NOW_MS)).toBe("in 3 days");
  expect(whenText("2026-08-01T12:00:00Z", NOW_MS)).toContain("2026");
});

test("durations are shown in their largest unit", () => {
  expect([604_800_000, 3_600_000, 90_000, 5].map(durationText)).toEqual([
    "7 days",
    "1 hour",
    "1 minute",
    "under a minute",
  ]);
});

test("a span has hours and minutes", () => {
  expect([8_040_000, 3_600_000, 840_000, 59_999, -5].map(spanText)).toEqual([
    "2 h 14 min",
    "1 h 0 min",
    "14 min",
    "under a minute",
    "under a minute",
  ]);
});
