// What the row above the composer says.

import { expect, test } from "bun:test";
import { DEFAULT_ROOM_SETTINGS } from "#schema/wire/room.ts";
import { type NoteFacts, noteOf } from "./note.ts";

const facts = (some: Partial<NoteFacts> = {}): NoteFacts => ({
  connection: { phase: "open" },
  isForeignOrigin: false,
  isFirst: false,
  isSignedIn: true,
  refused: null,
  waitMs: 0,
  commandTrouble: "",
  settings: DEFAULT_ROOM_SETTINGS,
  roles: [],
  ...some,
});
const said = (some: Partial<NoteFacts>) => noteOf(facts(some))?.text ?? null;

test("nothing, while all is well", () => {
  expect(said({})).toBeNull();
  expect(said({ connection: { phase: "connecting" }, isFirst: true })).toBeNull();
});

test("a lost connection comes first, for guests too", () => {
  const refused = { code: "banned", forMs: null, untilMs: null };
  const lost = { connection: { phase: "reconnecting" }, refused, isSignedIn: false } as const;
  expect(noteOf(facts(lost))).toMatchObject({ text: "Reconnecting to chat. Your text is kept.", look: "warn" });
  expect(said({ ...lost, isFirst: true })).toBe("Connecting to chat…");
  expect(said({ isForeignOrigin: true })).toBe("Chat cannot be opened at this address.");
  expect(said({ connection: { phase: "closed", reason: "refused" } })).toBe("The chat was closed.");
});

test("a refusal for a time counts down, is spoken once, and is over with its time", () => {
  const refused = { code: "slow_mode", forMs: 9_000, untilMs: 1 };
  expect(noteOf(facts({ refused, waitMs: 3_200 }))).toEqual({
    text: "Slow mode: you can write again in 4 s.",
    spoken: "Slow mode: you can write again in 9 s.",
    look: "bad",
    out: null,
  });
  expect(said({ refused, waitMs: 0 })).toBeNull();
  expect(said({ refused: { code: "banned", forMs: null, untilMs: null } })).toContain("You are banned");
});

test("there is a way out where there is one", () => {
  const out = (code: string) => noteOf(facts({ refused: { code, forMs: null, untilMs: null } }))?.out;
  const codes = ["followers_only", "email_unverified", "banned", "warned", "timed_out"];
  expect(codes.map(out)).toEqual(["follow", "confirm-email", "ask-unban", "read-warning", null]);
});

test("what was held and denied is said", () => {
  const refused = { code: "denied", forMs: null, untilMs: null };
  expect(said({ refused })).toBe("Your message was not sent: the moderators said no.");
});

test("slow mode that the room has put on by itself is said so", () => {
  const settings = { ...DEFAULT_ROOM_SETTINGS, autoSlowMs: 5_000 };
  expect(said({ settings })).toBe("So much is written that slow mode is on: one message each 5 s.");
  expect(said({ settings: { ...settings, slowMs: 30_000 } })).toBe("Slow mode: one message each 30 s.");
});

test("modes of the room are said to those who are held to them", () => {
  const settings = { ...DEFAULT_ROOM_SETTINGS, followersOnly: true, followersOnlyMs: 600_000 };
  expect(noteOf(facts({ settings }))).toMatchObject({
    text: "Only followers of 10 min and more can write.",
    out: "follow",
  });
  expect(said({ settings, roles: ["moderator"] })).toBeNull();
  expect(said({ settings, isSignedIn: false })).toBeNull();
  expect(said({ settings: { ...DEFAULT_ROOM_SETTINGS, slowMs: 5_000 } })).toBe("Slow mode: one message each 5 s.");
  const both = noteOf(facts({ settings: { ...settings, slowMs: 5_000, linksOff: true } }));
  expect(both).toMatchObject({ text: "Slow mode 5 s · Followers only, 10 min · No links", out: "follow" });
});

test("the only mode is told with its end, if it ends today", () => {
  const ends = (inMs: number) =>
    said({ settings: { ...DEFAULT_ROOM_SETTINGS, emoteOnly: true, untilMs: { emoteOnly: Date.now() + inMs } } });
  expect(ends(600_000)).toMatch(/^Only emotes can be sent right now\. Until \d.*\.$/);
  expect(ends(20 * 3_600_000)).toBe("Only emotes can be sent right now.");
});
