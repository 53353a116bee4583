// What staff does to people, through the whole gateway on a real database: reports, suspensions, roles, and the log of it all.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { Refusal } from "#runtime/actor.ts";
import type { Caller } from "#runtime/caller.ts";
import { channelOfStreamKey } from "#schema/queries/streamKeys.ts";
import type { AuditView } from "#schema/wire/http/audit.ts";
import type { AdminUserDetailView, AdminUserView } from "#schema/wire/http/people.ts";
import type { ReportDetailView, ReportView } from "#schema/wire/http/reports.ts";
import { type Answer, type TestEdge, type TestUser, testEdge } from "../testing.ts";

let edge: TestEdge;
let admin: TestUser;
let staff: TestUser;
let ada: TestUser;
let bob: TestUser;
let stopped: string[] = [];
let onAir = false;
const caller: Caller = {
  call: async <A>(_kind: string, key: string, message: unknown) => {
    if ((message as { type: string }).type !== "stop") throw new Refusal("unavailable");
    stopped.push(key);
    if (!onAir) throw new Refusal("not_publishing");
    return null as A;
  },
};

beforeAll(async () => {
  edge = await testEdge({ caller, limits: { reportsPerMinutePerUser: 0, reportsPerMinutePerIp: 0 } });
  admin = await edge.register("root_1");
  staff = await edge.register("guard");
  ada = await edge.register("ada");
  bob = await edge.register("bob");
  await edge.world.database.sql`UPDATE users SET role = 'admin' WHERE id = ${admin.userId}`;
  await edge.world.database.sql`UPDATE users SET role = 'staff' WHERE id = ${staff.userId}`;
});
afterAll(() => edge.close());
beforeEach(() => {
  stopped = [];
  onAir = false;
});

const send = (method: string, path: string, user: { token: string } | null, json?: unknown) =>
  edge.ask(method, `/api/v1${path}`, {
    ...(user ? { token: user.token } : {}),
    ...(json === undefined ? {} : { json }),
  });
const code = ({ status, body }: Answer) => [status, body.code];
const items = <Item>({ body }: Answer) => body.items as Item[];
const log = async (query: string) => items<AuditView>(await send("GET", `/admin/audit?${query}`, admin));
const channelIdOf = async ({ userId }: TestUser) => {
  const [row] = await edge.world.database.sql<{ id: string }[]>`SELECT id FROM channels WHERE user_id = ${userId}`;
  return row!.id;
};

/** As the room stores them. */
async function say(author: TestUser, channelId: string, bodies: string[]): Promise<string[]> {
  const { sql } = edge.world.database;
  const [head] = await sql<{ seq: number }[]>`
    SELECT coalesce(max(seq), 0)::bigint AS seq FROM chat_entries WHERE channel_id = ${channelId}`;
  const user = { id: author.userId, login: author.login, displayName: author.login, color: "#000000", badges: [] };
  const ids: string[] = [];
  for (const [i, body] of bodies.entries()) {
    const id = crypto.randomUUID();
    ids.push(id);
    await sql`
      INSERT INTO chat_entries (channel_id, seq, epoch, id, kind, at, user_id, nonce, author, body)
      VALUES (${channelId}, ${head!.seq + 1 + i}, 1, ${id}, 'line', now(), ${author.userId}, ${id}, ${sql.json(user)}, ${body})`;
  }
  return ids;
}

const ROUTES: [method: string, path: string, json: object | undefined, admin: boolean][] = [
  ["GET", "/admin/users", undefined, false],
  ["GET", "/admin/users/ada", undefined, false],
  ["POST", "/admin/users/ada/suspension", { reason: "x" }, false],
  ["DELETE", "/admin/users/ada/suspension", {}, false],
  ["POST", "/admin/channels/ada/suspension", { reason: "x" }, false],
  ["DELETE", "/admin/channels/ada/suspension", {}, false],
  ["GET", "/admin/reports", undefined, false],
  ["GET", `/admin/reports/${crypto.randomUUID()}`, undefined, false],
  ["POST", `/admin/reports/${crypto.randomUUID()}/resolve`, { note: "x" }, false],
  ["PATCH", "/admin/users/ada", { role: "admin" }, true],
  ["GET", "/admin/audit", undefined, true],
];

test.each(ROUTES)("%s %s is not for everybody", async (method, path, json, admins) => {
  expect(code(await send(method, path, null, json))).toEqual([401, "not_signed_in"]);
  expect(code(await send(method, path, bob, json))).toEqual([403, "forbidden"]);
  if (admins) expect(code(await send(method, path, staff, json))).toEqual([403, "forbidden"]);
});

describe("reports", () => {
  test("of a line keep its text, and staff sees the room around it", async () => {
    const channelId = await channelIdOf(ada);
    const before = await say(
      ada,
      channelId,
      Array.from({ length: 15 }, (_, i) => `before ${i}`),
    );
    const [id = ""] = await say(bob, channelId, ["something nasty"]);
    await say(
      ada,
      channelId,
      Array.from({ length: 15 }, (_, i) => `after ${i}`),
    );
    const made = await send("POST", "/reports", ada, {
      kind: "line",
      target: id,
      reason: "harassment",
      detail: "rude",
    });
    expect([made.status, made.body]).toEqual([201, { id: expect.any(String), status: "open" }]);
    await edge.world.database.sql`UPDATE chat_entries SET body = '' WHERE id = ${id}`;
    const report = (await send("GET", `/admin/reports/${made.body.id}`, staff)).body as unknown as ReportDetailView;
    expect(report).toMatchObject({
      kind: "line",
      targetId: id,
      about: { id: bob.userId, login: "bob", displayName: "bob" },
      channel: { id: channelId, login: "ada" },
      reporter: { login: "ada" },
      reason: "harassment",
      detail: "rude",
      evidence: { kind: "line", seq: 16, body: "something nasty", user: { login: "bob" } },
      status: "open",
      handled: null,
      openAboutSame: 1,
    });
    expect(report.context.map(({ seq }) => seq)).toEqual(Array.from({ length: 21 }, (_, i) => 6 + i));
    expect(report.context[0]!.id).toBe(before[5]!);
  });

  test("again by the same person are joined, by another are another", async () => {
    const body = { kind: "channel", target: "bob", reason: "spam" };
    const first = await send("POST", "/reports", ada, { ...body, detail: "one" });
    const again = await send("POST", "/reports", ada, { ...body, reason: "hate", detail: "two" });
    const other = await send("POST", "/reports", staff, body);
    expect([first.status, again.status, other.status]).toEqual([201, 200, 201]);
    expect(again.body.id).toBe(first.body.id);
    expect(other.body.id).not.toBe(first.body.id);
    const report = (await send("GET", `/admin/reports/${first.body.id}`, staff)).body;
    expect(report).toMatchObject({ reason: "hate", detail: "one\ntwo", openAboutSame: 2 });
    expect(await log(`act=report.made&target=${first.body.id}`)).toHaveLength(1);
  });

  test("of a user bring what they said there", async () => {
    const made = await send("POST", "/reports", ada, { kind: "user", target: "BOB", reason: "spam", channel: "ada" });
    const report = (await send("GET", `/admin/reports/${made.body.id}`, staff)).body as unknown as ReportDetailView;
    expect(report).toMatchObject({ about: { login: "bob" }, channel: { login: "ada" }, evidence: { kind: "user" } });
    expect(report.context.map(({ seq, user }) => [seq, user.login])).toEqual([[16, "bob"]]);
  });

  test.each([
    ["what is not there", { kind: "channel", target: "nobody_here", reason: "spam" }, 404],
    ["a line that never was", { kind: "line", target: crypto.randomUUID(), reason: "spam" }, 404],
    ["a line by a name", { kind: "line", target: "ada", reason: "spam" }, 404],
    ["oneself", { kind: "user", target: "ada", reason: "spam" }, 422],
    ["one's own channel", { kind: "channel", target: "ada", reason: "spam" }, 422],
    ["for no reason", { kind: "user", target: "bob" }, 422],
    ["for a reason of one's own", { kind: "user", target: "bob", reason: "ugly" }, 422],
    ["at length", { kind: "user", target: "bob", reason: "spam", detail: "x".repeat(1_001) }, 422],
    ["with evidence of one's own", { kind: "user", target: "bob", reason: "spam", evidence: {} }, 422],
  ])("nobody reports %s", async (_, json, status) => {
    expect((await send("POST", "/reports", ada, json)).status).toBe(status);
  });

  test("are for those who are signed in, and limited", async () => {
    const json = { kind: "user", target: "bob", reason: "spam" };
    expect(code(await send("POST", "/reports", null, json))).toEqual([401, "not_signed_in"]);
    const strict = await testEdge({
      limits: { reportsPerMinutePerUser: 1 },
      database: { database: edge.world.database, url: "postgres://x/y", drop: async () => {} },
    });
    const ask = () => strict.ask("POST", "/api/v1/reports", { token: ada.token, json });
    await ask();
    expect(code(await ask())).toEqual([429, "rate_limited"]);
    await strict.close();
  });

  test("stand in a queue, oldest first, and are handled once", async () => {
    const open = items<ReportView>(await send("GET", "/admin/reports?status=open", staff));
    expect(open.map(({ id }) => id)).toEqual([...open.map(({ id }) => id)].sort());
    const first = await send("GET", "/admin/reports?status=open&limit=1", staff);
    const second = await send("GET", `/admin/reports?status=open&limit=1&cursor=${first.body.nextCursor}`, staff);
    expect([...items<ReportView>(first), ...items<ReportView>(second)]).toEqual(open.slice(0, 2));

    const line = open[0]!;
    const resolved = await send("POST", `/admin/reports/${line.id}/resolve`, staff, { note: "warned them" });
    expect([resolved.status, resolved.body]).toMatchObject([
      200,
      { status: "resolved", handled: { by: { login: "guard" }, at: expect.any(String), note: "warned them" } },
    ]);
    expect(code(await send("POST", `/admin/reports/${line.id}/dismiss`, staff, { note: "no" }))).toEqual([
      409,
      "already_handled",
    ]);
    expect(items<ReportView>(await send("GET", "/admin/reports?status=resolved", staff)).map(({ id }) => id)).toEqual([
      line.id,
    ]);
    expect(await log(`act=report&target=${line.id}`)).toMatchObject([
      {
        act: "report.resolved",
        actor: { login: "guard" },
        detail: { note: "warned them", about: line.targetId, count: 1 },
      },
      { act: "report.made", actor: { login: "ada" } },
    ]);
  });

  test("about the same are dismissed together, if so wished", async () => {
    const target = await channelIdOf(bob);
    const [one] = items<ReportView>(await send("GET", `/admin/reports?target=${target}`, staff));
    await send("POST", `/admin/reports/${one!.id}/dismiss`, staff, { note: "harmless", all: true });
    const all = items<ReportView>(await send("GET", `/admin/reports?target=${target}&kind=channel`, staff));
    expect(all.map(({ status }) => status)).toEqual(["dismissed", "dismissed"]);
  });

  test("about themselves nobody judges", async () => {
    const made = await send("POST", "/reports", ada, { kind: "user", target: "guard", reason: "other" });
    const path = `/admin/reports/${made.body.id}/dismiss`;
    expect(code(await send("POST", path, staff, { note: "lies" }))).toEqual([403, "forbidden"]);
    expect((await send("POST", path, admin, { note: "looked into it" })).status).toBe(200);
  });
});

describe("a suspended account", () => {
  test("is signed out everywhere, cannot sign in, has no channel, and comes back when it is lifted", async () => {
    const eve = await edge.register("eve");
    const channelId = await channelIdOf(eve);
    const key = (await send("POST", "/channels/eve/stream-key", eve, {})).body.streamKey as string;
    onAir = true;
    const made = await send("POST", "/admin/users/EVE/suspension", staff, { reason: "spam bot" });
    expect([made.status, made.body]).toEqual([
      201,
      { suspension: { reason: "spam bot", until: null }, broadcast: "stopped" },
    ]);
    expect(stopped).toEqual([channelId]);
    expect((await send("GET", "/me", eve)).status).toBeGreaterThanOrEqual(401);
    expect((await edge.ask("POST", "/api/v1/auth/refresh", { json: { refreshToken: eve.refreshToken } })).status).toBe(
      401,
    );
    const json = { login: "eve", password: eve.password };
    const refused = await edge.ask("POST", "/api/v1/auth/login", { json });
    expect(code(refused)).toEqual([403, "suspended"]);
    expect(refused.body).toMatchObject({
      detail: "this account is suspended: spam bot",
      suspension: { reason: "spam bot", until: null },
    });
    const wrong = await edge.ask("POST", "/api/v1/auth/login", { json: { ...json, password: "something else" } });
    expect(code(wrong)).toEqual([401, "bad_credentials"]);
    for (const user of [null, bob]) expect(code(await send("GET", "/channels/eve", user))).toEqual([404, "not_found"]);
    expect(items(await send("GET", "/channels?q=eve", null))).toEqual([]);
    expect(await channelOfStreamKey(edge.world.database.sql, key)).toMatchObject({ suspended: true });
    expect((await send("GET", "/admin/users/eve", staff)).body).toMatchObject({ suspension: { reason: "spam bot" } });

    expect((await send("DELETE", "/admin/users/eve/suspension", staff, { reason: "appeal" })).status).toBe(204);
    const back = await edge.ask("POST", "/api/v1/auth/login", { json });
    expect(back.status).toBe(200);
    expect((await send("GET", "/me", { token: back.body.accessToken as string })).status).toBe(200);
    expect((await send("GET", "/channels/eve", null)).status).toBe(200);
    expect(await channelOfStreamKey(edge.world.database.sql, key)).toMatchObject({ suspended: false });
    expect(await log("target=eve&act=user")).toMatchObject([
      { act: "user.restored", detail: { reason: "appeal" }, actor: { login: "guard" } },
      { act: "user.viewed" },
      { act: "user.suspended", detail: { reason: "spam bot", durationMs: null }, address: expect.stringMatching(/./) },
      { act: "user.registered" },
    ]);
  });

  test("for a time says until when, and that time ends by itself", async () => {
    const fay = await edge.register("fay");
    const made = await send("POST", "/admin/users/fay/suspension", admin, {
      reason: "a day off",
      durationMs: 86_400_000,
    });
    const until = Date.parse((made.body.suspension as { until: string }).until);
    expect(Math.abs(until - Date.now() - 86_400_000)).toBeLessThan(60_000);
    expect(made.body.broadcast).toBe("off_air");
    expect(items<AdminUserView>(await send("GET", "/admin/users?suspended=true", admin)).map((u) => u.login)).toEqual([
      "fay",
    ]);
    const { sql } = edge.world.database;
    await sql`UPDATE users SET suspended_until = now() - interval '1 second' WHERE id = ${fay.userId}`;
    const json = { login: "fay", password: fay.password };
    expect((await edge.ask("POST", "/api/v1/auth/login", { json })).status).toBe(200);
    expect((await send("GET", "/channels/fay", null)).status).toBe(200);
  });

  test.each([
    ["no reason", {}],
    ["an empty reason", { reason: "" }],
    ["two ends", { reason: "x", durationMs: 5_000, untilMs: 9e12 }],
    ["an end that is past", { reason: "x", untilMs: 1 }],
    ["half a second", { reason: "x", durationMs: 500 }],
    ["eternity in milliseconds", { reason: "x", durationMs: 9e15 }],
    ["a text for a time", { reason: "x", durationMs: "60000" }],
  ])("is not made with %s", async (_, json) => {
    expect(code(await send("POST", "/admin/users/ada/suspension", staff, json))).toEqual([422, "validation_failed"]);
  });

  test("is nobody's own, and staff's and admins' only by an admin", async () => {
    const json = { reason: "x" };
    expect(code(await send("POST", "/admin/users/guard/suspension", staff, json))).toEqual([403, "forbidden"]);
    expect(code(await send("POST", "/admin/users/root_1/suspension", staff, json))).toEqual([403, "forbidden"]);
    expect(code(await send("POST", "/admin/users/root_1/suspension", admin, json))).toEqual([403, "forbidden"]);
    expect(code(await send("POST", "/admin/channels/root_1/suspension", staff, json))).toEqual([403, "forbidden"]);
    expect(code(await send("DELETE", "/admin/channels/guard/suspension", staff, {}))).toEqual([403, "forbidden"]);
    expect(code(await send("POST", "/admin/users/nobody_here/suspension", staff, json))).toEqual([404, "not_found"]);
    expect(await log("act=user.suspended&target=guard")).toEqual([]);
  });

  test("is suspended also while the actor does not answer", async () => {
    const deaf = await testEdge({
      caller: { call: () => Promise.reject(new Refusal("unavailable")) },
      database: { database: edge.world.database, url: "postgres://x/y", drop: async () => {} },
    });
    const gil = await edge.register("gil");
    const ask = (method: string) =>
      deaf.ask(method, "/api/v1/admin/users/gil/suspension", { token: admin.token, json: { reason: "x" } });
    expect((await ask("POST")).body.broadcast).toBe("unreachable");
    expect((await send("GET", "/channels/gil", null)).status).toBe(404);
    expect((await ask("DELETE")).status).toBe(204);
    expect(gil.login).toBe("gil");
    await deaf.close();
  });
});

describe("a suspended channel", () => {
  test("is there for its owner and staff alone, who see why", async () => {
    const hal = await edge.register("hal");
    await send("PUT", "/me/follows/hal", bob);
    const made = await send("POST", "/admin/channels/hal/suspension", staff, {
      reason: "copyright",
      durationMs: 5_000,
    });
    expect([made.status, made.body.broadcast]).toEqual([201, "off_air"]);
    for (const user of [null, bob]) expect(code(await send("GET", "/channels/hal", user))).toEqual([404, "not_found"]);
    expect(items(await send("GET", "/channels?q=hal", null))).toEqual([]);
    expect(items(await send("GET", "/me/follows", bob))).toEqual([]);
    expect(code(await send("GET", "/channels/hal/broadcasts", bob))).toEqual([404, "not_found"]);
    for (const user of [hal, staff, admin])
      expect((await send("GET", "/channels/hal", user)).body).toMatchObject({ suspension: { reason: "copyright" } });
    expect((await send("GET", "/me", hal)).status).toBe(200);
    expect((await send("DELETE", "/admin/channels/hal/suspension", staff, {})).status).toBe(204);
    expect((await send("GET", "/channels/hal", bob)).body.suspension).toBeUndefined();
    expect(items(await send("GET", "/me/follows", bob))).toHaveLength(1);
    expect((await log(`target=${await channelIdOf(hal)}`)).map(({ act, targetLogin }) => [act, targetLogin])).toEqual([
      ["channel.restored", "hal"],
      ["channel.suspended", "hal"],
    ]);
  });
});

describe("people as staff see them", () => {
  test("are found by part of a name or a whole e-mail address", async () => {
    const found = async (query: string) =>
      items<AdminUserView>(await send("GET", `/admin/users?${query}`, staff)).map(({ login }) => login);
    expect(await found("q=UAR")).toEqual(["guard"]);
    expect(await found("q=guard@example.org")).toEqual(["guard"]);
    expect(await found("q=example.org")).toEqual([]);
    expect(await found("role=admin")).toEqual(["root_1"]);
    expect(await found("q=%25")).toEqual([]);
  });

  test("are shown with devices, reports and their log, and without secrets", async () => {
    const answer = await send("GET", "/admin/users/bob", staff);
    const bobs = answer.body as unknown as AdminUserDetailView;
    expect(bobs).toMatchObject({
      id: bob.userId,
      login: "bob",
      email: "bob@example.org",
      role: "user",
      suspension: null,
      emailVerified: false,
      twoFactor: false,
      hasPassword: true,
      providers: [],
      channel: { followers: 0, suspension: null },
      signIns: [{ method: "password", address: expect.stringMatching(/./) }],
      reports: { open: 1, resolved: 1, dismissed: 2 },
    });
    expect(bobs.audit[0]).toMatchObject({ act: "user.viewed", actor: { login: "guard" } });
    expect(answer.text).not.toMatch(/hash|secret|\$2[aby]\$/i);
  });

  test("change their role by an admin, and their tokens with it", async () => {
    const ivy = await edge.register("ivy");
    const made = await send("PATCH", "/admin/users/ivy", admin, { role: "staff", reason: "helps out" });
    expect([made.status, made.body.role]).toEqual([200, "staff"]);
    expect(code(await send("GET", "/me", ivy))[0]).toBe(401);
    const refreshed = await edge.ask("POST", "/api/v1/auth/refresh", { json: { refreshToken: ivy.refreshToken } });
    const now = { token: refreshed.body.accessToken as string };
    expect((await send("GET", "/admin/users", now)).status).toBe(200);
    await send("PATCH", "/admin/users/ivy", admin, { role: "user" });
    expect((await send("GET", "/admin/users", now)).status).toBeGreaterThanOrEqual(401);
    expect(await log("target=ivy&act=role.granted")).toMatchObject([
      { detail: { role: "user", was: "staff" } },
      { detail: { role: "staff", was: "user", reason: "helps out" } },
    ]);
  });

  test("the last admin stays one, also when two demote each other at once", async () => {
    expect(code(await send("PATCH", "/admin/users/root_1", admin, { role: "user" }))).toEqual([409, "last_admin"]);
    const jan = await edge.register("jan");
    await edge.world.database.sql`UPDATE users SET role = 'admin' WHERE id = ${jan.userId}`;
    const both = await Promise.all([
      send("PATCH", "/admin/users/root_1", jan, { role: "user" }),
      send("PATCH", "/admin/users/jan", admin, { role: "user" }),
    ]);
    expect(both.filter(({ status }) => status === 200)).toHaveLength(1);
    const left = await edge.world.database.sql`SELECT id FROM users WHERE role = 'admin'`;
    expect(left).toHaveLength(1);
    await edge.world.database.sql`UPDATE users SET role = 'admin' WHERE id = ${admin.userId}`;
    await edge.world.database.sql`DELETE FROM revocations`;
  });
});
