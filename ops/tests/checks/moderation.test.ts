// Moderation end to end: the routes on PostgreSQL, a room's owner on NATS, and two edges whose sockets must hear of it within a second.

import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import type { Refusal } from "#runtime/actor/actor.ts";
import { systemClock } from "#runtime/base/clock.ts";
import { DEFAULT_ROOM_SETTINGS } from "#schema/wire/room.ts";
import { RoomScene } from "../support/room-scene.ts";

const KNOWN_WITHIN_MS = 1_000;

const roleChanges: string[] = [];
let unique = 0;
const scene = new RoomScene({
  people: ["olga", "edith", "molly", "otto", "ada", "bob", "stella"],
  rooms: { olga: ["molly", "otto"] },
  rolesChanged: (_, userId) => roleChanges.push(userId),
});
beforeAll(async () => {
  await scene.open();
  await scene.give("olga", "editors", "edith");
  await scene.sql`UPDATE users SET role = 'staff' WHERE login = 'stella'`;
  roleChanges.length = 0;
});
beforeEach(() => scene.leave());
afterAll(() => scene.close());

const { chat, chatAnswered: answered, people } = scene;

/** One viewer at each edge. */
async function watchers() {
  const viewers = await Promise.all([0, 1].map((at) => scene.join(null, { at })));
  const welcomes = await Promise.all(viewers.map((viewer) => viewer.first("welcome")));
  return { viewers, welcomes };
}

async function say(login: string, body: string) {
  const user = { id: people[login]!.userId, login, displayName: login, color: "#112233", badges: [] };
  const request = { type: "room.say", user, nonce: `${++unique}`, body } as const;
  const asked = scene.owners.olga!.room.handle(request, { id: "x", deadlineMonoMs: systemClock.monoMs() + 5_000 });
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
  await scene.replaceOwner();
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

test("a mode with an end is told everywhere, ends while its room is closed, and the log says that the room did it", async () => {
  const { viewers } = await watchers();
  const { body } = await chat("molly", "PATCH", "settings", { emoteOnly: true, forMs: 600_000 });
  const endMs = (body.untilMs as { emoteOnly: number }).emoteOnly;
  expect(Math.abs(endMs - Date.now() - 600_000)).toBeLessThan(60_000);
  for (const viewer of viewers)
    expect(await viewer.first("room")).toMatchObject({ emoteOnly: true, untilMs: { emoteOnly: endMs } });
  expect((await chat(null, "GET", "settings")).body).toEqual(body);
  expect((await chat("molly", "GET", "log?limit=1")).body.items[0]).toMatchObject({
    ...{ settings: { emoteOnly: true }, durationMs: 600_000, byRoom: false },
  });
  expect(await say("ada", "words")).toBe("emote_only");
  await scene.sql`
    UPDATE room_settings SET settings = jsonb_set(settings, '{untilMs,emoteOnly}', to_jsonb(${Date.now() - 1_000}::bigint))
    WHERE channel_id = ${scene.channelId}`;
  await scene.replaceOwner();
  expect(await say("ada", "words")).toMatchObject({ seq: expect.any(Number) });
  for (const viewer of viewers)
    await viewer.until(() => viewer.frames.find((frame) => frame.type === "room" && !frame.emoteOnly));
  expect((await chat(null, "GET", "settings")).body).toEqual({ ...DEFAULT_ROOM_SETTINGS });
  expect((await chat("molly", "GET", "log?limit=1")).body.items[0]).toMatchObject({
    ...{ act: "settings", by: null, byRoom: true, settings: { emoteOnly: false }, durationMs: null },
  });
  for (const wrong of [{ forMs: 600_000 }, { slowMs: 0, forMs: 600_000 }, { slowMs: 5_000, forMs: 9_999 }])
    expect(await answered("molly", "PATCH", "settings", wrong)).toEqual([422, "validation_failed"]);
});
