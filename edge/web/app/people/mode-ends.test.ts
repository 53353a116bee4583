// What those who switch modes read of their ends.

import { expect, test } from "bun:test";
import { DEFAULT_ROOM_SETTINGS } from "#schema/wire/room.ts";
import { endOf, endText } from "./mode-ends.ts";
import { asItIs, MODES } from "./room-modes.tsx";

const HOUR_MS = 3_600_000;

test("an end is told by the clock, a far one with its date", () => {
  const nowMs = Date.parse("2031-05-06T12:00:00Z");
  expect(endText(nowMs + HOUR_MS, nowMs)).toMatch(/^until \d{1,2}.\d\d/);
  expect(endText(nowMs + 40 * HOUR_MS, nowMs)).toContain("2031");
});

test("a mode without an end has none, whatever the others have", () => {
  const settings = { ...DEFAULT_ROOM_SETTINGS, slowMs: 5_000, untilMs: { slowMs: 9 } };
  expect(endOf(settings, "slowMs")).toBe(9);
  expect([endOf(settings, "linksOff"), endOf(settings, null), endOf(DEFAULT_ROOM_SETTINGS, "slowMs")]).toEqual([
    null,
    null,
    null,
  ]);
});

test("a mode that is given an end keeps its value, and is put on as a press would", () => {
  const change = (word: string, settings = DEFAULT_ROOM_SETTINGS) =>
    asItIs(MODES.find((mode) => mode.word === word)!, settings);
  expect(change("Slow", { ...DEFAULT_ROOM_SETTINGS, slowMs: 7_000 })).toEqual({ slowMs: 7_000 });
  expect(change("Slow")).toEqual({ slowMs: 30_000 });
  const followers = { ...DEFAULT_ROOM_SETTINGS, followersOnly: true, followersOnlyMs: HOUR_MS };
  expect(change("Followers", followers)).toEqual({ followersOnly: true, followersOnlyMs: HOUR_MS });
  expect(change("Links off", { ...DEFAULT_ROOM_SETTINGS, linksOff: true })).toEqual({ linksOff: true });
});
