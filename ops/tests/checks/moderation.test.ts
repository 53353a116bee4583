// Moderation end to end: the routes on PostgreSQL, a room's owner on NATS, and two edges whose sockets must hear of it within a second.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { chatEdge, type TestChatEdge, testBus, Viewer } from "#edge/chat/testing.ts";
import { type TestEdge, type TestUser, testEdge } from "#edge/testing.ts";
import type { Refusal } from "#runtime/actor/actor.ts";
import { systemClock } from "#runtime/base/clock.ts";
import { systemRandom } from "#runtime/base/random.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import { createCaller } from "#runtime/cluster/caller-bus.ts";
import { type TestDatabase, testDatabase } from "#schema/testing.ts";
import { DEFAULT_ROOM_SETTINGS } from "#schema/wire/room.ts";
import { ownRoom, type RoomOwner } from "../support/room-owner.ts";

const KNOWN_WITHIN_MS = 1_000;

let database: TestDatabase;
let bus: Bus;
let edge: TestEdge;
let chats: TestChatEdge[];
let channelId: string;
let owner: RoomOwner;
const people: Record<string, TestUser> = {};
const roleChanges: string[] = [];
let unique = 0;

beforeAll(async () => {
  database = await testDatabase();
  bus = await testBus();
  const caller = createCaller({ bus, clock: systemClock, random: systemRandom });
  edge = await testEdge({ database, bus, caller, rolesChanged: (_, userId) => roleChanges.push(userId) });
  for (const login of ["olga", "edith", "molly", "otto", "ada", "bob", "stella"])
    people[login] = await edge.register(login);
  const { sql } = database.database;
  await sql`UPDATE users SET role = 'staff' WHERE login = 'stella'`;
  const [channel] = await sql<{ id: string }[]>`SELECT id FROM channels WHERE user_id = ${people.olga!.userId}`;
  channelId = channel!.id;
  for (const [login, role] of [
    ["edith", "editors"],
    ["molly", "moderators"],
    ["otto", "moderators"],
  ] as const)
    expect((await send("olga", "PUT", `/channels/olga/${role}/${login}`)).status).toBe(204);
  owner = await own();
  chats = [await chatEdge(), await chatEdge()];
});
afterAll(async () => {
  for (const chat of chats) await chat.close();
  await owner.stop();
  await edge.close();
  await bus.close();
});

const send = (login: string | null, method: string, path: string, json?: unknown) =>
  edge.ask(method, `/api/v1${path}`, {
    ...(login ? { token: people[login]!.token } : {}),
    ...(json === undefined && method !== "PUT" ? {} : { json: json ?? {} }),
  });
const chat = (login: string | null, method: string, path: string, json?: unknown) =>
  send(login, method, `/channels/olga/chat/${path}`, json);
const answered = async (...asked: Parameters<typeof chat>) => {
  const { status, body } = await chat(...asked);
  return body.code ? [status, body.code] : status;
};

const own = () => ownRoom({ database: database.database, bus, channelId });

/** One viewer at each edge. */
async function watchers() {
  const viewers = chats.map((one) => new Viewer(one.url(channelId)));
  const welcomes = await Promise.all(viewers.map((viewer) => viewer.hello()));
  return { viewers, welcomes };
}

async function say(login: string, body: string) {
  const user = { id: people[login]!.userId, login, displayName: login, color: "#112233", badges: [] };
  const request = { type: "room.say", user, nonce: `${++unique}`, body } as const;
  const asked = owner.room.handle(request, { id: "x", deadlineMonoMs: systemClock.monoMs() + 5_000 });
  return asked.then(
    (said) => said as { id: string; seq: number },
    ({ code }: Refusal) => code,
  );
}

const shown = async () => {
  const { body } = await chat(null, "GET", "messages?limit=100");
  const entries = body.items as { kind: string; body?: string }[];
  return entries.filter(({ kind }) => kind === "line").map((entry) => entry.body);
};

test("a ban is heard at every edge within a second, takes the person's lines from the history, and outlasts the owner", async () => {
  const { viewers } = await watchers();
  await say("ada", "something rude");
  await say("bob", "hello");
  const startMs = performance.now();
  const { status, body } = await chat("molly", "PUT", "bans/ADA", { durationMs: 60_000, reason: "rude" });
  expect([status, body]).toMatchObject([200, { user: { login: "ada" }, by: { login: "molly" }, reason: "rude" }]);
  expect(Date.parse(body.until as string) - Date.parse(body.createdAt as string)).toBe(60_000);
  const isClear = (entry: { kind: string }) => entry.kind === "cleared";
  for (const viewer of viewers)
    expect(await viewer.until(() => viewer.entries.find(isClear))).toMatchObject({
      ...{ userId: people.ada!.userId, banned: true, durationMs: 60_000, by: { login: "molly" } },
    });
  expect(performance.now() - startMs).toBeLessThan(KNOWN_WITHIN_MS);
  expect(await say("ada", "again")).toBe("timed_out");
  expect(await shown()).toEqual(["", "hello"]);
  const late = await watchers();
  for (const { entries } of late.welcomes) expect(entries[0]).toMatchObject({ body: "", deleted: true });
  await owner.stop();
  owner = await own();
  expect(await say("ada", "again")).toBe("timed_out");
  expect((await chat("molly", "GET", "bans")).body.items).toMatchObject([{ user: { login: "ada" } }]);
  expect(await answered("molly", "DELETE", "bans/ada")).toBe(204);
  expect(await say("ada", "sorry")).toMatchObject({ seq: expect.any(Number) });
  expect((await chat("molly", "GET", "bans")).body.items).toEqual([]);
  for (const viewer of [...viewers, ...late.viewers]) viewer.ws.close();
}, 30_000);

test("who may moderate whom: nobody their own rank or above, nobody staff, nobody themselves", async () => {
  const forbidden = [403, "forbidden"];
  for (const login of ["olga", "edith", "otto", "stella"])
    expect([login, await answered("molly", "PUT", `bans/${login}`)]).toEqual([login, forbidden]);
  expect(await answered("edith", "PUT", "bans/olga")).toEqual(forbidden);
  expect(await answered("olga", "PUT", "bans/stella")).toEqual(forbidden);
  expect(await answered("ada", "PUT", "bans/bob")).toEqual(forbidden);
  expect(await answered(null, "PUT", "bans/bob")).toEqual([401, "not_signed_in"]);
  expect(await answered("molly", "PUT", "bans/molly")).toEqual([422, "validation_failed"]);
  expect(await answered("molly", "PUT", "bans/nobody_here")).toEqual([404, "not_found"]);
  for (const durationMs of [999, 14 * 86_400_000 + 1, 1_500.5])
    expect(await answered("molly", "PUT", "bans/bob", { durationMs })).toEqual([422, "validation_failed"]);
  const { id } = (await say("olga", "mine")) as { id: string };
  expect(await answered("molly", "DELETE", `messages/${id}`)).toEqual(forbidden);
  expect(await answered("molly", "DELETE", "people/olga/messages")).toEqual(forbidden);
});

test("a moderator who is banned for good by the owner loses the role", async () => {
  roleChanges.length = 0;
  expect(await answered("olga", "PUT", "bans/otto", { reason: "left the team" })).toBe(200);
  expect(roleChanges).toEqual([people.otto!.userId]);
  expect(await answered("otto", "DELETE", "messages")).toEqual([403, "forbidden"]);
  expect(await answered("olga", "DELETE", "bans/otto")).toBe(204);
});

test("one line, a person's lines and the room are deleted; again it is no second act", async () => {
  expect(await answered("molly", "DELETE", "messages")).toBe(204);
  const before = (await shown()).length;
  const [first] = [await say("ada", "one"), await say("ada", "two"), await say("bob", "three")];
  const { id } = first as { id: string };
  const { viewers } = await watchers();
  for (let i = 0; i < 2; i++) expect(await answered("molly", "DELETE", `messages/${id}`)).toBe(204);
  expect(await answered("molly", "DELETE", `messages/${crypto.randomUUID()}`)).toEqual([404, "not_found"]);
  expect((await shown()).slice(before)).toEqual(["", "two", "three"]);
  expect(await answered("molly", "DELETE", "people/ada/messages")).toBe(204);
  expect((await shown()).slice(before)).toEqual(["", "", "three"]);
  expect(await say("ada", "still here")).toMatchObject({ seq: expect.any(Number) });
  for (const viewer of viewers) {
    const acts = () => viewer.entries.filter(({ kind }) => kind === "deleted" || kind === "cleared");
    await viewer.until(() => (acts().some(({ kind }) => kind === "cleared") ? true : undefined));
    expect(acts().slice(-2)).toMatchObject([
      { kind: "deleted", id },
      { kind: "cleared", userId: people.ada!.userId },
    ]);
    viewer.ws.close();
  }
});

test("modes reach every edge as a frame, late joins and the API, and one switch shields the room", async () => {
  const { viewers } = await watchers();
  const { body } = await chat("molly", "PATCH", "settings", { slowMs: 30_000 });
  expect(body).toEqual({ ...DEFAULT_ROOM_SETTINGS, slowMs: 30_000 });
  for (const viewer of viewers)
    expect(await viewer.first("room")).toEqual({ type: "room", ...DEFAULT_ROOM_SETTINGS, slowMs: 30_000 });
  for (const { room } of (await watchers()).welcomes) expect(room.slowMs).toBe(30_000);
  expect((await chat(null, "GET", "settings")).body).toEqual(body);
  await say("bob", "first");
  expect(await say("bob", "second")).toBe("slow_mode");
  expect((await chat("molly", "PATCH", "settings", { shield: true })).body).toMatchObject({
    shield: true,
    linksOff: true,
  });
  expect(await say("ada", "hello")).toBe("followers_only");
  expect((await chat("molly", "PATCH", "settings", { shield: false })).body).toEqual(body);
  expect((await chat("molly", "PATCH", "settings", { slowMs: 0 })).body).toEqual({ ...DEFAULT_ROOM_SETTINGS });
  expect(await answered("molly", "PATCH", "settings", { slow: 1 })).toEqual([422, "validation_failed"]);
  expect(await answered("ada", "PATCH", "settings", { slowMs: 0 })).toEqual([403, "forbidden"]);
  for (const viewer of viewers) viewer.ws.close();
});

test("the log says who did what to whom and why, newest first, page by page, to moderators alone", async () => {
  const acts: string[] = [];
  let cursor: string | null = null;
  do {
    const { body } = await chat("molly", "GET", `log?limit=3${cursor ? `&cursor=${cursor}` : ""}`);
    acts.push(...(body.items as { act: string }[]).map(({ act }) => act));
    cursor = body.nextCursor as string | null;
  } while (cursor);
  expect(acts.reverse()).toEqual([
    ...["timeout", "unban", "ban", "unban", "clear", "delete", "clear-person"],
    ...["settings", "settings", "settings", "settings"],
  ]);
  const { body } = await chat("molly", "GET", "log?limit=100");
  expect((body.items as object[]).at(-1)).toMatchObject({
    ...{ act: "timeout", by: { login: "molly" }, target: { login: "ada" }, durationMs: 60_000, reason: "rude" },
  });
  expect(await answered("ada", "GET", "log")).toEqual([403, "forbidden"]);
});
