// Terms, AutoMod and held lines end to end: the routes on PostgreSQL, a room's owner on NATS, and two edges whose sockets must hear of it within
// a second.

import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { deleteHeldBefore } from "#schema/queries/chat/judging-reads.ts";
import { AUTO_MOD_KINDS } from "#schema/wire/moderation/auto-mod.ts";
import { framesOf, RoomScene } from "../support/room-scene.ts";

const KNOWN_WITHIN_MS = 1_000;

const scene = new RoomScene({ people: ["olga", "molly", "otto", "ada", "bob"], rooms: { olga: ["molly", "otto"] } });
beforeAll(() => scene.open());
beforeEach(() => scene.leave());
afterAll(() => scene.close());

const { send, chat, chatAnswered: answered, join, outcome: say } = scene;
const items = async (path: string) => (await chat("molly", "GET", path)).body.items as Record<string, unknown>[];

test("terms are added, one or a list, listed newest first, and deleted; what is refused is said with its reason", async () => {
  const { status, body } = await chat("molly", "POST", "terms", { text: "plonk, /(x/\nzonk *\n" });
  expect([status, body]).toMatchObject([
    201,
    {
      items: [
        { text: "plonk", kind: "blocked", by: { login: "molly" }, expiresAt: null },
        { text: "zonk *", kind: "blocked" },
      ],
      refusals: [{ source: "/(x/", code: "invalid_pattern" }],
    },
  ]);
  expect((await chat("molly", "POST", "terms", { text: "PLÓNK" })).body).toMatchObject({
    ...{ status: 422, code: "term_refused", refusals: [{ source: "PLÓNK", code: "duplicate" }] },
  });
  expect(await answered("molly", "POST", "terms", { text: " ,\n" })).toEqual([422, "term_refused"]);
  expect(await answered("molly", "POST", "terms", { text: "x", kind: "other" })).toEqual([422, "validation_failed"]);
  expect(await answered("molly", "POST", "terms", { text: "plonk", kind: "permitted", expiresInMs: 60_000 })).toBe(201);
  const [newest, ...others] = await items("terms?limit=2");
  expect([newest, others.length]).toMatchObject([{ text: "plonk", kind: "permitted" }, 1]);
  expect(Date.parse(newest!.expiresAt as string) - Date.parse(newest!.createdAt as string)).toBe(60_000);
  const ada = await join("ada");
  expect(await say(ada, "you PL0NK")).toBe("blocked_term");
  await scene.replaceOwner();
  expect(await say(ada, "you plonk")).toBe("blocked_term");
  expect(await say(await join("molly"), "who said plonk?")).toBe("said");
  for (const { id } of await items("terms")) expect(await answered("molly", "DELETE", `terms/${id}`)).toBe(204);
  expect(await answered("molly", "DELETE", `terms/${newest!.id}`)).toEqual([404, "not_found"]);
  expect(await say(ada, "you plonk")).toBe("said");
  expect(await items("terms")).toEqual([]);
});

test("AutoMod is off at first; a change keeps what it does not name", async () => {
  const off = Object.fromEntries(AUTO_MOD_KINDS.map((kind) => [kind, 0]));
  const { body } = await chat("molly", "GET", "automod");
  expect(body).toEqual({ levels: off, languages: null, allowedHosts: [], holdSuspicious: false, holdMs: 300_000 });
  await chat("molly", "PATCH", "automod", { levels: { links: 2 }, allowedHosts: ["https://Example.com/x"] });
  const changed = await chat("molly", "PATCH", "automod", { levels: { insult: 3 }, languages: ["en", "de"] });
  expect(changed.body).toMatchObject({
    ...{ levels: { ...off, links: 2, insult: 3 }, languages: ["en", "de"], allowedHosts: ["example.com"] },
  });
  expect((await chat("molly", "GET", "automod")).body).toEqual(changed.body);
  for (const wrong of [
    { levels: { links: 5 } },
    { levels: { jokes: 1 } },
    { languages: ["xx"] },
    { holdMs: 1 },
    { allowedHosts: ["not a host"] },
  ])
    expect([wrong, await answered("molly", "PATCH", "automod", wrong)]).toEqual([wrong, [422, "validation_failed"]]);
});

test("a held line is seen at once by moderators of every edge and by nobody else, and is decided once", async () => {
  const [ada, bob, visitor] = [await join("ada"), await join("bob"), await join(null, { at: 1 })];
  const [molly, otto] = [await join("molly"), await join("otto", { at: 1 })];
  const startMs = performance.now();
  expect(await say(ada, "look at evil.net", "n1")).toBe("held");
  for (const moderator of [molly, otto])
    expect((await moderator.first("held")).item).toMatchObject({
      ...{ user: { login: "ada" }, body: "look at evil.net" },
      reason: { code: "automod", category: "links", level: 2, marks: [{ from: 8, to: 16 }] },
    });
  expect(performance.now() - startMs).toBeLessThan(KNOWN_WITHIN_MS);
  const [held] = await items("held");
  expect(held).toEqual(framesOf(molly, "held")[0]!.item as never);
  const both = await Promise.all([
    chat("molly", "POST", `held/${held!.id}`, { allow: true }),
    chat("otto", "POST", `held/${held!.id}`, { allow: false }),
  ]);
  const [first, second] = both[0].status === 200 ? both : [both[1], both[0]];
  const { allowed, by } = first.body as { allowed: boolean; by: { login: string } };
  expect([second.status, second.body]).toMatchObject([409, { code: "already_decided", decision: first.body }]);
  for (const moderator of [molly, otto])
    expect(await moderator.first("held_decided")).toMatchObject({ id: held!.id, allowed, by });
  expect(await ada.first("held_result")).toEqual({ type: "held_result", nonce: "n1", allowed });
  // Again by the same moderator it is the same decision.
  expect((await chat(by.login, "POST", `held/${held!.id}`, { allow: allowed })).body).toEqual(first.body);
  expect(await items("held")).toEqual([]);
  await say(bob, "the last line");
  for (const viewer of [bob, visitor, ada]) {
    await viewer.until(
      () => viewer.entries.some((entry) => entry.kind === "line" && entry.body === "the last line") || undefined,
    );
    expect([framesOf(viewer, "held"), framesOf(viewer, "held_decided")]).toEqual([[], []]);
    const lines = viewer.entries.flatMap((entry) =>
      entry.kind === "line" && entry.id === held!.id ? [entry.body] : [],
    );
    expect(lines).toEqual(allowed ? ["look at evil.net"] : []);
  }
  expect(framesOf(bob, "held_result")).toEqual([]);
});

test("an allowed line is said under a later owner, in its author's name, and its nonce answers it", async () => {
  const [ada, bob] = [await join("ada"), await join("bob", { at: 1 })];
  expect(await say(ada, "/me likes evil.net", "n2")).toBe("held");
  await scene.replaceOwner({ how: "kill" });
  expect(await say(ada, "/me likes evil.net", "n2")).toBe("held");
  const [held, ...others] = await items("held");
  expect([held, others]).toMatchObject([{ action: true, body: "likes evil.net" }, []]);
  const { body } = await chat("molly", "POST", `held/${held!.id}`, { allow: true });
  expect(body).toMatchObject({ allowed: true, by: { login: "molly" } });
  const isIt = (entry: { id?: string }) => entry.id === held!.id;
  expect(await bob.until(() => bob.entries.find(isIt as never))).toMatchObject({
    ...{ kind: "line", user: { login: "ada" }, body: "likes evil.net", action: true },
  });
  expect(await say(ada, "/me likes evil.net", "n2")).toBe("said");
  const { body: stored } = await chat(null, "GET", "messages?limit=100");
  expect((stored.items as { id?: string }[]).filter(isIt)).toHaveLength(1);
});

test("what waits vanishes with a ban; nobody but moderators may look, decide or change", async () => {
  const [ada, molly] = [await join("ada"), await join("molly")];
  expect(await say(ada, "evil.net again")).toBe("held");
  const [held] = await items("held");
  for (const login of ["ada", null]) {
    const code = login ? [403, "forbidden"] : [401, "not_signed_in"];
    for (const [method, path, json] of [
      ["GET", "held"],
      ["GET", "terms"],
      ["GET", "automod"],
      ["POST", "terms", { text: "hello" }],
      ["PATCH", "automod", { holdMs: 60_000 }],
      ["POST", `held/${held!.id}`, { allow: true }],
    ] as const)
      expect([path, await answered(login, method, path, json)]).toEqual([path, code]);
  }
  await chat("otto", "PUT", "bans/ada", { durationMs: 1_000 });
  expect(await molly.first("held_decided")).toMatchObject({ id: held!.id, allowed: false, by: { login: "otto" } });
  expect(await items("held")).toEqual([]);
  expect((await chat("molly", "POST", `held/${held!.id}`, { allow: true })).body).toMatchObject({
    ...{ code: "already_decided", decision: { allowed: false, by: { login: "otto" } } },
  });
  expect(await answered("molly", "POST", `held/${crypto.randomUUID()}`, { allow: true })).toEqual([404, "not_found"]);
  await chat("otto", "DELETE", "bans/ada");
});

test("a demoted moderator is told no more", async () => {
  const [ada, otto, molly] = [await join("ada"), await join("otto"), await join("molly", { at: 1 })];
  expect((await send("olga", "DELETE", "/channels/olga/moderators/otto")).status).toBe(204);
  await otto.first("you");
  await say(ada, "evil.net once more");
  await molly.first("held");
  await say(await join("bob"), "and a line");
  await otto.until(
    () => otto.entries.some((entry) => entry.kind === "line" && entry.body === "and a line") || undefined,
  );
  expect(framesOf(otto, "held")).toEqual([]);
});

test("an emote counts from its upload on: it is no term, and a room for emotes alone takes it", async () => {
  const { sql } = scene;
  const bob = await join("bob");
  await chat("molly", "POST", "terms", { text: "plonk*" });
  expect(await say(bob, "plonkHype")).toBe("blocked_term");
  await sql`
    INSERT INTO emotes (id, channel_id, code, hash, width, height, heights, animated)
    VALUES (${crypto.randomUUID()}, ${scene.channelId}, 'plonkHype', 'ab', 28, 28, ARRAY[28], false)`;
  expect(await say(bob, "plonkHype")).toBe("said");
  await chat("molly", "PATCH", "settings", { emoteOnly: true });
  const said: string[] = [];
  for (const body of ["plonkHype 👍", "plonkHype!", "well"]) said.push(await say(bob, body));
  expect(said).toEqual(["said", "emote_only", "emote_only"]);
  await chat("molly", "PATCH", "settings", { emoteOnly: false });
});

test("a person's name is not said", async () => {
  const bob = await join("bob");
  await chat("molly", "POST", "terms", { text: "ada" });
  const said: string[] = [];
  for (const body of ["hi @ada", "hi ada", "hi @ada_of_elsewhere"]) said.push(await say(bob, body));
  expect(said).toEqual(["said", "blocked_term", "blocked_term"]);
});

test("the log has what was done, with terms and changes, and no text of a denied line", async () => {
  const [ada] = [await join("ada")];
  await say(ada, "evil.net for the log");
  const held = (await items("held")).at(-1)!;
  await chat("molly", "POST", `held/${held.id}`, { allow: false });
  const log = await items("log?limit=100");
  expect(log[0]).toMatchObject({ act: "deny", by: { login: "molly" }, target: { login: "ada" }, lineId: held.id });
  expect(log.find(({ act }) => act === "automod")).toMatchObject({ autoMod: { levels: { insult: 3 } }, terms: null });
  expect(log.findLast(({ act }) => act === "add-terms")).toMatchObject({ terms: ["plonk", "zonk *"], autoMod: null });
  expect(log.findLast(({ act }) => act === "delete-term")).toMatchObject({ terms: ["plonk"] });
  expect(JSON.stringify(log)).not.toContain("for the log");
  const { sql } = scene;
  expect((await sql`SELECT 1 FROM held_lines WHERE decided_at IS NOT NULL AND body <> ''`).length).toBe(0);
  const [{ count }] = await sql<[{ count: number }]>`SELECT count(*)::int AS count FROM held_lines`;
  expect(await deleteHeldBefore(sql, { beforeMs: Date.now() + 3_600_000, limit: 1_000 })).toBe(count);
});

test("a line that nobody decided upon in time is denied, and who decides later is told that it expired", async () => {
  await chat("molly", "PATCH", "automod", { levels: { links: 1 } });
  expect(await say(await join("ada"), "a late look at evil.net")).toBe("held");
  const held = (await items("held")).at(-1)!;
  await scene.sql`UPDATE held_lines SET expires_at = now() - interval '1 second' WHERE id = ${held.id as string}`;
  await scene.replaceOwner();
  const { status, body } = await chat("molly", "POST", `held/${held.id}`, { allow: true });
  expect([status, body]).toMatchObject([
    409,
    { code: "already_decided", decision: { allowed: false, by: null, expired: true } },
  ]);
});

test("an emote's code is refused by the channel's terms when it is made, and an emote that a term names is a word", async () => {
  await chat("molly", "POST", "terms", { text: "zonk, Reef1" });
  const add = (code: string) =>
    scene.edge.ask("POST", `/api/v1/channels/olga/emotes?code=${code}`, {
      token: scene.people.olga!.token,
      body: new Uint8Array([1]),
    });
  const { status, body } = await add("zonkHype");
  expect([status, body.code]).toEqual([422, "code_refused"]);
  // The room takes this one, and the file is no picture.
  expect((await add("Coral1")).body.code).toBe("not_a_picture");
  for (const code of ["Reef1", "zonkWave"])
    await scene.sql`
      INSERT INTO emotes (id, channel_id, code, hash, width, height, heights, animated)
      VALUES (${crypto.randomUUID()}, ${scene.channelId}, ${code}, 'ab', 28, 28, ARRAY[28], false)`;
  const ada = await join("ada");
  expect(await say(ada, "zonkWave")).toBe("said");
  expect(await say(ada, "zonkWave Reef1")).toBe("blocked_term");
});
