// Rules of routes: allowed and refused askers, hidden channels, and that every route has a rule.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Glob } from "bun";
import { t } from "elysia";
import { type Access, type Route, route } from "#schema/api/route.ts";
import { routesIn, routes as routesOfApi } from "#schema/api/routes.ts";
import { SCOPES, type Scope } from "#schema/api/scopes.ts";
import { type TestDatabase, testDatabase } from "#schema/testing.ts";
import type { Who } from "../../identity/tokens/who.ts";
import { type Answer, type TestEdge, type TestUser, testEdge } from "../../testing.ts";
import { serve } from "../serve.ts";

const handled: string[] = [];
const body = t.Object({ n: t.Number() }, { additionalProperties: false });
const any = { answers: { 200: t.Unknown() }, summary: "For tests" } as const;
const ofChannel = <const A extends Access>(access: A) =>
  ({ ...any, access, scope: "channel:write", limit: "write" }) as const;
const AT = "/api/v1/test";
const routes = [
  serve(route(`GET ${AT}/all`, { ...any, access: "all", limit: "read" }), ({ asker }) => ({
    login: asker?.login ?? null,
  })),
  serve(route(`GET ${AT}/me`, { ...any, access: "signed-in", scope: "profile:read", limit: "read" }), ({ who }) => ({
    login: who.login,
  })),
  serve(route(`POST ${AT}/persons`, { ...any, body, access: "signed-in", limit: "write" }), ({ body }) => {
    handled.push("persons");
    return body;
  }),
  serve(route(`GET ${AT}/staff`, { ...any, access: "staff", scope: "admin", limit: "admin" }), () => ({})),
  serve(route(`GET ${AT}/admin`, { ...any, access: "admin", scope: "admin", limit: "admin" }), () => ({})),
  serve(route(`GET ${AT}/:channel/seen`, { ...any, access: "all", limit: "read" }), ({ channel }) => channel),
  serve(route(`PUT ${AT}/:channel/moderator`, ofChannel("moderator")), ({ channel }) => channel),
  serve(route(`PUT ${AT}/:channel/editor`, ofChannel("editor")), ({ channel }) => channel),
  serve(route(`PUT ${AT}/:channel/owner`, ofChannel("owner")), ({ channel }) => channel),
  serve(route(`PUT ${AT}/:channel/owner-alone`, { ...ofChannel("owner-alone"), body }), ({ channel, who, body }) => {
    handled.push("owner-alone");
    return { ...channel, by: who.login, ...body };
  }),
];

let database: TestDatabase;
let edge: TestEdge;
let people: Record<"ada" | "editor" | "moderator" | "vip" | "stranger" | "staff" | "admin", TestUser>;
let channelId: string;

beforeAll(async () => {
  database = await testDatabase();
  edge = await testEdge({ database, routes, limits: { reportsPerMinutePerUser: 2 } });
  const names = ["ada", "editor", "moderator", "vip", "stranger", "staff", "admin"] as const;
  people = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await edge.register(`${name}_of_rules`)])),
  );
  const { sql } = edge.world.database;
  const [row] = await sql<{ id: string }[]>`SELECT id FROM channels WHERE user_id = ${people.ada.userId}`;
  channelId = row!.id;
  for (const role of ["editor", "moderator", "vip"] as const)
    await sql`INSERT INTO channel_roles (channel_id, user_id, role) VALUES (${channelId}, ${people[role].userId}, ${role})`;
  for (const role of ["staff", "admin"] as const)
    await sql`UPDATE users SET role = ${role} WHERE id = ${people[role].userId}`;
});
afterAll(() => edge.close());

const ask = (method: string, path: string, token?: string, json?: unknown) =>
  edge.ask(method, `/api/v1/test${path}`, { ...(token ? { token } : {}), ...(json === undefined ? {} : { json }) });
const code = ({ status, body }: Answer) => (status === 200 ? 200 : `${status} ${body.code}`);

test("every path is a route value with its rule, except health, documentation and pages", () => {
  const ruled = new Set(edge.app.routes.map(({ method, path }) => `${method} ${path}`));
  expect(edge.app.addresses.filter((address) => !ruled.has(address))).toEqual([
    "GET /healthz",
    "GET /readyz",
    "GET /api/openapi.json",
    "GET /api/asyncapi.json",
    "GET /api/docs",
    "GET /api/docs.css",
    "GET /*",
    "ALL /*",
  ]);
  expect(edge.app.addresses.length).toBe(ruled.size + 8);
  expect(ruled.size).toBeGreaterThan(80);
});

test("every route value of the API is served, once", async () => {
  const inFiles: Route[] = [];
  for await (const file of new Glob("schema/api/*.ts").scan(".")) {
    if (file === "schema/api/routes.ts") continue;
    const exported = (await import(`../../../${file}`)) as Record<string, unknown>;
    inFiles.push(...Object.values(exported).flatMap((value) => routesIn(value)));
  }
  const names = (routes: readonly Route[]) => routes.map(({ method, path }) => `${method} ${path}`).sort();
  expect(names(routesOfApi)).toEqual(names(inFiles));
  expect(names(edge.app.routes.filter(({ path }) => !path.startsWith(AT)))).toEqual(names(routesOfApi));
});

test("no spelling of a path gets past its rule or breaks the edge", async () => {
  const ways = [
    "/me/",
    "//me",
    "/./me",
    "/%6de",
    "/me%2f",
    "/me%00",
    "/ME",
    "/me;x",
    "/me?x=/api",
    "/x/../me",
    "/me/#",
    "/%",
  ];
  for (const way of ways) {
    const { status } = await ask("GET", way);
    expect([way, [401, 404].includes(status)]).toEqual([way, true]);
  }
  expect((await ask("GET", "/me/", people.ada.token)).status).toBe(200);
  expect((await ask("HEAD", "/me")).status).toBe(401);
  expect((await ask("GET", "/%E0%A4%A/seen")).status).toBe(404);
});

describe("askers", () => {
  test("a route for `all` gets the asker, if there is one, and refuses a bad token", async () => {
    expect((await ask("GET", "/all")).body).toEqual({ login: null });
    expect((await ask("GET", "/all", people.ada.token)).body).toEqual({ login: "ada_of_rules" });
    expect(code(await ask("GET", "/all", "x"))).toBe("401 not_signed_in");
  });

  test("routes for signed-in users, for staff and for admins", async () => {
    const outcome = async (path: string) => {
      const { stranger, staff, admin } = people;
      const tokens = [undefined, stranger.token, staff.token, admin.token];
      return Promise.all(tokens.map(async (token) => code(await ask("GET", path, token))));
    };
    expect(await outcome("/me")).toEqual(["401 not_signed_in", 200, 200, 200]);
    expect(await outcome("/staff")).toEqual(["401 not_signed_in", "403 forbidden", 200, 200]);
    expect(await outcome("/admin")).toEqual(["401 not_signed_in", "403 forbidden", "403 forbidden", 200]);
  });

  test("an asker without permission gets no validation errors, and no handler runs", async () => {
    handled.length = 0;
    expect(code(await ask("POST", "/persons", undefined, { n: "x" }))).toBe("401 not_signed_in");
    expect(code(await ask("POST", "/persons", people.ada.token, { n: "x" }))).toBe("422 validation_failed");
    expect(code(await ask("PUT", "/ada_of_rules/owner-alone", people.stranger.token, { n: "x" }))).toBe(
      "403 forbidden",
    );
    expect(handled).toEqual([]);
    expect((await ask("POST", "/persons", people.ada.token, { n: 1 })).body).toEqual({ n: 1 });
  });

  test("a body is read only after the rule allows the request", async () => {
    let read = 0;
    const stream = new ReadableStream(
      {
        pull(controller) {
          read++;
          controller.enqueue(new TextEncoder().encode('{"n":1}'));
          controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const headers = { "content-type": "application/json" };
    expect((await edge.ask("POST", "/api/v1/test/persons", { body: stream, headers })).status).toBe(401);
    expect(read).toBe(0);
  });
});

describe("rules of a channel", () => {
  const names = ["ada", "editor", "moderator", "vip", "stranger", "staff", "admin"] as const;
  const no = "403 forbidden";
  test.each<[string, (200 | string)[]]>([
    ["owner-alone", [200, no, no, no, no, no, no]],
    ["owner", [200, no, no, no, no, no, 200]],
    ["editor", [200, 200, no, no, no, no, 200]],
    ["moderator", [200, 200, 200, no, no, no, 200]],
    ["seen", [200, 200, 200, 200, 200, 200, 200]],
  ])("access %s", async (access, expected) => {
    for (const reference of ["ADA_of_Rules", channelId]) {
      const outcomes = names.map(async (name) => {
        const json = access === "owner-alone" ? { n: 1 } : undefined;
        return code(await ask(access === "seen" ? "GET" : "PUT", `/${reference}/${access}`, people[name].token, json));
      });
      expect(await Promise.all(outcomes)).toEqual(expected);
    }
  });

  test("a handler gets the channel", async () => {
    const { body } = await ask("PUT", `/${channelId.toUpperCase()}/owner-alone`, people.ada.token, { n: 1 });
    expect(body).toEqual({
      id: channelId,
      login: "ada_of_rules",
      ownerUserId: people.ada.userId,
      by: "ada_of_rules",
      n: 1,
    });
  });

  test("for all others a suspended channel is answered like an absent one, byte by byte", async () => {
    const { sql } = edge.world.database;
    const suspended = await edge.register();
    await sql`UPDATE channels SET suspended_at = now() WHERE user_id = ${suspended.userId}`;
    const same = async (method: string, path: string, token?: string) => {
      const answers = await Promise.all(
        [suspended.login, "nobody_at_all"].map((login) =>
          edge.ask(method, `/api/v1/test/${login}/${path}`, {
            ...(token ? { token } : {}),
            headers: { "x-request-id": "same" },
          }),
        ),
      );
      const [hidden, absent] = answers.map(({ status, text }) => [status, text]);
      expect(hidden).toEqual(absent!);
      expect(hidden![0]).toBe(404);
    };
    await same("GET", "seen");
    await same("GET", "seen", people.ada.token);
    await same("PUT", "owner", people.ada.token);
    for (const token of [suspended.token, people.staff.token, people.admin.token])
      expect(code(await ask("GET", `/${suspended.login}/seen`, token))).toBe(200);
  });

  test.each(["*", "%3E", "a.b", "a%20b", "a%zz", "%00", "%0d%0a", "a'--", "x".repeat(4_000), "аda"])(
    "%s is not found",
    async (name) => {
      expect(code(await ask("GET", `/${name}/seen`))).toBe("404 not_found");
    },
  );
});

test("a suspended user is refused with reason and end of the suspension", async () => {
  const user = await edge.register();
  await edge.world.database.sql`
    UPDATE users SET suspended_at = now(), suspended_until = '2100-01-01', suspension_reason = 'spam' WHERE id = ${user.userId}`;
  const { status, body } = await ask("GET", "/me", user.token);
  expect([status, body.code, body.detail]).toEqual([
    403,
    "suspended",
    "this account is suspended until 2100-01-01T00:00:00.000Z: spam",
  ]);
  await edge.world.database.sql`UPDATE users SET suspended_until = now() WHERE id = ${user.userId}`;
  expect(code(await ask("GET", "/staff", user.token))).toBe("403 forbidden");
});

describe("personal access tokens", () => {
  const bot = (scopes: Scope[]): Who => ({
    userId: people.admin.userId,
    login: people.admin.login,
    displayName: "",
    role: "admin",
    deviceId: null,
    tokenId: crypto.randomUUID(),
    scopes: new Set(scopes),
    issuedAtMs: 0,
    expiresAtMs: Number.POSITIVE_INFINITY,
  });

  test("allow what their scopes say, and no route without a scope", async () => {
    const verify = async (text: string) => bot(SCOPES.filter((scope) => text.split(",").includes(scope)));
    const auth = { ...edge.auth, tokens: { ...edge.auth.tokens, verify } };
    const other = await testEdge({ routes, auth, database });
    const outcome = async (scopes: string, method: string, path: string) =>
      code(
        await other.ask(method, `/api/v1/test${path}`, { token: scopes, ...(method === "GET" ? {} : { json: {} }) }),
      );
    expect(await outcome("profile:read", "GET", "/me")).toBe(200);
    expect(await outcome("profile:write,channel:write", "GET", "/me")).toBe("403 insufficient_scope");
    expect(await outcome("chat:read", "GET", "/all")).toBe(200);
    expect(await outcome(SCOPES.join(), "POST", "/persons")).toBe("403 insufficient_scope");
    // Only the scope `admin` gives a bot its user's role as an admin.
    expect(await outcome("channel:write", "PUT", "/admin_of_rules/editor")).toBe(200);
    expect(await outcome("channel:write", "PUT", "/ada_of_rules/editor")).toBe("403 forbidden");
    expect(await outcome("channel:write,admin", "PUT", "/ada_of_rules/editor")).toBe(200);
    expect(await outcome("chat:write", "GET", "/admin")).toBe("403 insufficient_scope");
    expect(await outcome("admin", "GET", "/admin")).toBe(200);
    other.world.redis.disconnect();
  });
});
