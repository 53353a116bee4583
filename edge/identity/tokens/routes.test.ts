// Personal access tokens over HTTP: creation, use within scopes, deletion.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { systemRandom } from "#runtime/base/random.ts";
import { type TestEdge, type TestUser, testEdge } from "../../testing.ts";
import { createPersonalTokens, newPersonalToken } from "./personal-token.ts";

let edge: TestEdge;
beforeAll(async () => {
  edge = await testEdge({ limits: { authPerMinutePerUser: 0 } });
});
afterAll(() => edge.close());

const ask = (method: string, path: string, token: string, json?: unknown) =>
  edge.ask(method, `/api/v1/${path}`, { token, ...(json === undefined ? {} : { json }) });
const make = (user: { token: string }, json: object) => ask("POST", "me/tokens", user.token, json);
const bot = async (user: TestUser, scopes: string[], more: object = {}) =>
  (await make(user, { name: "bot", scopes, ...more })).body as unknown as { id: string; token: string };
const paths = (body: Record<string, unknown>) => (body.errors as { path: string }[]).map(({ path }) => path);

describe("making one", () => {
  test("shows it once, with a prefix and a checksum for scanners; the database has its hash", async () => {
    const user = await edge.register();
    const made = await make(user, { name: "  my bot ", scopes: ["profile:read", "chat:write"], expiresInDays: 30 });
    const { token } = made.body as { token: string };
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      id: expect.any(String),
      name: "my bot",
      hint: token.slice(-4),
      scopes: ["profile:read", "chat:write"],
      createdAt: expect.any(String),
      lastUsedAt: null,
      expiresAt: expect.any(String),
      token: expect.stringMatching(/^tcl_pat_[0-9A-Za-z]{38}$/),
    });
    const days = (Date.parse(made.body.expiresAt as string) - Date.parse(made.body.createdAt as string)) / 86_400_000;
    expect(days).toBeCloseTo(30, 3);
    const listed = (await ask("GET", "me/tokens", user.token)).body;
    const { token: _, ...shown } = made.body;
    expect(listed).toEqual({ items: [shown], nextCursor: null });
    const [row] = await edge.world.database.sql<{ text: string }[]>`
      SELECT (t.*)::text AS text FROM access_tokens t WHERE user_id = ${user.userId}`;
    expect(row!.text).not.toContain(token.slice(8));
  });

  test.each([
    ["no scope", { name: "x", scopes: [] }, "scopes"],
    ["a scope that is not there", { name: "x", scopes: ["everything"] }, "scopes.0"],
    ["one scope twice", { name: "x", scopes: ["chat:read", "chat:read"] }, "scopes"],
    ["no name", { name: "   ", scopes: ["chat:read"] }, "name"],
    ["a name with a control character", { name: "a\u0007", scopes: ["chat:read"] }, "name"],
    ["no day", { name: "x", scopes: ["chat:read"], expiresInDays: 0 }, "expiresInDays"],
    ["half a day", { name: "x", scopes: ["chat:read"], expiresInDays: 0.5 }, "expiresInDays"],
    ["ten years", { name: "x", scopes: ["chat:read"], expiresInDays: 3_650 }, "expiresInDays"],
    ["another's id", { name: "x", scopes: ["chat:read"], userId: crypto.randomUUID() }, "userId"],
  ])("refuses %s", async (_, json, path) => {
    const answer = await make(await edge.register(), json);
    expect([answer.status, paths(answer.body)]).toEqual([422, [path]]);
  });

  test("needs the password if the sign-in is not fresh", async () => {
    const user = await edge.register();
    await edge.world.database
      .sql`UPDATE sign_ins SET created_at = now() - interval '1 hour' WHERE user_id = ${user.userId}`;
    const body = { name: "bot", scopes: ["chat:read"] };
    expect((await make(user, body)).body.code).toBe("sign_in_again");
    expect((await make(user, { ...body, password: "not the right one" })).body.code).toBe("bad_credentials");
    expect((await make(user, { ...body, password: user.password })).status).toBe(201);
  });

  test("the scope admin is for staff and admins", async () => {
    const user = await edge.register();
    expect((await make(user, { name: "x", scopes: ["admin"] })).body.code).toBe("forbidden");
    await edge.world.database.sql`UPDATE users SET role = 'admin' WHERE id = ${user.userId}`;
    expect((await make(user, { name: "x", scopes: ["admin"] })).status).toBe(201);
  });

  test("stops at fifty, even with sixty requests at once", async () => {
    const user = await edge.register();
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => make(user, { name: "x", scopes: ["chat:read"] })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(50);
    expect(answers.filter(({ body }) => body.code === "too_many")).toHaveLength(10);
  });
});

describe("using one", () => {
  test("acts as its user, within its scopes", async () => {
    const user = await edge.register();
    const { token } = await bot(user, ["profile:read"]);
    expect((await ask("GET", "me", token)).body).toMatchObject({ id: user.userId, login: user.login });
    const refused = await ask("PATCH", "me", token, { displayName: "Robot" });
    expect([refused.status, refused.body.code]).toEqual([403, "insufficient_scope"]);
  });

  test("makes no tokens, lists no devices and changes no two-factor, whatever its scopes", async () => {
    const user = await edge.register();
    const { token } = await bot(user, ["profile:read", "profile:write", "follows:write", "channel:write"]);
    for (const [method, path, json] of [
      ["GET", "me/tokens"],
      ["POST", "me/tokens", { name: "child", scopes: ["chat:read"] }],
      ["GET", "me/sessions"],
      ["GET", "me/totp"],
      ["POST", "me/totp", {}],
    ] as const)
      expect((await ask(method, path, token, json)).body.code).toBe("insufficient_scope");
  });

  test("its last use is stored once a minute", async () => {
    const user = await edge.register();
    const { token } = await bot(user, ["profile:read"]);
    const last = async () =>
      (await edge.world.database.sql`SELECT last_used_at AS at FROM access_tokens WHERE user_id = ${user.userId}`)[0]!
        .at;
    expect(await last()).toBeNull();
    await ask("GET", "me", token);
    const first = await last();
    expect(first).toBeDate();
    await edge.auth.revocations.revoke(user.userId); // The cached entry becomes stale: the next request queries again.
    expect((await ask("GET", "me", token)).status).toBe(200);
    expect(await last()).toEqual(first);
  });

  test("it expires, and its user's suspension voids it", async () => {
    const user = await edge.register();
    const { token } = await bot(user, ["profile:read"], { expiresInDays: 1 });
    const { sql } = edge.world.database;
    await sql`UPDATE access_tokens SET expires_at = now() - interval '1 s' WHERE user_id = ${user.userId}`;
    expect((await ask("GET", "me", token)).body.code).toBe("token_expired");
    const second = await bot(user, ["profile:read"]);
    await sql`UPDATE users SET suspended_at = now() WHERE id = ${user.userId}`;
    expect((await ask("GET", "me", second.token)).body.code).toBe("suspended");
  });

  test("a deleted one is void at once; another user's is not found", async () => {
    const [ada, bob] = [await edge.register(), await edge.register()];
    const { id, token } = await bot(ada, ["profile:read"]);
    expect((await ask("GET", "me", token)).status).toBe(200);
    expect((await ask("DELETE", `me/tokens/${id}`, bob.token)).body.code).toBe("not_found");
    expect((await ask("GET", "me", token)).status).toBe(200);
    expect((await ask("DELETE", `me/tokens/${id}`, ada.token)).status).toBe(204);
    expect((await ask("GET", "me", token)).body.code).toBe("not_signed_in");
    expect((await ask("DELETE", `me/tokens/${id}`, ada.token)).body.code).toBe("not_found");
  });

  test("a change of role applies to a bot at once", async () => {
    const user = await edge.register();
    const { token } = await bot(user, ["profile:read"]);
    expect(await edge.auth.tokens.verify(token)).toMatchObject({ role: "user", login: user.login, deviceId: null });
    await edge.world.database.sql`UPDATE users SET role = 'staff' WHERE id = ${user.userId}`;
    await edge.auth.revocations.revoke(user.userId);
    expect(await edge.auth.tokens.verify(token)).toMatchObject({ role: "staff" });
  });
});

describe("malformed tokens", () => {
  const { text } = newPersonalToken(systemRandom);
  const changed = `${text.slice(0, 12)}${text[12] === "a" ? "b" : "a"}${text.slice(13)}`;
  test.each([
    ["an unknown well-formed one", text],
    ["one with a changed letter", changed],
    ["one cut short", text.slice(0, -1)],
    ["the prefix alone", "tcl_pat_"],
    ["one with SQL in it", `${text.slice(0, 30)}'OR'1'='1`.padEnd(46, "x")],
  ])("%s is refused", async (_, token) => {
    expect((await ask("GET", "me", token)).body.code).toBe("not_signed_in");
  });

  test("a thousand tokens differ, and use all letters and digits", () => {
    const made = Array.from({ length: 1_000 }, () => newPersonalToken(systemRandom).text);
    expect(new Set(made).size).toBe(1_000);
    expect(new Set(made.flatMap((one) => [...one.slice(8, 40)])).size).toBe(62);
  });

  test("a changed character is detected without a query", async () => {
    const asked = () => {
      throw new Error("the store was asked");
    };
    const tokens = createPersonalTokens({
      sql: asked as never,
      clock: edge.world.clock,
      revocations: edge.auth.revocations,
    });
    for (let at = 0; at < text.length; at++)
      for (const char of ["x", "Y", "0"])
        if (text[at] !== char) expect(await tokens.verify(text.slice(0, at) + char + text.slice(at + 1))).toBe("bad");
    expect(tokens.verify(text)).rejects.toThrow("the store was asked");
  });
});
