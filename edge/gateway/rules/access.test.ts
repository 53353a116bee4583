// Rules of routes: who may, who may not, what is hidden, and that no route of ours is without one.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Elysia, t } from "elysia";
import { SCOPES, type Scope } from "#schema/api/scopes.ts";
import { type TestDatabase, testDatabase } from "#schema/testing.ts";
import type { Who } from "../../identity/tokens/who.ts";
import { type Answer, type TestEdge, type TestUser, testEdge } from "../../testing.ts";
import { type Access, RULE_KEY, rules } from "./access.ts";

const handled: string[] = [];
const body = t.Object({ n: t.Number() }, { additionalProperties: false });
const channelRule = (access: Access) => ({ access, scope: "channel:write", limit: "write" }) as const;
const routes = new Elysia({ prefix: "/api/v1/test", normalize: false })
  .use(rules)
  .get("/all", ({ asker }) => ({ login: asker?.login ?? null }), { rule: { access: "all", limit: "read" } })
  .get("/forgot", ({ who }) => ({ login: who.login }), { rule: { access: "all", limit: "read" } })
  .get("/me", ({ who }) => ({ login: who.login }), {
    rule: { access: "signed-in", scope: "profile:read", limit: "read" },
  })
  .post("/persons", ({ body }) => body, { body, rule: { access: "signed-in", limit: "write" } })
  .get("/staff", () => ({}), { rule: { access: "staff", scope: "admin", limit: "admin" } })
  .get("/admin", () => ({}), { rule: { access: "admin", scope: "admin", limit: "admin" } })
  .get("/:channel/seen", ({ channel }) => channel, { rule: { access: "all", limit: "read" } })
  .put("/:channel/moderator", ({ channel }) => channel, { rule: channelRule("moderator") })
  .put("/:channel/editor", ({ channel }) => channel, { rule: channelRule("editor") })
  .put("/:channel/owner", ({ channel }) => channel, { rule: channelRule("owner") })
  .put("/:channel/owner-alone", ({ channel, who, body }) => ({ ...channel, by: who.login, ...body }), {
    body,
    rule: channelRule("owner-alone"),
  })
  .onBeforeHandle(({ path }) => void handled.push(path));

let database: TestDatabase;
let edge: TestEdge;
let people: Record<"ada" | "editor" | "moderator" | "vip" | "stranger" | "staff" | "admin", TestUser>;
let channelId: string;

beforeAll(async () => {
  database = await testDatabase();
  edge = await testEdge({ database, routes: [routes], limits: { reportsPerMinutePerUser: 2 } });
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

test("every route of ours has a rule; health and pages have none to have", () => {
  const without = edge.app.routes.filter(({ hooks }) => !(hooks.detail as Record<string, unknown>)?.[RULE_KEY]);
  expect(without.map(({ method, path }) => `${method} ${path}`)).toEqual(["GET /healthz", "GET /readyz", "GET /*"]);
  expect(edge.app.routes.length).toBeGreaterThan(30);
});

test("every route that takes a body reads it by our reader, which bounds it", () => {
  const others = edge.app.routes.filter(({ hooks }) => hooks.body && !(hooks.parse as unknown[] | undefined)?.length);
  expect(others.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

test("no way of writing an address gets past its rule, or breaks the edge", async () => {
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

describe("who", () => {
  test("`all` is told who asks, if anybody; a bad token is nobody's and is refused", async () => {
    expect((await ask("GET", "/all")).body).toEqual({ login: null });
    expect((await ask("GET", "/all", people.ada.token)).body).toEqual({ login: "ada_of_rules" });
    expect(code(await ask("GET", "/all", "x"))).toBe("401 not_signed_in");
  });

  test("a handler for all that reads `who` is a bug, not a visitor with somebody's rights", async () => {
    expect(code(await ask("GET", "/forgot", people.ada.token))).toBe("500 internal");
  });

  test("signed-in, staff and admin", async () => {
    const outcome = async (path: string) => {
      const { stranger, staff, admin } = people;
      const tokens = [undefined, stranger.token, staff.token, admin.token];
      return Promise.all(tokens.map(async (token) => code(await ask("GET", path, token))));
    };
    expect(await outcome("/me")).toEqual(["401 not_signed_in", 200, 200, 200]);
    expect(await outcome("/staff")).toEqual(["401 not_signed_in", "403 forbidden", 200, 200]);
    expect(await outcome("/admin")).toEqual(["401 not_signed_in", "403 forbidden", "403 forbidden", 200]);
  });

  test("who may not ask learns nothing of the fields, and costs no handler", async () => {
    handled.length = 0;
    expect(code(await ask("POST", "/persons", undefined, { n: "x" }))).toBe("401 not_signed_in");
    expect(code(await ask("POST", "/persons", people.ada.token, { n: "x" }))).toBe("422 validation_failed");
    expect(code(await ask("PUT", "/ada_of_rules/owner-alone", people.stranger.token, { n: "x" }))).toBe(
      "403 forbidden",
    );
    expect(handled).toEqual([]);
    expect((await ask("POST", "/persons", people.ada.token, { n: 1 })).body).toEqual({ n: 1 });
  });

  test("a body is read for those who may alone", async () => {
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

describe("of a channel", () => {
  const names = ["ada", "editor", "moderator", "vip", "stranger", "staff", "admin"] as const;
  const no = "403 forbidden";
  test.each<[string, (200 | string)[]]>([
    ["owner-alone", [200, no, no, no, no, no, no]],
    ["owner", [200, no, no, no, no, no, 200]],
    ["editor", [200, 200, no, no, no, no, 200]],
    ["moderator", [200, 200, 200, no, no, no, 200]],
    ["seen", [200, 200, 200, 200, 200, 200, 200]],
  ])("%s", async (access, expected) => {
    for (const reference of ["ADA_of_Rules", channelId]) {
      const outcomes = names.map(async (name) => {
        const json = access === "owner-alone" ? { n: 1 } : undefined;
        return code(await ask(access === "seen" ? "GET" : "PUT", `/${reference}/${access}`, people[name].token, json));
      });
      expect(await Promise.all(outcomes)).toEqual(expected);
    }
  });

  test("a handler is given it", async () => {
    const { body } = await ask("PUT", `/${channelId.toUpperCase()}/owner-alone`, people.ada.token, { n: 1 });
    expect(body).toEqual({
      id: channelId,
      login: "ada_of_rules",
      ownerUserId: people.ada.userId,
      by: "ada_of_rules",
      n: 1,
    });
  });

  test("what is suspended is for all others what is not there, to the byte", async () => {
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
    "%s is not there",
    async (name) => {
      expect(code(await ask("GET", `/${name}/seen`))).toBe("404 not_found");
    },
  );
});

test("a suspended user is told so, and until when", async () => {
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
    signInId: null,
    tokenId: crypto.randomUUID(),
    scopes: new Set(scopes),
    issuedAtMs: 0,
    expiresAtMs: Number.POSITIVE_INFINITY,
  });

  test("may what their scopes say, and never what is for persons", async () => {
    const verify = async (text: string) => bot(SCOPES.filter((scope) => text.split(",").includes(scope)));
    const auth = { ...edge.auth, tokens: { ...edge.auth.tokens, verify } };
    const other = await testEdge({ routes: [routes], auth, database });
    const outcome = async (scopes: string, method: string, path: string) =>
      code(
        await other.ask(method, `/api/v1/test${path}`, { token: scopes, ...(method === "GET" ? {} : { json: {} }) }),
      );
    expect(await outcome("profile:read", "GET", "/me")).toBe(200);
    expect(await outcome("profile:write,channel:write", "GET", "/me")).toBe("403 insufficient_scope");
    expect(await outcome("chat:read", "GET", "/all")).toBe(200);
    expect(await outcome(SCOPES.join(), "POST", "/persons")).toBe("403 insufficient_scope");
    // An admin's own channel, and nobody else's: that power is given by its own scope.
    expect(await outcome("channel:write", "PUT", "/admin_of_rules/editor")).toBe(200);
    expect(await outcome("channel:write", "PUT", "/ada_of_rules/editor")).toBe("403 forbidden");
    expect(await outcome("channel:write,admin", "PUT", "/ada_of_rules/editor")).toBe(200);
    expect(await outcome("chat:write", "GET", "/admin")).toBe("403 insufficient_scope");
    expect(await outcome("admin", "GET", "/admin")).toBe(200);
    other.world.redis.disconnect();
  });
});
