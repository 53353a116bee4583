// Suspensions of accounts and channels by staff, on a real database.

import { afterAll, beforeEach, expect, test } from "bun:test";
import { Refusal } from "#runtime/actor/actor.ts";
import { systemClock } from "#runtime/base/clock.ts";
import type { AdminUserView } from "#schema/api/admin-users.ts";
import { channelOfStreamKey } from "#schema/queries/channels/stream-keys.ts";
import { type TestUser, testEdge } from "../testing.ts";
import { code, items, staffedEdge } from "./testing.ts";

const { edge, admin, staff, bob, air, send, log, channelIdOf } = await staffedEdge();
afterAll(() => edge.close());
beforeEach(() => {
  air.stopped = [];
  air.on = false;
});

test("a suspended account is signed out everywhere, cannot sign in and has no channel, until the suspension is lifted", async () => {
  const eve = await edge.register("eve");
  const channelId = await channelIdOf(eve);
  const key = (await send("POST", "/channels/eve/stream-key", eve, {})).body.streamKey as string;
  const scopes = ["profile:read", "chat:read"];
  const bot = await send("POST", "/me/tokens", eve, { name: "bot", scopes, password: eve.password });
  const botToken = bot.body.token as string;
  expect((await edge.ask("GET", "/api/v1/me", { token: botToken })).status).toBe(200);
  air.on = true;
  const made = await send("POST", "/admin/users/EVE/suspension", staff, { reason: "spam bot" });
  expect([made.status, made.body]).toEqual([
    201,
    { suspension: { reason: "spam bot", until: null }, broadcast: "stopped" },
  ]);
  expect(air.stopped).toEqual([channelId]);
  for (const token of [eve.token, botToken])
    for (const path of ["/me", "/channels", "/channels/ada_of_nowhere"]) {
      const told = await edge.ask("GET", `/api/v1${path}`, { token });
      expect([path, code(told)]).toEqual([path, [403, "suspended"]]);
      expect(told.body).toMatchObject({ suspension: { reason: "spam bot", until: null } });
    }
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

  expect((await send("DELETE", "/admin/users/eve/suspension?reason=appeal", staff)).status).toBe(204);
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

test("a suspension with a duration shows its end, and ends by itself", async () => {
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
  ["an end in 285 000 years", { reason: "x", untilMs: Number.MAX_SAFE_INTEGER }],
  ["half a second", { reason: "x", durationMs: 500 }],
  ["eternity in milliseconds", { reason: "x", durationMs: 9e15 }],
  ["a text for a time", { reason: "x", durationMs: "60000" }],
])("a suspension with %s is refused", async (_, json) => {
  expect(code(await send("POST", "/admin/users/ada/suspension", staff, json))).toEqual([422, "validation_failed"]);
});

test("nobody can suspend themselves, and only admins can suspend staff and admins", async () => {
  const json = { reason: "x" };
  expect(code(await send("POST", "/admin/users/guard/suspension", staff, json))).toEqual([403, "forbidden"]);
  expect(code(await send("POST", "/admin/users/root_1/suspension", staff, json))).toEqual([403, "forbidden"]);
  expect(code(await send("POST", "/admin/users/root_1/suspension", admin, json))).toEqual([403, "forbidden"]);
  expect(code(await send("POST", "/admin/channels/root_1/suspension", staff, json))).toEqual([403, "forbidden"]);
  expect(code(await send("DELETE", "/admin/channels/guard/suspension", staff, {}))).toEqual([403, "forbidden"]);
  expect(code(await send("POST", "/admin/users/nobody_here/suspension", staff, json))).toEqual([404, "not_found"]);
  expect(await log("act=user.suspended&target=guard")).toEqual([]);
});

test("of two admins that suspend each other at once, one stays", async () => {
  const json = { reason: "x" };
  const jan = await edge.register("jan");
  const { sql } = edge.world.database;
  await sql`UPDATE users SET role = 'admin' WHERE id = ${jan.userId}`;
  const both = await Promise.all([
    send("POST", "/admin/users/root_1/suspension", jan, json),
    send("POST", "/admin/users/jan/suspension", admin, json),
  ]);
  expect(both.filter(({ status }) => status === 201)).toHaveLength(1);
  await sql`UPDATE users SET suspended_at = NULL`;
  await sql`UPDATE users SET role = 'user' WHERE id = ${jan.userId}`;
  await sql`DELETE FROM revocations`;
  const answer = await edge.ask("POST", "/api/v1/auth/login", {
    json: { login: admin.login, password: admin.password },
  });
  admin.token = answer.body.accessToken as string;
});

test("an account is suspended even if the actor does not answer", async () => {
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

test("a publisher that was accepted just before the suspension is stopped too, unless the suspension was lifted", async () => {
  const asked: string[] = [];
  const seen = Promise.withResolvers<void>();
  const hasty = await testEdge({
    clock: { ...systemClock, timer: (ms, ring) => systemClock.timer(ms === 4_000 ? 200 : ms, ring) },
    caller: {
      async call<A>(_kind: string, key: string) {
        asked.push(key);
        if (asked.filter((each) => each === key).length === 2) seen.resolve();
        return null as A;
      },
    },
    database: { database: edge.world.database, url: "postgres://x/y", drop: async () => {} },
  });
  const [kim, lea] = [await edge.register("kim"), await edge.register("lea")];
  const ask = (method: string, login: string) =>
    hasty.ask(method, `/api/v1/admin/users/${login}/suspension`, { token: admin.token, json: { reason: "x" } });
  await ask("POST", "lea");
  await ask("DELETE", "lea");
  await ask("POST", "kim");
  await seen.promise;
  const times = async (user: TestUser) => {
    const id = await channelIdOf(user);
    return asked.filter((each) => each === id).length;
  };
  expect([await times(kim), await times(lea)]).toEqual([2, 1]);
  await hasty.close();
});

test("a suspended channel is visible for its owner and staff only, with the reason", async () => {
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
