import { expect, test } from "bun:test";
import { DEFAULT_ROOM_SETTINGS } from "#schema/wire/room.ts";
import { changed, settingsOf } from "./settings.ts";

const MINUTE_MS = 60_000;
const start = settingsOf(null);

test("a change leaves the other modes; fields of a later release are at their default", () => {
  const slow = changed(start, { slowMs: 5_000 });
  expect(changed(slow, { emoteOnly: true }).now).toEqual({ ...DEFAULT_ROOM_SETTINGS, slowMs: 5_000, emoteOnly: true });
  expect(settingsOf({ settings: { slowMs: 1 }, unshielded: null }).now).toEqual({
    ...DEFAULT_ROOM_SETTINGS,
    slowMs: 1,
  });
});

test("a follow age turns followers-only on, and its end forgets the age", () => {
  const on = changed(start, { followersOnlyMs: MINUTE_MS });
  expect(on.now).toMatchObject({ followersOnly: true, followersOnlyMs: MINUTE_MS });
  expect(changed(on, { followersOnly: false }).now).toEqual(DEFAULT_ROOM_SETTINGS);
  expect(changed(start, { followersOnly: true }).now).toMatchObject({ followersOnly: true, followersOnlyMs: 0 });
});

test("the shield is one switch: it makes nothing less strict, and its end brings back what was before", () => {
  const before = changed(start, { slowMs: 60_000, emoteOnly: true });
  const shielded = changed(before, { shield: true });
  expect(shielded.now).toMatchObject({
    shield: true,
    linksOff: true,
    verifiedOnly: true,
    followersOnly: true,
    emoteOnly: true,
  });
  expect(shielded.now.slowMs).toBe(60_000);
  expect(changed(shielded, { shield: true })).toEqual(shielded);
  const eased = changed(shielded, { linksOff: false });
  expect(eased.now).toMatchObject({ shield: true, linksOff: false });
  expect(changed(eased, { shield: false })).toEqual(before);
  expect(changed(before, { shield: false })).toEqual(before);
  expect(changed(eased, { shield: false, slowMs: 1_000 }).now).toEqual({ ...before.now, slowMs: 1_000 });
});
