// The filter of the moderation log, and what undoes an act.

import { expect, test } from "bun:test";
import type { ModerationLogView } from "#schema/api/moderation.ts";
import { logText } from "../words/moderation-log.ts";
import { isLogged, undoOf } from "./log-kinds.ts";

const person = (login: string) => ({ id: login, login, displayName: login });
const entry = (act: ModerationLogView["act"], more: Partial<ModerationLogView> = {}): ModerationLogView => ({
  ...{ id: "1", at: "2026-11-29T20:00:00Z", act, by: person("fernly"), byRoom: false, target: person("quickfox_88") },
  ...{ lineId: null, durationMs: null, reason: "", settings: null, terms: null, autoMod: null },
  ...more,
});

test("the log is filtered by kind, and by who did it or whom it concerns", () => {
  expect(isLogged(entry("ban"), { kind: "all", person: "" })).toBeTrue();
  expect(isLogged(entry("ban"), { kind: "people", person: "" })).toBeTrue();
  expect(isLogged(entry("ban"), { kind: "messages", person: "" })).toBeFalse();
  for (const person of ["fern", "quick", "quickfox_88"])
    expect(isLogged(entry("ban"), { kind: "all", person })).toBeTrue();
  expect(isLogged(entry("ban"), { kind: "all", person: "fox" })).toBeFalse();
  expect(isLogged(entry("ban", { by: null, target: null }), { kind: "all", person: "f" })).toBeFalse();
});

test("bans and timeouts are undone; a deleted message is not", () => {
  expect(undoOf(entry("timeout"))).toEqual({ kind: "unban", person: "quickfox_88" });
  expect(undoOf(entry("ban", { target: null }))).toBeNull();
  expect(undoOf(entry("delete"))).toBeNull();
});

test("modes that were put on are put off again, those that were put off are not known", () => {
  const settings = { slowMs: 30_000, linksOff: true, emoteOnly: false };
  expect(undoOf(entry("settings", { settings }))).toEqual({ kind: "modes", change: { slowMs: 0, linksOff: false } });
  expect(undoOf(entry("settings", { settings: { slowMs: 0 } }))).toBeNull();
});

test("what the room did by itself is told as such, and an end of modes with what was given", () => {
  const told = (more: Partial<ModerationLogView>, act: ModerationLogView["act"] = "settings") =>
    logText(entry(act, { target: null, ...more }), "fernly", "nobody");
  const byRoom = { by: null, byRoom: true };
  expect(told({ settings: { emoteOnly: true }, durationMs: 600_000 })).toBe(
    "fernly changed the modes: emotes only, for 10 min.",
  );
  expect(told({ settings: { emoteOnly: false } })).toBe("fernly changed the modes: emotes only off.");
  expect(told({ ...byRoom, settings: { emoteOnly: false, slowMs: 0 } })).toBe(
    "The time was over: emotes only off, slow mode off.",
  );
  expect(told({ ...byRoom, settings: { autoSlowMs: 3_000 } })).toBe("So much was written that slow mode is on: 3 s.");
  expect(told({ ...byRoom, settings: { autoSlowMs: 0 } })).toBe("Slow mode is off again.");
  expect(told(byRoom, "poll-end")).toBe("A poll ended.");
  expect(told(byRoom, "raided")).toBe("Viewers of another channel came.");
});
