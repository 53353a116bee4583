import { expect, test } from "bun:test";
import type { RoomSettings } from "#schema/api/chat.ts";
import { DEFAULT_ROOM_SETTINGS, type Speaking } from "#schema/wire/room.ts";
import { NO_JUDGING } from "../log/memory-judging.ts";
import { RoomMemory } from "../memory.ts";
import { judge } from "./judge.ts";
import type { AdmittedLine } from "./rule.ts";

const DAY_MS = 24 * 60 * 60_000;
const NOW_MS = 1_000 * DAY_MS;
const longKnown: Speaking = { followedAtMs: 0, accountAtMs: 0, emailVerified: true };

function line(body: string, more: Partial<AdmittedLine> & { badges?: string[]; by?: string } = {}): AdmittedLine {
  const { badges = [], by = "ada", ...fields } = more;
  const user = { id: by, login: by, displayName: by, color: "#000000", badges };
  const tokens = { emotes: ["Kappa"].filter((code) => body.includes(code)), logins: [] };
  return { user, nonce: "n", body, action: false, replyTo: null, atMs: NOW_MS, speaking: longKnown, tokens, ...fields };
}

function roomWith(
  settings: Partial<RoomSettings> = {},
  bans: { userId: string; untilMs: number | null }[] = [],
  warned: string[] = [],
) {
  const room = new RoomMemory();
  room.load({
    stored: { settings: { ...DEFAULT_ROOM_SETTINGS, ...settings }, unshielded: null },
    bans,
    warned,
    judging: NO_JUDGING,
  });
  return room;
}

const said = (room: RoomMemory, one: AdmittedLine) => judge(one, room)?.code ?? "taken";

test("rules are checked in order until the first refusal; each gets the line and the room", () => {
  const asked: string[] = [];
  const rules = ["first", "second", "third"].map((name) => () => {
    asked.push(name);
    return name === "second" ? { code: "held" as const, detail: name } : null;
  });
  expect(judge(line("hello"), roomWith(), rules)).toEqual({ code: "held", detail: "second" });
  expect(asked).toEqual(["first", "second"]);
});

test("a room without modes takes lines, also of people of whom nothing is known", () => {
  expect(said(roomWith(), line("hello", { speaking: null }))).toBe("taken");
});

test("a ban has no end, a timeout says when, and both bind moderators too", () => {
  const room = roomWith({}, [
    { userId: "ada", untilMs: null },
    { userId: "bob", untilMs: NOW_MS + 90_000 },
    { userId: "cyd", untilMs: NOW_MS },
  ]);
  expect(judge(line("hi"), room)).toEqual({ code: "banned", detail: "you are banned from this room" });
  expect(judge(line("hi", { by: "bob" }), room)).toMatchObject({ code: "timed_out", retryAfterMs: 90_000 });
  expect(said(room, line("hi", { by: "cyd" }))).toBe("taken");
  expect(said(room, line("hi", { badges: ["moderator"] }))).toBe("banned");
  expect(said(room, line("hi", { by: "bob", atMs: NOW_MS + 90_000 }))).toBe("taken");
});

test("a warning binds until it is acknowledged, moderators too; a ban is told first", () => {
  const room = roomWith({}, [{ userId: "bob", untilMs: null }], ["ada", "bob"]);
  expect(said(room, line("hi", { badges: ["moderator"] }))).toBe("warned");
  expect(said(room, line("hi", { by: "bob" }))).toBe("banned");
  room.apply({ kind: "acknowledge", userId: "ada" });
  expect(said(room, line("hi"))).toBe("taken");
  room.apply({ kind: "warn", userId: "ada" });
  expect(said(room, line("hi"))).toBe("warned");
});

test.each([
  [
    "subscribersOnly",
    { subscribersOnly: true },
    line("hi", { badges: ["subscriber"] }),
    line("hi"),
    "subscribers_only",
    undefined,
  ],
  [
    "followersOnly, of somebody who does not follow",
    { followersOnly: true },
    line("hi", { speaking: { ...longKnown, followedAtMs: NOW_MS } }),
    line("hi", { speaking: { ...longKnown, followedAtMs: null } }),
    "followers_only",
    undefined,
  ],
  [
    "followersOnly with an age, of a new follower",
    { followersOnly: true, followersOnlyMs: 600_000 },
    line("hi", { speaking: { ...longKnown, followedAtMs: NOW_MS - 600_000 } }),
    line("hi", { speaking: { ...longKnown, followedAtMs: NOW_MS - 599_000 } }),
    "followers_only",
    1_000,
  ],
  [
    "verifiedOnly",
    { verifiedOnly: true },
    line("hi"),
    line("hi", { speaking: { ...longKnown, emailVerified: false } }),
    "email_unverified",
    undefined,
  ],
  [
    "verifiedOnly, of somebody unknown",
    { verifiedOnly: true },
    line("hi"),
    line("hi", { speaking: null }),
    "email_unverified",
    undefined,
  ],
  [
    "accountAgeMs",
    { accountAgeMs: DAY_MS },
    line("hi", { speaking: { ...longKnown, accountAtMs: NOW_MS - DAY_MS } }),
    line("hi", { speaking: { ...longKnown, accountAtMs: NOW_MS - DAY_MS + 5 } }),
    "account_too_new",
    5,
  ],
  ["emoteOnly", { emoteOnly: true }, line("Kappa 👍🏽 🏳️‍🌈 1️⃣"), line("👍 well"), "emote_only", undefined],
  [
    "emoteOnly, of an emote that is not alone",
    { emoteOnly: true },
    line("Kappa"),
    line("Kappa!"),
    "emote_only",
    undefined,
  ],
  ["emoteOnly, of digits", { emoteOnly: true }, line("👍"), line("123 # *"), "emote_only", undefined],
  [
    "linksOff",
    { linksOff: true },
    line("wait...what, omg..why in v1.2.3.4"),
    line("go to example.com today"),
    "links_off",
    undefined,
  ],
  [
    "linksOff, of a hidden link",
    { linksOff: true },
    line("see readme.md"),
    line("go to example[.]com"),
    "links_off",
    undefined,
  ],
] as const)(
  "%s refuses with its own code, and binds neither VIPs nor those who moderate",
  (_, settings, fine, bad, code, retryAfterMs) => {
    const room = roomWith(settings);
    expect(said(room, fine)).toBe("taken");
    expect(judge(bad, room)?.code).toBe(code);
    expect(judge(bad, room)?.retryAfterMs).toBe(retryAfterMs);
    expect(said(roomWith(), bad)).toBe("taken");
    for (const badge of ["broadcaster", "editor", "moderator", "vip", "staff", "admin"])
      expect(said(room, { ...bad, user: { ...bad.user, badges: [badge] } })).toBe("taken");
  },
);

test("slow mode counts from the person's last line that was taken", () => {
  const room = roomWith({ slowMs: 30_000 });
  expect(said(room, line("one"))).toBe("taken");
  room.said(line("one"));
  expect(judge(line("two", { atMs: NOW_MS + 10_000 }), room)).toMatchObject({
    code: "slow_mode",
    retryAfterMs: 20_000,
  });
  expect(said(room, line("two", { by: "bob" }))).toBe("taken");
  expect(said(room, line("two", { atMs: NOW_MS + 30_000 }))).toBe("taken");
  expect(said(room, line("two", { badges: ["vip"] }))).toBe("taken");
});

test("unique mode refuses the same words of anybody for its time, whatever their case, blanks and invisible characters; short ones are free", () => {
  const room = roomWith({ uniqueMs: 60_000 });
  room.said(line("Good evening  everybody"));
  room.said(line("gg"));
  const at = (atMs: number, body: string, by = "bob") => said(room, line(body, { atMs: NOW_MS + atMs, by }));
  for (const body of [
    "good evening everybody",
    "GOOD EVENING EVERYBODY",
    "good\u200b evening everybody",
    "ｇood evening everybody",
  ])
    expect([body, at(59_999, body), at(1, body, "ada")]).toEqual([body, "duplicate", "duplicate"]);
  expect([at(60_000, "good evening everybody"), at(1, "good evening everyone"), at(1, "gg")]).toEqual([
    "taken",
    "taken",
    "taken",
  ]);
});

test("what the unique mode remembers is bounded", () => {
  const room = roomWith({ uniqueMs: 60_000 });
  for (let n = 0; n < 501; n++) room.said(line(`a line of words, number ${n}`));
  expect(said(room, line("a line of words, number 0"))).toBe("taken");
  expect(said(room, line("a line of words, number 1"))).toBe("duplicate");
});
