import { expect, test } from "bun:test";
import type { ChannelRole } from "#schema/api/channel-roles.ts";
import { authorOf, isModerator } from "./author.ts";
import type { Speaker } from "./speakers.ts";

const speaker = (more: Partial<Speaker> = {}): Speaker => ({
  ...{ userId: "ada", login: "ada", displayName: "Ada of the token", role: "user", deviceId: "d", tokenId: null },
  ...{ scopes: null, issuedAtMs: 0, expiresAtMs: Number.POSITIVE_INFINITY, ...more },
});
const badges = (roles: ChannelRole[], { owner = "olga", isFounder = false, role = "user" as Speaker["role"] } = {}) =>
  authorOf(speaker({ role }), owner, { displayName: null, roles, isFounder }).badges;

test("at most three badges, the most important first", () => {
  expect(badges([])).toEqual([]);
  expect(badges(["subscriber", "vip", "moderator", "editor"])).toEqual(["editor", "moderator", "vip"]);
  expect(badges(["subscriber", "vip"], { owner: "ada", role: "admin" })).toEqual(["broadcaster", "admin", "vip"]);
  expect(badges(["moderator"], { role: "staff" })).toEqual(["staff", "moderator"]);
});

test("a founder has both badges, so that the room knows a subscriber; it loses one only to a badge above the modes", () => {
  expect(badges(["subscriber"], { isFounder: true })).toEqual(["founder", "subscriber"]);
  expect(badges(["subscriber", "vip"], { isFounder: true })).toEqual(["vip", "founder", "subscriber"]);
  expect(badges(["moderator", "subscriber", "vip"], { isFounder: true })).toEqual(["moderator", "vip", "founder"]);
});

test("the name has the colour that was chosen, or one that is always the same", () => {
  const colorOf = (color: string | null) => authorOf(speaker(), "olga", { displayName: "Ada", roles: [], color }).color;
  expect(colorOf("#0000FF")).toBe("#0000FF");
  expect(colorOf(null)).toMatch(/^#[0-9a-f]{6}$/);
  expect(colorOf(null)).toBe(colorOf(null));
});

test("moderators' frames are for those who may use their routes", () => {
  for (const role of ["broadcaster", "admin", "editor", "moderator"]) expect(isModerator(speaker(), [role])).toBeTrue();
  for (const role of ["staff", "vip", "subscriber"]) expect(isModerator(speaker(), [role])).toBeFalse();
  const bot = (...scopes: ("chat:read" | "moderation")[]) => speaker({ scopes: new Set(scopes) });
  expect(isModerator(bot("chat:read"), ["moderator"])).toBeFalse();
  expect(isModerator(bot("moderation"), ["moderator"])).toBeTrue();
});
