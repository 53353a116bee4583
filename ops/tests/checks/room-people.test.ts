// People in a room end to end: the routes on PostgreSQL, a room's owner on NATS, and two edges whose sockets must hear of it within a second.

import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { FirstLines } from "#edge/chat/people/first-lines.ts";
import { systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { standingInChannel } from "#schema/queries/people/channel-roles.ts";
import { framesOf, RoomScene } from "../support/room-scene.ts";

const KNOWN_WITHIN_MS = 1_000;
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const log = createLog({ name: "test", level: "silent" });

let firstLines: FirstLines | null = null;
const scene = new RoomScene({
  people: ["olga", "molly", "otto", "ada", "bob"],
  rooms: { olga: ["molly", "otto"] },
  lineSaid: (said) => firstLines?.said(said),
});
beforeAll(async () => {
  await scene.open();
  firstLines = new FirstLines({ sql: scene.sql, bus: scene.bus, clock: systemClock, log });
});
beforeEach(() => scene.leave());
afterAll(() => scene.close());

const { send, chat, chatAnswered: answered, join, outcome: say, people } = scene;

/** Signs a person in from this address and browser, and answers the person with the new token. */
async function signIn(login: string, from: string, userAgent = FIREFOX) {
  const { password } = people[login]!;
  const headers = { "user-agent": userAgent, "accept-language": "en" };
  const { body } = await scene.edge.ask("POST", "/api/v1/auth/login", { json: { login, password }, headers, from });
  people[login]!.token = body.accessToken as string;
}

test("a warning reaches the person's open sockets within a second, and silences them until it is acknowledged", async () => {
  const [here, there, watcher] = [await join("ada"), await join("ada", { at: 1 }), await join("bob")];
  expect(await say(here, "hello")).toBe("said");
  const startMs = performance.now();
  const { status, body } = await chat("molly", "POST", "people/ADA/warnings", { reason: "Mind your words" });
  expect([status, body]).toMatchObject([201, { by: { login: "molly" }, reason: "Mind your words" }]);
  for (const viewer of [here, there])
    expect(await viewer.first("warning")).toEqual({ type: "warning", reason: "Mind your words" });
  expect(performance.now() - startMs).toBeLessThan(KNOWN_WITHIN_MS);
  expect(await say(there, "again")).toBe("warned");
  // Nobody else learns of it: it takes no number of the room.
  expect(await say(await join("olga"), "next")).toBe("said");
  const next = await watcher.until(() =>
    watcher.entries.find((entry) => entry.kind === "line" && entry.body === "next"),
  );
  const hello = watcher.entries.find((entry) => entry.kind === "line" && entry.body === "hello");
  expect(next.seq).toBe(hello!.seq + 1);
  expect(framesOf(watcher, "warning")).toEqual([]);
  // It outlasts the owner, and is told to who joins late.
  await scene.replaceOwner();
  const late = await join("ada", { at: 1 });
  expect(await late.first("warning")).toMatchObject({ reason: "Mind your words" });
  expect(await say(late, "again")).toBe("warned");

  expect((await chat("ada", "GET", "warning")).body).toMatchObject({ warning: { reason: "Mind your words" } });
  expect((await chat("ada", "GET", "warning")).text).not.toContain("molly");
  for (let i = 0; i < 2; i++) expect(await answered("ada", "POST", "warning/acknowledge")).toBe(204);
  expect((await chat("ada", "GET", "warning")).body).toEqual({ warning: null });
  await here.until(() => framesOf(here, "warning").find((frame) => frame.type === "warning" && frame.reason === null));
  expect(await say(here, "sorry")).toBe("said");
  const acts = ((await chat("molly", "GET", "log")).body.items as { act: string }[]).map(({ act }) => act);
  expect(acts).toEqual(["acknowledge", "warn"]);
}, 30_000);

test("who may be warned: nobody of the moderator's rank or above; with a reason of 1 to 500 code points", async () => {
  const warn = (login: string, reason: string, by = "molly") =>
    answered(by, "POST", `people/${login}/warnings`, { reason });
  for (const login of ["olga", "otto"]) expect(await warn(login, "no")).toEqual([403, "forbidden"]);
  expect(await warn("molly", "no")).toEqual([422, "validation_failed"]);
  expect(await warn("nobody_here", "no")).toEqual([404, "not_found"]);
  expect(await warn("ada", "no", "bob")).toEqual([403, "forbidden"]);
  for (const reason of ["", " \n ", "a\u0007b", "🦆".repeat(501)])
    expect(await warn("ada", reason)).toEqual([422, "validation_failed"]);
  expect(await warn("ada", "🦆".repeat(500))).toBe(201);
  expect(await answered("ada", "POST", "warning/acknowledge")).toBe(204);
});

test("notes are for moderators: deleted by their author or the channel's owner, 50 at most", async () => {
  const note = async (by: string, text = "watch out") =>
    (await chat(by, "POST", "people/bob/notes", { text })).body.id as string;
  const [first, second, third] = [await note("molly"), await note("molly", "two\nlines"), await note("olga")];
  const remove = (by: string, id: string) => answered(by, "DELETE", `people/bob/notes/${id}`);
  expect(await answered("bob", "POST", "people/bob/notes", { text: "nice" })).toEqual([403, "forbidden"]);
  expect(await remove("otto", first)).toEqual([403, "forbidden"]);
  expect(await remove("molly", third)).toEqual([403, "forbidden"]);
  expect(await remove("molly", first)).toBe(204);
  expect(await remove("olga", second)).toBe(204);
  expect(await remove("olga", second)).toEqual([404, "not_found"]);
  expect(await answered("olga", "DELETE", `people/ada/notes/${third}`)).toEqual([404, "not_found"]);
  for (let i = 1; i < 50; i++) await note("molly");
  expect(await answered("molly", "POST", "people/bob/notes", { text: "one more" })).toEqual([409, "too_many"]);
  const { body } = await chat("otto", "GET", "people/bob");
  expect(body.notes as object[]).toHaveLength(50);
  expect((body.notes as object[]).at(-1)).toMatchObject({ id: third, text: "watch out", by: { login: "olga" } });
});

test("the card has everything about a person in the room", async () => {
  const { sql } = scene;
  const bob = people.bob!.userId;
  await sql`INSERT INTO channel_roles (channel_id, user_id, role) VALUES (${scene.channelId}, ${bob}, 'subscriber')`;
  expect((await send("bob", "PUT", "/me/follows/olga")).status).toBeLessThan(300);
  const viewer = await join("bob");
  for (const body of ["one", "two", "three"]) expect(await say(viewer, body)).toBe("said");
  const id = await viewer.until(() => viewer.entries.find((entry) => entry.kind === "line" && entry.body === "three"));
  await chat("molly", "DELETE", `messages/${(id as unknown as { id: string }).id}`);
  await chat("molly", "PUT", "bans/bob", { durationMs: 60_000, reason: "spam" });
  await chat("molly", "POST", "people/bob/warnings", { reason: "the last one" });
  await chat("molly", "PUT", "people/bob/suspicion", { level: "possible" });
  const { status, body } = await chat("otto", "GET", "people/BOB");
  expect(status).toBe(200);
  expect(body).toMatchObject({
    user: { id: bob, login: "bob", displayName: "bob", pictureUrl: null },
    followedAt: expect.any(String),
    roles: ["subscriber"],
    counts: { lines: 3, timeouts: 1, bans: 0, warnings: 1, deleted: 1 },
    ban: { reason: "spam", by: { login: "molly" } },
    warning: { reason: "the last one" },
    suspicion: { level: "possible", by: { login: "molly" } },
  });
  // Moderators see what a timeout has cleared; what was deleted by itself is gone.
  expect((body.lines as { body: string; deleted: boolean }[]).map((line) => [line.body, line.deleted])).toEqual([
    ["", true],
    ["two", true],
    ["one", true],
  ]);
  expect((body.history as { act: string }[]).map(({ act }) => act)).toEqual(["warn", "timeout", "delete"]);
  expect((await chat("otto", "GET", "people/olga")).body.roles).toEqual(["broadcaster"]);
  expect(await answered("ada", "GET", "people/bob")).toEqual([403, "forbidden"]);
  expect(await answered("otto", "GET", "people/nobody_here")).toEqual([404, "not_found"]);
  await chat("molly", "DELETE", "bans/bob");
  await chat("bob", "POST", "warning/acknowledge");
});

test("a request to be let back in: once for each ban, accepted by the act that lifts it, closed by any other end", async () => {
  const ask = (login: string, text = "Please") => answered(login, "POST", "unban-requests", { text });
  const open = async () => (await chat("molly", "GET", "unban-requests")).body.items as { id: string }[];
  const mine = async () => (await chat("ada", "GET", "unban-requests/mine")).body;
  const decide = (by: string, id: string, accept: boolean, answer?: string) =>
    answered(by, "POST", `unban-requests/${id}`, { accept, ...(answer === undefined ? {} : { answer }) });
  expect(await ask("ada")).toEqual([409, "not_banned"]);
  await chat("molly", "PUT", "bans/ada", { durationMs: 60_000 });
  expect(await ask("ada")).toEqual([409, "not_banned"]);

  await chat("molly", "PUT", "bans/ada", { reason: "rude" });
  expect(await mine()).toMatchObject({ banned: true, reason: "rude", request: null, mayAskAt: expect.any(String) });
  expect(await ask("ada", "")).toEqual([422, "validation_failed"]);
  const moderator = await join("otto", { at: 1 });
  const both = await Promise.all([ask("ada"), ask("ada")]);
  expect(both.filter((one) => one === 201)).toHaveLength(1);
  expect(await ask("ada")).toEqual([409, "already_asked"]);
  const [first] = await open();
  expect(first).toMatchObject({ user: { login: "ada" }, text: "Please", state: "open", by: null });
  expect(await answered("ada", "GET", "unban-requests")).toEqual([403, "forbidden"]);
  expect(await decide("ada", first!.id, true)).toEqual([403, "forbidden"]);

  // Two moderators at once: one of them decides.
  const decisions = await Promise.all([decide("molly", first!.id, true, "Welcome"), decide("otto", first!.id, false)]);
  expect(decisions.filter((one) => one === 200)).toHaveLength(1);
  const accepted = decisions[0] === 200;
  expect(await mine()).toMatchObject({
    banned: !accepted,
    request: { state: accepted ? "accepted" : "denied", answer: accepted ? "Welcome" : "" },
  });
  // The same decision again is no fault, another one is.
  expect(await decide(accepted ? "molly" : "otto", first!.id, accepted)).toBe(200);
  expect(await decide("olga", first!.id, accepted)).toEqual([409, "already_decided"]);
  expect(await open()).toEqual([]);
  // Moderators see both: that somebody asks, and what was decided.
  await moderator.until(() => framesOf(moderator, "unban_request")[1]);
  expect(framesOf(moderator, "unban_request")).toMatchObject([
    { request: { id: first!.id, state: "open" } },
    { request: { id: first!.id, state: accepted ? "accepted" : "denied" } },
  ]);
});

test("a denied request may be made again after 30 days; a lifted ban closes an open one", async () => {
  const { sql } = scene;
  const ask = () => answered("ada", "POST", "unban-requests", { text: "Please" });
  const newest = async () => (await chat("ada", "GET", "unban-requests/mine")).body.request as { state: string };
  await chat("molly", "DELETE", "bans/ada");
  await chat("molly", "PUT", "bans/ada", {});
  expect(await ask()).toBe(201);
  const [request] = (await chat("molly", "GET", "unban-requests")).body.items as { id: string }[];
  expect(await answered("molly", "POST", `unban-requests/${request!.id}`, { accept: false, answer: "No" })).toBe(200);
  expect((await chat("ada", "GET", "unban-requests/mine")).text).not.toContain("molly");
  expect(await newest()).toMatchObject({ state: "denied", answer: "No" });
  const again = await chat("ada", "POST", "unban-requests", { text: "Please" });
  expect([again.status, again.body.code]).toEqual([409, "already_asked"]);
  expect(Number(again.headers.get("retry-after"))).toBeGreaterThan(29 * 86_400);
  await sql`UPDATE unban_requests SET decided_at = now() - interval '31 days' WHERE id = ${request!.id}`;
  expect(await ask()).toBe(201);
  await chat("olga", "DELETE", "bans/ada");
  expect(await newest()).toMatchObject({ state: "closed" });
  // A new ban is another one.
  await chat("molly", "PUT", "bans/ada", {});
  expect(await ask()).toBe(201);
  const [last] = (await chat("otto", "GET", "unban-requests")).body.items as { id: string }[];
  expect(await answered("otto", "POST", `unban-requests/${last!.id}`, { accept: true })).toBe(200);
  expect(await newest()).toMatchObject({ state: "accepted" });
  expect(await say(await join("ada"), "back again")).toBe("said");
  const states = ["accepted", "denied", "closed"].map(async (state) => {
    const { body } = await chat("molly", "GET", `unban-requests?state=${state}`);
    return (body.items as { state: string }[]).every((one) => one.state === state);
  });
  expect(await Promise.all(states)).toEqual([true, true, true]);
});

test("who comes back under another name is marked for moderators, and not banned", async () => {
  for (const login of ["evan", "eva", "flat_mate", "far_away"]) people[login] = await scene.edge.register(login);
  await signIn("evan", "192.0.2.7");
  await signIn("eva", "192.0.2.7");
  await signIn("flat_mate", "192.0.2.7", "curl/8.5.0");
  await signIn("far_away", "192.0.2.8");
  expect(await say(await join("evan"), "something rude")).toBe("said");
  await chat("molly", "PUT", "bans/evan", {});
  const [moderator, watcher] = [await join("molly", { at: 1 }), await join("bob", { at: 1 })];
  for (const login of ["eva", "flat_mate", "far_away"]) expect(await say(await join(login), "hi all")).toBe("said");
  const marks = await moderator.until(() => {
    const frames = framesOf(moderator, "suspicious");
    return frames.length >= 2 && framesOf(moderator, "newcomer").length >= 3 ? frames : undefined;
  });
  const levels = new Map(
    marks.map((frame) => (frame.type === "suspicious" ? [frame.userId, frame.suspicion?.level] : ["", ""])),
  );
  expect(levels).toEqual(
    new Map([
      [people.eva!.userId, "likely"],
      [people.flat_mate!.userId, "possible"],
    ]),
  );
  expect([...framesOf(watcher, "suspicious"), ...framesOf(watcher, "newcomer")]).toEqual([]);
  const listed = async () => {
    const { body } = await chat("molly", "GET", "suspicious");
    return (body.items as { user: { login: string }; level: string }[]).map(({ user, level }) => [user.login, level]);
  };
  expect(await listed()).toEqual([
    ["bob", "possible"],
    ["eva", "likely"],
    ["flat_mate", "possible"],
  ]);
  // What a moderator has cleared is not found again.
  expect(await answered("molly", "DELETE", "people/eva/suspicion")).toBe(204);
  await moderator.until(() =>
    framesOf(moderator, "suspicious").find((frame) => frame.type === "suspicious" && frame.suspicion === null),
  );
  const { sql } = scene;
  const look = new FirstLines({ sql, bus: scene.bus, clock: systemClock, log });
  await look.look({ channelId: scene.channelId, userId: people.eva!.userId, lineId: crypto.randomUUID() });
  expect(await listed()).toEqual([
    ["bob", "possible"],
    ["flat_mate", "possible"],
  ]);
  expect(await answered("molly", "PUT", "people/far_away/suspicion")).toBe(200);
  expect(await answered("molly", "PUT", "people/olga/suspicion")).toEqual([403, "forbidden"]);
  expect(await answered("bob", "GET", "suspicious")).toEqual([403, "forbidden"]);
  expect(
    (await standingInChannel(sql, { channelId: scene.channelId, userId: people.far_away!.userId })).speaking,
  ).toMatchObject({
    suspicious: true,
  });
}, 30_000);

test("a person's own lines go from everybody's page at once, and from the database", async () => {
  const { sql } = scene;
  const [mine, watcher] = [await join("bob"), await join("ada", { at: 1 })];
  expect(await say(mine, "my address is 1 Main Street")).toBe("said");
  expect(await answered("bob", "DELETE", "people/me/messages")).toBe(204);
  expect(await watcher.until(() => watcher.entries.find(({ kind }) => kind === "cleared"))).toMatchObject({
    userId: people.bob!.userId,
  });
  const rows =
    await sql`SELECT body FROM chat_entries WHERE channel_id = ${scene.channelId} AND user_id = ${people.bob!.userId} AND body <> ''`;
  expect([...rows]).toEqual([]);
  expect([...(await sql`SELECT 1 FROM line_erasures`)]).toEqual([]);
  expect(await say(mine, "still here")).toBe("said");
  // A login that begins like the path is a login.
  expect(await answered("molly", "DELETE", "people/melissa/messages")).toEqual([404, "not_found"]);
  expect(await answered(null, "DELETE", "people/me/messages")).toEqual([401, "not_signed_in"]);
});
