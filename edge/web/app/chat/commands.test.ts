// The commands of the composer against a server that notes what it is asked.

import { afterAll, beforeEach, expect, test } from "bun:test";
import { signal } from "@preact/signals";
import { runCommand } from "./commands.ts";
import type { Room } from "./room.ts";

const asked: unknown[] = [];
let refusal: { status: number; code: string } | null = null;
const real = globalThis.fetch;
globalThis.fetch = (async (input: RequestInfo | URL, init?: RequestInit) => {
  const path = String(input).replace(/^.*\/api\/v1/, "");
  asked.push([init?.method, path, init?.body ? JSON.parse(String(init.body)) : null]);
  if (refusal) return Response.json({ title: "no", ...refusal }, { status: refusal.status });
  return Response.json({});
}) as typeof fetch;
afterAll(() => {
  globalThis.fetch = real;
});
beforeEach(() => {
  asked.length = 0;
  refusal = null;
});

const lines = [
  { id: "1", user: { login: "bob" } },
  { id: "2", user: { login: "bob" } },
  { id: "3", user: { login: "bob" }, deleted: true },
];
const run = (text: string, roles: string[] = ["moderator"]) => {
  const room = {
    ...{ you: signal({ roles }), entries: signal({ lines }), answering: signal(null) },
    events: { poll: signal({ id: "p1", endedAt: null }) },
  } as unknown as Room;
  return runCommand(text, "ada", room);
};

test.each([
  ["/timeout bob", "PUT", "/channels/ada/chat/bans/bob", { durationMs: 600_000 }],
  [
    "  /TIMEOUT @Bob 1h30m spam and more",
    "PUT",
    "/channels/ada/chat/bans/bob",
    { durationMs: 5_400_000, reason: "spam and more" },
  ],
  ["/timeout bob spam", "PUT", "/channels/ada/chat/bans/bob", { durationMs: 600_000, reason: "spam" }],
  ["/ban bob for spam", "PUT", "/channels/ada/chat/bans/bob", { reason: "for spam" }],
  ["/unban bob", "DELETE", "/channels/ada/chat/bans/bob", {}],
  ["/delete bob", "DELETE", "/channels/ada/chat/messages/2", {}],
  ["/clear", "DELETE", "/channels/ada/chat/messages", {}],
  ["/slow", "PATCH", "/channels/ada/chat/settings", { slowMs: 30_000 }],
  ["/slow 5", "PATCH", "/channels/ada/chat/settings", { slowMs: 5_000 }],
  ["/slow off", "PATCH", "/channels/ada/chat/settings", { slowMs: 0 }],
  ["/followers 10m", "PATCH", "/channels/ada/chat/settings", { followersOnly: true, followersOnlyMs: 600_000 }],
  [
    "/followers 10m for 30m",
    "PATCH",
    "/channels/ada/chat/settings",
    { followersOnly: true, followersOnlyMs: 600_000, forMs: 1_800_000 },
  ],
  ["/slow FOR 1h", "PATCH", "/channels/ada/chat/settings", { slowMs: 30_000, forMs: 3_600_000 }],
  ["/emoteonly for 90s", "PATCH", "/channels/ada/chat/settings", { emoteOnly: true, forMs: 90_000 }],
  ["/shield for 1h30m", "PATCH", "/channels/ada/chat/settings", { shield: true, forMs: 5_400_000 }],
  ["/followersoff", "PATCH", "/channels/ada/chat/settings", { followersOnly: false }],
  ["/subscribers", "PATCH", "/channels/ada/chat/settings", { subscribersOnly: true }],
  ["/emoteonly", "PATCH", "/channels/ada/chat/settings", { emoteOnly: true }],
  ["/unique", "PATCH", "/channels/ada/chat/settings", { uniqueMs: 600_000 }],
  ["/warn bob be kind", "POST", "/channels/ada/chat/people/bob/warnings", { reason: "be kind" }],
  ["/announce dinner at 8", "POST", "/channels/ada/chat/announcements", { body: "dinner at 8" }],
  ["/pin @Bob", "PUT", "/channels/ada/chat/pin", { lineId: "2" }],
  ["/unpin", "DELETE", "/channels/ada/chat/pin", {}],
  [
    "/poll 1m Where? | here | there",
    "POST",
    "/channels/ada/chat/polls",
    { question: "Where?", choices: ["here", "there"], durationMs: 60_000 },
  ],
  ["/endpoll", "DELETE", "/channels/ada/chat/polls/p1", {}],
  ["/color Teal", "PATCH", "/me", { color: "teal" }],
  ["/shield", "PATCH", "/channels/ada/chat/settings", { shield: true }],
])("%s", async (text, method, path, body) => {
  expect(await run(text)).toBeNull();
  expect(asked).toEqual([[method, path, body]]);
});

test.each([
  ["/timeout bob 15d", "A timeout has at least 1 second and at most 14 days."],
  ["/timeout bob 0", "A timeout has at least 1 second"],
  ["/timeout bob -5", "A timeout has at least 1 second"],
  ["/ban", "Write /ban and a name."],
  ["/slow soon", "Write a time such as"],
  ["/slow 5 for ever", "A mode can be on for 10 seconds"],
  ["/emoteonly for 5s", "A mode can be on for 10 seconds"],
  ["/emoteonly for 31d", "A mode can be on for 10 seconds"],
  ["/emoteonly 10m", "A mode can be on for 10 seconds"],
  ["/etc/hosts is full", "There is no command /etc/hosts."],
  ["/ban/bob", "There is no command /ban/bob."],
  ["/delete carl", "There is no message of carl here."],
  ["/warn bob", "Write /warn and a name and reason."],
  ["/announce", "Write /announce and a text."],
  ["/pin", "Write /pin and a name, or reply"],
  ["/pin carl", "There is no message of carl here."],
  ["/poll Where?", "Write /poll, a question and"],
  ["/color mud", "Write a colour as #1e90ff"],
  ["/meshouts", "There is no command /meshouts."],
])("%s is not sent: %s", async (text, why) => {
  expect(await run(text)).toStartWith(why);
  expect(asked).toEqual([]);
});

test("who runs the channel sends its viewers to another one, and can cancel it", async () => {
  expect(await run("/raid @Carl", ["editor"])).toBeNull();
  expect(await run("/unraid", ["broadcaster"])).toBeNull();
  expect(asked).toEqual([
    ["POST", "/channels/ada/raid", { to: "carl" }],
    ["DELETE", "/channels/ada/raid", {}],
  ]);
  expect(await run("/raid", ["editor"])).toBe("Write /raid and a name.");
  expect(await run("/raid carl", ["moderator"])).toBe("Only the owner of this channel can use /raid.");
});

test("people who may not are told so, and nothing is sent", async () => {
  for (const name of ["timeout bob", "ban bob", "slow", "clear"])
    expect(await run(`/${name}`, ["vip"])).toBe(`Only moderators of this channel can use /${name.split(" ")[0]}.`);
  expect(await run("/mod bob")).toBe("Only the owner of this channel can use /mod.");
  expect(asked).toEqual([]);
});

test("what the server refuses is said in words", async () => {
  refusal = { status: 404, code: "not_found" };
  expect(await run("/ban nobody_here")).toBe("Nobody is called nobody_here.");
  refusal = { status: 403, code: "forbidden" };
  expect(await run("/ban bob")).not.toBeNull();
});
