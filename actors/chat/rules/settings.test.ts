import { expect, test } from "bun:test";
import { DEFAULT_ROOM_SETTINGS, type SettingsChange } from "#schema/wire/room.ts";
import { nextEndMs } from "#schema/wire/timed-modes.ts";
import { changed, modesEnded, type Settings, settingsOf } from "./settings.ts";

const MINUTE_MS = 60_000;
const NOW_MS = 1_000 * MINUTE_MS;
const start = settingsOf(null);
const change = (settings: Settings, to: SettingsChange, atMs = NOW_MS, forMs?: number) =>
  changed(settings, { change: to, atMs, forMs });

test("a change leaves the other modes; fields of a later release are at their default", () => {
  const slow = change(start, { slowMs: 5_000 });
  expect(change(slow, { emoteOnly: true }).now).toEqual({ ...DEFAULT_ROOM_SETTINGS, slowMs: 5_000, emoteOnly: true });
  expect(settingsOf({ settings: { slowMs: 1 }, unshielded: null }).now).toEqual({
    ...DEFAULT_ROOM_SETTINGS,
    slowMs: 1,
  });
});

test("a follow age turns followers-only on, and its end forgets the age", () => {
  const on = change(start, { followersOnlyMs: MINUTE_MS });
  expect(on.now).toMatchObject({ followersOnly: true, followersOnlyMs: MINUTE_MS });
  expect(change(on, { followersOnly: false }).now).toEqual(DEFAULT_ROOM_SETTINGS);
  expect(change(start, { followersOnly: true }).now).toMatchObject({ followersOnly: true, followersOnlyMs: 0 });
});

test("the shield is one switch: it makes nothing less strict, and its end brings back what was before", () => {
  const before = change(start, { slowMs: 60_000, emoteOnly: true });
  const shielded = change(before, { shield: true });
  expect(shielded.now).toMatchObject({
    shield: true,
    linksOff: true,
    verifiedOnly: true,
    followersOnly: true,
    emoteOnly: true,
  });
  expect(shielded.now.slowMs).toBe(60_000);
  expect(change(shielded, { shield: true })).toEqual(shielded);
  const eased = change(shielded, { linksOff: false });
  expect(eased.now).toMatchObject({ shield: true, linksOff: false });
  expect(change(eased, { shield: false })).toEqual(before);
  expect(change(before, { shield: false })).toEqual(before);
  expect(change(eased, { shield: false, slowMs: 1_000 }).now).toEqual({ ...before.now, slowMs: 1_000 });
});

test("what is put on for a time ends then, and what was on before it stays", () => {
  const links = change(start, { linksOff: true });
  const timed = change(links, { followersOnly: true, followersOnlyMs: MINUTE_MS }, NOW_MS, 30 * MINUTE_MS);
  expect(timed.now.untilMs).toEqual({ followersOnly: NOW_MS + 30 * MINUTE_MS });
  expect(nextEndMs(timed.now)).toBe(NOW_MS + 30 * MINUTE_MS);
  expect(modesEnded(timed, NOW_MS + 30 * MINUTE_MS - 1)).toBeNull();
  const ended = modesEnded(timed, NOW_MS + 30 * MINUTE_MS);
  expect(ended).toEqual({ settings: links, change: { followersOnly: false } });
  expect(nextEndMs(links.now)).toBeNull();
});

test("each mode has an end of its own, and a later change of a mode is the last word", () => {
  const slow = change(start, { slowMs: 5_000 }, NOW_MS, 10 * MINUTE_MS);
  const both = change(slow, { emoteOnly: true }, NOW_MS, 20 * MINUTE_MS);
  expect(nextEndMs(both.now)).toBe(NOW_MS + 10 * MINUTE_MS);
  expect(modesEnded(both, NOW_MS + 15 * MINUTE_MS)?.settings.now).toEqual({
    ...DEFAULT_ROOM_SETTINGS,
    emoteOnly: true,
    untilMs: { emoteOnly: NOW_MS + 20 * MINUTE_MS },
  });
  expect(change(both, { slowMs: 9_000 }).now.untilMs).toEqual({ emoteOnly: NOW_MS + 20 * MINUTE_MS });
  expect(change(both, { emoteOnly: false }).now.untilMs).toEqual({ slowMs: NOW_MS + 10 * MINUTE_MS });
  expect(change(change(both, { slowMs: 0 }), { emoteOnly: false }).now).toEqual(DEFAULT_ROOM_SETTINGS);
  // The slow mode that a hot room puts on by itself says nothing about the moderators' one.
  expect(change(both, { autoSlowMs: 3_000 }).now.untilMs).toEqual(both.now.untilMs!);
  const aged = change(start, { followersOnly: true }, NOW_MS, MINUTE_MS);
  expect(change(aged, { followersOnlyMs: 0 }).now.untilMs).toBeUndefined();
});

test("a shield for a time takes its modes with it, and what was to end meanwhile has ended", () => {
  const before = change(start, { slowMs: 60_000 }, NOW_MS, 5 * MINUTE_MS);
  const staying = change(before, { subscribersOnly: true }, NOW_MS, 60 * MINUTE_MS);
  const shielded = change(staying, { shield: true }, NOW_MS, 10 * MINUTE_MS);
  expect(shielded.now.untilMs).toEqual({
    subscribersOnly: NOW_MS + 60 * MINUTE_MS,
    shield: NOW_MS + 10 * MINUTE_MS,
  });
  expect(modesEnded(shielded, NOW_MS + 6 * MINUTE_MS)).toBeNull();
  const ended = modesEnded(shielded, NOW_MS + 10 * MINUTE_MS)!;
  expect(ended.change).toEqual({ shield: false });
  expect(ended.settings).toEqual({
    now: { ...DEFAULT_ROOM_SETTINGS, subscribersOnly: true, untilMs: { subscribersOnly: NOW_MS + 60 * MINUTE_MS } },
    unshielded: null,
  });
  // Its end by hand before that brings the slow mode back, with its end.
  expect(change(shielded, { shield: false }, NOW_MS + MINUTE_MS)).toEqual(staying);
});
