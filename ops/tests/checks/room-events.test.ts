// What happens in a room beside its lines, end to end: the routes on PostgreSQL, rooms' owners on NATS, and two edges with sockets.

import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import type { Viewer } from "#edge/chat/testing.ts";
import type { NoticeEntry } from "#schema/api/chat.ts";
import { forgetVotes } from "#schema/queries/chat/polls.ts";
import { RoomScene } from "../support/room-scene.ts";

const scene = new RoomScene({
  people: ["olga", "tess", "molly", "ada", "bob", "eve"],
  rooms: { olga: ["molly"], tess: ["molly"] },
});
beforeAll(() => scene.open());
beforeEach(() => scene.leave());
afterAll(() => scene.close());

const { send, chat, answered, join, people, channels } = scene;

async function say(viewer: Viewer, body: string): Promise<string> {
  const answer = await scene.say(viewer, body);
  if (answer.type !== "said") throw new Error(JSON.stringify(answer));
  return answer.id;
}

type Frame = Viewer["frames"][number];
const frame = <Type extends Frame["type"]>(
  viewer: Viewer,
  type: Type,
  is: (frame: Extract<Frame, { type: Type }>) => boolean = () => true,
) =>
  viewer.until(() =>
    viewer.frames.find((one): one is Extract<Frame, { type: Type }> => one.type === type && is(one as never)),
  );
const notice = (viewer: Viewer, code: NoticeEntry["code"]) =>
  viewer.until(() =>
    viewer.entries.findLast((entry): entry is NoticeEntry => entry.kind === "notice" && entry.code === code),
  );
const welcomeOf = (viewer: Viewer) => viewer.first("welcome");

/** The room's owner dies, and another takes its place. */
const replaceOwner = (login = "olga") => scene.replaceOwner({ login, how: "kill" });

test("a pinned line is told to both edges and to those who join, and goes with its line", async () => {
  const [here, there] = [await join("ada"), await join("bob", { at: 1 })];
  const lineId = await say(here, "the rules are below");
  expect(await answered("ada", "PUT", "/channels/olga/chat/pin", { lineId })).toEqual([403, "forbidden"]);
  const { body } = await chat("molly", "PUT", "pin", { lineId, durationMs: 60_000 });
  expect(body.pinned).toMatchObject({ line: { id: lineId, body: "the rules are below" }, by: { login: "molly" } });
  for (const viewer of [here, there])
    expect((await frame(viewer, "pinned")).pinned).toMatchObject({ line: { id: lineId } });
  expect((await welcomeOf(await join(null, { at: 1 }))).pinned).toMatchObject({ line: { id: lineId } });
  await replaceOwner();
  expect((await chat(null, "GET", "pin")).body.pinned).toMatchObject({ line: { id: lineId } });
  expect((await chat("molly", "DELETE", `messages/${lineId}`)).status).toBe(204);
  await frame(there, "pinned", ({ pinned }) => pinned === null);
  expect((await chat(null, "GET", "pin")).body).toEqual({ pinned: null });
  expect(await answered("molly", "PUT", "/channels/olga/chat/pin", { lineId })).toEqual([404, "not_found"]);
  expect((await chat("molly", "DELETE", "pin")).status).toBe(204);
});

test("an announcement is in the room, in its history and in the moderators' log", async () => {
  const viewer = await join("ada", { at: 1 });
  const { status, body } = await chat("molly", "POST", "announcements", {
    body: " Doors open at nine ",
    color: "green",
  });
  expect([status, body]).toMatchObject([201, { code: "announcement", body: "Doors open at nine", color: "green" }]);
  expect(await notice(viewer, "announcement")).toEqual(body);
  const history = await chat(null, "GET", "messages");
  expect(history.body.items).toContainEqual(body);
  const [logged] = (await chat("molly", "GET", "log")).body.items;
  expect(logged).toMatchObject({ act: "announce", by: { login: "molly" }, reason: "Doors open at nine" });
  expect(await answered("molly", "POST", "/channels/olga/chat/announcements", { body: "\u200b" })).toEqual([
    422,
    "validation_failed",
  ]);
});

test("a poll: opened, voted in from two edges, told to everybody, ended by hand", async () => {
  const viewer = await join("ada", { at: 1 });
  const asked = { question: "Which game?", choices: ["Chess", "Go"], durationMs: 60_000 };
  expect(await answered("molly", "POST", "/channels/olga/chat/polls", { ...asked, choices: ["Yes", "yes "] })).toEqual([
    422,
    "validation_failed",
  ]);
  const { status, body: poll } = await chat("molly", "POST", "polls", asked);
  expect([status, poll]).toMatchObject([
    201,
    { question: "Which game?", votes: 0, endedAt: null, by: { login: "molly" } },
  ]);
  expect((await notice(viewer, "poll")).poll?.id).toBe(poll.id);
  expect((await welcomeOf(await join("bob"))).poll?.id).toBe(poll.id);
  expect(await answered("molly", "POST", "/channels/olga/chat/polls", asked)).toEqual([409, "poll_open"]);
  const votes = `/channels/olga/chat/polls/${poll.id}/votes`;
  expect((await send("ada", "POST", votes, { choice: 1 })).body).toMatchObject({ votes: 1 });
  expect(await answered("ada", "POST", votes, { choice: 0 })).toEqual([409, "already_voted"]);
  expect(await answered(null, "POST", votes, { choice: 0 })).toEqual([401, "not_signed_in"]);
  expect(await answered("bob", "POST", votes, { choice: 5 })).toEqual([422, "validation_failed"]);
  await frame(viewer, "poll", (told) => told.poll.votes === 1);
  expect((await chat("eve", "GET", "polls")).body.items[0]).toMatchObject({ id: poll.id, votes: 1, endedAt: null });
  const ended = await chat("molly", "DELETE", `polls/${poll.id}`);
  expect(ended.body).toMatchObject({ votes: 1, endedAt: expect.any(String) });
  await frame(viewer, "poll", (told) => told.poll.endedAt !== null);
  expect((await notice(viewer, "poll_ended")).poll).toMatchObject({ votes: 1, choices: [{ votes: 0 }, { votes: 1 }] });
  expect(await answered("bob", "POST", votes, { choice: 0 })).toEqual([409, "poll_over"]);
  expect((await chat("molly", "DELETE", `polls/${poll.id}`)).status).toBe(200);
  expect((await chat("molly", "DELETE", `polls/${crypto.randomUUID()}`)).status).toBe(404);
});

test("owners die during a poll: every vote that was answered is counted once, in the rows and in the result", async () => {
  const { sql } = scene;
  const { body: poll } = await chat("molly", "POST", "polls", {
    question: "?",
    choices: ["a", "b", "c"],
    durationMs: 60_000,
  });
  const voters = Array.from({ length: 300 }, () => crypto.randomUUID());
  await sql`INSERT INTO users (id, login, display_name, email) SELECT v, 'v' || left(replace(v::text, '-', ''), 20), 'v', v || '@example.org'
    FROM unnest(${voters}::uuid[]) v`;
  const vote = (userId: string, choice: number) =>
    scene.caller.call("channel", channels.olga!, {
      ...{ type: "room.vote", id: crypto.randomUUID(), userId, pollId: poll.id, choice },
    });
  const replaced = (async () => {
    for (let i = 0; i < 3; i++) {
      await Bun.sleep(100);
      await replaceOwner();
    }
  })();
  let answeredVotes = 0;
  const failed: string[] = [];
  await Promise.all(
    voters.map(async (userId, i) => {
      await Bun.sleep(i * 2);
      try {
        await vote(userId, i % 3);
        answeredVotes++;
      } catch (error) {
        failed.push((error as { code: string }).code);
      }
    }),
  );
  await replaced;
  expect(failed).toEqual([]);
  expect(answeredVotes).toBe(300);
  const ended = await chat("molly", "DELETE", `polls/${poll.id}`);
  expect(ended.body).toMatchObject({ votes: 300, choices: [{ votes: 100 }, { votes: 100 }, { votes: 100 }] });
  const [row] = await sql`SELECT count(*)::integer AS rows FROM poll_votes WHERE poll_id = ${poll.id}`;
  expect(row).toEqual({ rows: 300 });
  expect((await chat(null, "GET", "polls")).body.items[0]).toMatchObject({ id: poll.id, votes: 300 });
  await sql`UPDATE chat_polls SET ended_at = now() - interval '2 days' WHERE id = ${poll.id}`;
  expect(await forgetVotes(sql, { limit: 1_000 })).toBe(300);
  expect((await chat(null, "GET", "polls")).body.items[0]).toMatchObject({ votes: 300 });
});

const raid = (to: string, more = {}) => send("olga", "POST", "/channels/olga/raid", { to, inMs: 5_000, ...more });
const allow = (settings: object) => send("tess", "PATCH", "/channels/tess/raids/settings", settings);

test("who may be raided: not oneself, nobody who is off air, has switched it off or has blocked the source", async () => {
  const refused = async (to: string) => {
    const { status, body } = await raid(to);
    return [status, body.code];
  };
  expect(await refused("olga")).toEqual([422, "validation_failed"]);
  expect(await refused("nobody_here")).toEqual([404, "not_found"]);
  expect(await refused("tess")).toEqual([409, "raid_target_offline"]);
  expect((await allow({ whileOffline: true, viewersMin: 5 })).body).toEqual({
    ...{ accept: "everyone", viewersMin: 5, whileOffline: true },
  });
  expect(await refused("tess")).toEqual([403, "raid_refused"]);
  await allow({ viewersMin: 0, accept: "followed" });
  expect(await refused("tess")).toEqual([403, "raid_refused"]);
  await allow({ accept: "off" });
  expect(await refused("tess")).toEqual([403, "raid_refused"]);
  await allow({ accept: "everyone" });
  await send("tess", "PUT", "/me/blocks/olga");
  expect(await refused("tess")).toEqual([403, "raid_refused"]);
  await send("tess", "DELETE", "/me/blocks/olga");
  expect(await answered("ada", "POST", "/channels/olga/raid", { to: "tess" })).toEqual([403, "forbidden"]);
});

test("a raid counts down while its source's owner dies, goes, and the target's room is told once", async () => {
  await allow({ accept: "everyone", whileOffline: true, viewersMin: 0 });
  const source = await join("ada");
  const target = await join("molly", { channel: "tess", at: 1 });
  const { status, body: started } = await raid("tess");
  expect([status, started]).toMatchObject([201, { state: "counting", from: { login: "olga" }, to: { login: "tess" } }]);
  expect((await frame(source, "raid")).atMs).toBe(started.atMs);
  expect((await frame(target, "raid_coming")).raid.id).toBe(started.id);
  expect((await raid("tess")).body.id).toBe(started.id);
  expect((await welcomeOf(await join("bob", { at: 1 }))).raid?.id).toBe(started.id);
  await replaceOwner();
  await replaceOwner("tess");
  await frame(source, "raid", ({ state }) => state === "gone");
  expect((await notice(target, "raided")).raid).toMatchObject({ id: started.id, from: { login: "olga" } });
  await replaceOwner();
  await Bun.sleep(500);
  expect(target.entries.filter((entry) => entry.kind === "notice" && entry.code === "raided")).toHaveLength(1);
  const { body: incoming } = await send("tess", "GET", "/channels/tess/raids");
  expect(incoming.items).toMatchObject([{ id: started.id, state: "gone" }]);
  const declined = await send("tess", "POST", `/channels/tess/raids/${started.id}/decline`);
  expect([declined.status, declined.body.state]).toEqual([200, "declined"]);
});

test("a raid can be cancelled by its source and declined by its target", async () => {
  const [source, target] = [await join("ada"), await join("molly", { channel: "tess", at: 1 })];
  const last = async () => (await send("olga", "GET", "/channels/olga/raid")).body.raid;
  const coming = (id: string, state: string) =>
    frame(target, "raid_coming", ({ raid: one }) => one.id === id && one.state === state);
  const { body: first } = await raid("tess");
  expect(await last()).toEqual(first);
  expect(await answered("olga", "DELETE", "/channels/olga/raid")).toBe(204);
  await frame(source, "raid", ({ id, state }) => id === first.id && state === "cancelled");
  await coming(first.id, "cancelled");
  expect(await last()).toMatchObject({ id: first.id, state: "cancelled" });
  expect(await answered("olga", "DELETE", "/channels/olga/raid")).toBe(204);
  const { body: second } = await raid("tess");
  expect(second.id).not.toBe(first.id);
  expect(await answered("ada", "POST", `/channels/tess/raids/${second.id}/decline`)).toEqual([403, "forbidden"]);
  expect((await send("tess", "POST", `/channels/tess/raids/${second.id}/decline`)).body.state).toBe("declined");
  await frame(source, "raid", ({ id, state }) => id === second.id && state === "declined");
  await coming(second.id, "declined");
  expect(await last()).toMatchObject({ id: second.id, state: "declined" });
  expect(await answered("ada", "GET", "/channels/olga/raid")).toEqual([403, "forbidden"]);
});

test("who is in the room, over both edges, each person once", async () => {
  for (const [login, at] of [
    ["ada", 0],
    ["ada", 1],
    ["bob", 1],
    ["olga", 0],
    [null, 0],
  ] as const)
    await join(login, { at });
  const { body } = await chat(null, "GET", "chatters");
  expect(body.count).toBe(3);
  expect(body.people.map(({ login, roles }: { login: string; roles: string[] }) => [login, roles])).toEqual([
    ["ada", []],
    ["bob", []],
    ["olga", []],
  ]);
});

test("moderators search lines by words, person and time, page by page; what was deleted is not found", async () => {
  const [ada, bob] = [await join("ada"), await join("bob")];
  const said: string[] = [];
  for (const body of ["Über den Wolken", "clouds above", "no cloud here", "100% sure_thing"])
    said.push(await say(ada, body));
  await say(bob, "clouds too");
  const find = async (query: string) =>
    (await chat("molly", "GET", `messages/search?${query}`)).body.items.map(({ body }: { body: string }) => body);
  expect(await find("q=uber")).toEqual(["Über den Wolken"]);
  expect(await find("q=cloud")).toEqual(["clouds too", "no cloud here", "clouds above"]);
  expect(await find("q=cloud&by=Ada")).toEqual(["no cloud here", "clouds above"]);
  expect(await find("q=loud")).toEqual([]);
  expect(await find("q=sure+100")).toEqual(["100% sure_thing"]);
  expect(await find("q=%25")).toEqual([]);
  expect(await find("by=nobody")).toEqual([]);
  expect(await find(`q=cloud&to=${encodeURIComponent("2020-01-01T00:00:00Z")}`)).toEqual([]);
  expect(await find(`q=cloud&from=${encodeURIComponent("2020-01-01T00:00:00Z")}`)).toHaveLength(3);
  const first = await chat("molly", "GET", "messages/search?q=cloud&limit=2");
  expect([first.body.items.length, first.body.searchedBackTo]).toEqual([2, expect.any(String)]);
  const rest = await chat("molly", "GET", `messages/search?q=cloud&limit=2&cursor=${first.body.nextCursor}`);
  expect(rest.body).toMatchObject({ items: [{ body: "clouds above" }], nextCursor: null, searchedBackTo: null });
  await chat("molly", "DELETE", `messages/${said[1]}`);
  expect(await find("q=clouds")).toEqual(["clouds too"]);
  expect(await answered("ada", "GET", "/channels/olga/chat/messages/search?q=cloud")).toEqual([403, "forbidden"]);
  expect(await answered("molly", "GET", "/channels/olga/chat/messages/search?from=yesterday")).toEqual([
    422,
    "validation_failed",
  ]);
});

test("the owner exports all entries as NDJSON", async () => {
  const { status, text } = await exported("olga");
  expect(status).toBe(200);
  const entries = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { seq: number });
  const [row] = await scene.sql`SELECT count(*)::integer AS n FROM chat_entries WHERE channel_id = ${channels.olga!}`;
  expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: row!.n }, (_, i) => i + 1));
  expect((await exported("molly")).status).toBe(403);
});

async function exported(login: string): Promise<{ status: number; text: string }> {
  const headers = { authorization: `Bearer ${people[login]!.token}` };
  const answer = await scene.edge.app.handle(
    new Request("http://localhost/api/v1/channels/olga/chat/export", { headers }),
  );
  return { status: answer.status, text: await answer.text() };
}
