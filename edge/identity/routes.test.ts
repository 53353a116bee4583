// Registration, sign-in, refresh and sign-out over HTTP on real stores.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createLog } from "#runtime/base/log.ts";
import { connectDatabase } from "#schema/database.ts";
import { type Answer, type TestEdge, testEdge } from "../testing.ts";

let edge: TestEdge;
beforeAll(async () => {
  edge = await testEdge();
});
afterAll(() => edge.close());

const post = (path: string, json?: unknown, headers: Record<string, string> = {}) =>
  edge.ask("POST", `/api/v1/auth/${path}`, { headers, ...(json === undefined ? {} : { json }) });
const refresh = (refreshToken: string) => post("refresh", { refreshToken });
const fresh = (extra: object = {}) => {
  const login = `n_${crypto.randomUUID().slice(0, 8)}`;
  return { login, email: `${login}@example.org`, password: "a quiet river at night", ...extra };
};
const paths = (answer: Answer) => (answer.body.errors as { path: string }[]).map(({ path }) => path);

describe("register", () => {
  test("creates a user and a channel, and signs in", async () => {
    const body = fresh({ login: "Ada_Lovelace", email: "Ada@Example.ORG" });
    const answer = await post("register", body);
    expect(answer.status).toBe(201);
    const user = answer.body.user as { id: string };
    expect(answer.body).toEqual({
      user: { id: user.id, login: "ada_lovelace", displayName: "Ada_Lovelace", pictureUrl: null },
      channelId: (await edge.ask("GET", "/api/v1/channels/ada_lovelace")).body.id,
      accessToken: expect.any(String),
      expiresInMs: 900_000,
    });
    expect(user.id[14]).toBe("7");
    expect(answer.headers.get("set-cookie")).toMatch(
      /^refresh_token=[\w-]{70}; HttpOnly; Max-Age=2592000; Path=\/api\/v1\/auth; SameSite=Strict$/,
    );
    const channel = await edge.ask("GET", "/api/v1/channels/ADA_lovelace");
    expect(channel.body).toMatchObject({ login: "ada_lovelace", displayName: "Ada_Lovelace", live: null });
    const me = await edge.ask("GET", "/api/v1/me", { token: answer.body.accessToken as string });
    expect(me.body).toEqual({ ...user, email: "ada@example.org", role: "user", color: null });
  });

  test("refuses a taken login or address in any letter case", async () => {
    const first = fresh({ login: "Taken_1" });
    expect((await post("register", first)).status).toBe(201);
    const again = await post("register", { ...fresh(), login: "tAKEN_1" });
    expect([again.status, again.body.code]).toEqual([409, "login_taken"]);
    const email = await post("register", { ...fresh(), email: first.email.toUpperCase() });
    expect([email.status, email.body.code]).toEqual([409, "email_taken"]);
  });

  test("of twenty requests with one login, one succeeds and the others leave nothing behind", async () => {
    const login = `race_${crypto.randomUUID().slice(0, 6)}`;
    const answers = await Promise.all(Array.from({ length: 20 }, () => post("register", { ...fresh(), login })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(19).fill(409)]);
    const [count] = await edge.world.database.sql`
      SELECT count(*)::int AS users, (SELECT count(*)::int FROM channels c JOIN users u ON u.id = c.user_id WHERE login = ${login}) AS channels
      FROM users WHERE login = ${login}`;
    expect(count).toEqual({ users: 1, channels: 1 });
  });

  test.each([
    ["a login that is too short", { login: "ab" }, "login"],
    ["a login of look-alikes", { login: "аdmin1" }, "login"],
    ["a login with a dot", { login: "a.b.c" }, "login"],
    ["the name of a route", { login: "Dashboard" }, "login"],
    ["an e-mail address without a domain", { email: "x@y" }, "email"],
    ["an e-mail address with a NUL", { email: "x\u0000@example.org" }, "email"],
    ["an e-mail address in brackets, which a mailer takes off", { email: "<x@example.org>" }, "email"],
    ["two e-mail addresses", { email: '"a,"b@example.org' }, "email"],
    ["a link for an e-mail address", { email: "https://evil.example/x@example.org" }, "email"],
    ["a short password", { password: "123456789" }, "password"],
    ["a password of 1 025 characters", { password: `${"xy".repeat(512)}z` }, "password"],
    ["a common password", { password: "Password123" }, "password"],
    ["one letter many times", { password: "aaaaaaaaaaaaa" }, "password"],
    ["a row of keys", { password: "qwertyuiopas" }, "password"],
    ["the login as a password", { login: "my_own_name", password: "My_Own_Name" }, "password"],
    ["a number for a password", { password: 1234567890123 }, "password"],
    ["a display name that reverses text", { displayName: "x\u202ey" }, "displayName"],
    ["an invisible display name", { displayName: "\u3164" }, "displayName"],
    ["a role", { role: "admin" }, "role"],
    ["an id", { id: crypto.randomUUID() }, "id"],
  ])("refuses %s", async (_, extra, path) => {
    const answer = await post("register", fresh(extra));
    expect([answer.status, answer.body.code]).toEqual([422, "validation_failed"]);
    expect(paths(answer)).toEqual([path]);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
  });

  test("lists every missing field", async () => {
    expect(paths(await post("register", {})).sort()).toEqual(["email", "login", "password"]);
  });

  test("the answer about a bad password does not repeat it", async () => {
    expect((await post("register", fresh({ password: ["hunter2 hunter2"] }))).text).not.toContain("hunter2");
  });
});

describe("login", () => {
  test("accepts the login in any letter case, and the e-mail address", async () => {
    const user = await edge.register();
    for (const login of [user.login.toUpperCase(), `${user.login}@EXAMPLE.org`, ` ${user.login} `]) {
      const answer = await post("login", { login, password: user.password, otp: "000000" });
      expect([answer.status, (answer.body.user as { id: string }).id]).toEqual([200, user.userId]);
      expect(answer.refreshToken).toHaveLength(70);
    }
  });

  test("e-mail address and password are the same in every Unicode composition", async () => {
    const [local, word] = [`jos\u00e9.${crypto.randomUUID().slice(0, 8)}`, "a qui\u00e9t river at night"];
    const body = fresh({ email: `${local}@example.org`.normalize("NFD"), password: word.normalize("NFD") });
    expect((await post("register", body)).status).toBe(201);
    const json = { login: `${local}@example.org`, password: word };
    expect((await post("login", json)).status).toBe(200);
    expect((await post("register", fresh({ email: json.login }))).body.code).toBe("email_taken");
  });

  test("neither answer nor time distinguishes a wrong password from an unknown user", async () => {
    const user = await edge.register();
    const timed = async (login: string) => {
      const times: number[] = [];
      let last: Answer | undefined;
      for (let i = 0; i < 9; i++) {
        const startMs = performance.now();
        last = await post("login", { login, password: "not the right one" });
        times.push(performance.now() - startMs);
      }
      return { body: { ...last!.body, requestId: "" }, status: last!.status, ms: times.sort((a, b) => a - b)[4]! };
    };
    const wrong = await timed(user.login);
    const unknown = await timed(`nobody_${crypto.randomUUID().slice(0, 8)}`);
    expect({ ...unknown, ms: 0 }).toEqual({ ...wrong, ms: 0 });
    expect([wrong.status, wrong.body]).toMatchObject([401, { code: "bad_credentials" }]);
    // Without a hash the unknown user is answered fifty times faster.
    expect(unknown.ms / wrong.ms).toBeWithin(0.06, 16);
  });

  test("wrong types and unknown fields are refused", async () => {
    expect(paths(await post("login", { login: ["a"], password: { $ne: "" }, otp: 1, remember: true })).sort()).toEqual([
      "login",
      "otp",
      "password",
      "remember",
    ]);
  });
});

describe("refresh", () => {
  test("by cookie or by body gives a new access token and the next refresh token", async () => {
    const user = await edge.register();
    const byCookie = await post("refresh", undefined, { cookie: `other=1; refresh_token=${user.refreshToken}` });
    expect([byCookie.status, byCookie.body]).toMatchObject([200, { user: { id: user.userId }, expiresInMs: 900_000 }]);
    expect(byCookie.refreshToken).not.toBe(user.refreshToken);
    const byBody = await refresh(byCookie.refreshToken!);
    expect(byBody.status).toBe(200);
    expect((await edge.ask("GET", "/api/v1/me", { token: byBody.body.accessToken as string })).status).toBe(200);
  });

  test("forty tabs at once get the same successor", async () => {
    const user = await edge.register();
    const answers = await Promise.all(Array.from({ length: 40 }, () => refresh(user.refreshToken)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(1);
    expect((await refresh(answers[0]!.refreshToken!)).status).toBe(200);
  });

  test("the previous token works for 10 seconds, then it ends the family", async () => {
    const user = await edge.register();
    const second = (await refresh(user.refreshToken)).refreshToken!;
    expect((await refresh(user.refreshToken)).refreshToken).toBe(second);
    await edge.world.database
      .sql`UPDATE sign_ins SET rotated_at = rotated_at - interval '11 s' WHERE user_id = ${user.userId}`;
    const late = await refresh(user.refreshToken);
    expect([late.status, late.body.code]).toEqual([401, "token_reused"]);
    expect(late.headers.get("set-cookie")).toContain("Max-Age=0");
    const newest = await refresh(second);
    expect([newest.status, newest.body.code]).toEqual([401, "token_reused"]);
  });

  test("an older token ends the family at once, and no other device of the user", async () => {
    const user = await edge.register();
    const other = (await post("login", { login: user.login, password: user.password })).refreshToken!;
    const second = (await refresh(user.refreshToken)).refreshToken!;
    const third = (await refresh(second)).refreshToken!;
    expect((await refresh(user.refreshToken)).body.code).toBe("token_reused");
    expect((await refresh(third)).status).toBe(401);
    expect((await refresh(other)).status).toBe(200);
  });

  test("after a race of thief and owner at most one chain of tokens is valid", async () => {
    const user = await edge.register();
    const second = (await refresh(user.refreshToken)).refreshToken!;
    const third = (await refresh(second)).refreshToken!;
    const answers = await Promise.all([user.refreshToken, third, second, third, user.refreshToken].map(refresh));
    expect(answers.some(({ body }) => body.code === "token_reused")).toBe(true);
    const living = new Set(answers.filter(({ status }) => status === 200).map(({ refreshToken }) => refreshToken!));
    for (const token of living) expect((await refresh(token)).status).toBe(401);
  });

  test("a store that is away signs nobody out: the cookie stays valid", async () => {
    const user = await edge.register();
    const gone = connectDatabase({ url: "postgres://127.0.0.1:1/none", applicationName: "test" });
    const other = await testEdge({
      database: { url: "postgres://127.0.0.1:1/none", database: gone, drop: async () => {} },
    });
    const answer = await other.ask("POST", "/api/v1/auth/refresh", {
      headers: { cookie: `refresh_token=${user.refreshToken}` },
    });
    expect([answer.status, answer.body.code, answer.headers.get("set-cookie")]).toEqual([503, "unavailable", null]);
    await other.close();
    await gone.close();
    expect((await refresh(user.refreshToken)).status).toBe(200);
  });

  test("a suspended user is refused at sign-in and refresh, with the reason", async () => {
    const user = await edge.register();
    const { sql } = edge.world.database;
    await sql`UPDATE users SET suspended_at = now() WHERE id = ${user.userId}`;
    const kept = await refresh(user.refreshToken);
    expect([kept.status, kept.body.code]).toEqual([403, "suspended"]);
    expect((await post("login", { login: user.login, password: "not the right one" })).body.code).toBe(
      "bad_credentials",
    );
    const again = await post("login", { login: user.login, password: user.password });
    expect([again.status, again.body.code, again.refreshToken]).toEqual([403, "suspended", null]);
    await sql`UPDATE users SET suspended_until = now() - interval '1 s' WHERE id = ${user.userId}`;
    expect((await post("login", { login: user.login, password: user.password })).status).toBe(200);
  });

  test.each([
    ["nothing", undefined],
    ["garbage", { refreshToken: "garbage" }],
    ["a well-formed forgery", { refreshToken: "A".repeat(70) }],
  ])("%s is refused", async (_, body) => {
    const answer = await post("refresh", body);
    expect([answer.status, answer.body.code]).toEqual([401, "not_signed_in"]);
  });

  test("a forged family id cannot end a family", async () => {
    const user = await edge.register();
    const bytes = Buffer.from(user.refreshToken, "base64url");
    bytes[51]! ^= 1;
    expect((await refresh(bytes.toString("base64url"))).body.code).toBe("not_signed_in");
    expect((await refresh(user.refreshToken)).status).toBe(200);
  });

  test("expires after 30 days without use", async () => {
    const user = await edge.register();
    await edge.world.database
      .sql`UPDATE sign_ins SET expires_at = now() - interval '1 s' WHERE user_id = ${user.userId}`;
    expect((await refresh(user.refreshToken)).body.code).toBe("not_signed_in");
  });

  test("a foreign page cannot use the cookie", async () => {
    const user = await edge.register();
    const from = (origin: string) =>
      post("refresh", undefined, { cookie: `refresh_token=${user.refreshToken}`, origin, host: "edge.test" });
    for (const origin of ["https://evil.example", "null", "https://edge.test.evil.example", "http://edge.test:81"])
      expect((await from(origin)).body.code).toBe("foreign_origin");
    expect((await from("https://edge.test")).status).toBe(200);
    const cookie = `refresh_token=${user.refreshToken}`;
    expect((await post("refresh", undefined, { cookie, "sec-fetch-site": "cross-site" })).body.code).toBe(
      "foreign_origin",
    );
    expect((await post("refresh", undefined, { cookie, "sec-fetch-site": "same-origin" })).status).toBe(200);
  });

  test("a cookie that another host of the site puts before ours signs nobody out", async () => {
    const user = await edge.register();
    const cookie = `refresh_token=theirs; theme=dark; refresh_token=${"A".repeat(70)};refresh_token=${user.refreshToken}`;
    expect((await post("refresh", undefined, { cookie })).status).toBe(200);
  });

  test("an expired access token in the header does not matter", async () => {
    const user = await edge.register();
    expect((await post("refresh", { refreshToken: user.refreshToken }, { authorization: "Bearer old" })).status).toBe(
      200,
    );
  });
});

describe("logout", () => {
  test("signs this device out, also with an old token, and clears the cookie", async () => {
    const user = await edge.register();
    const other = (await post("login", { login: user.login, password: user.password })).refreshToken!;
    const answer = await post("logout", undefined, { cookie: `refresh_token=${user.refreshToken}` });
    expect([answer.status, answer.text]).toEqual([204, ""]);
    expect(answer.headers.get("set-cookie")).toMatch(/^refresh_token=; .*Max-Age=0/);
    expect((await refresh(user.refreshToken)).body.code).toBe("not_signed_in");
    expect((await refresh(other)).status).toBe(200);
    expect((await post("logout")).status).toBe(204);
  });

  test("logout-all signs out every device of this user and no other user's", async () => {
    const [user, bystander] = [await edge.register(), await edge.register()];
    const other = (await post("login", { login: user.login, password: user.password })).refreshToken!;
    expect((await post("logout-all", { refreshToken: other })).status).toBe(204);
    expect((await refresh(user.refreshToken)).status).toBe(401);
    expect((await refresh(other)).status).toBe(401);
    expect((await refresh(bystander.refreshToken)).status).toBe(200);
    expect((await post("logout-all", { refreshToken: other })).body.code).toBe("not_signed_in");
  });
});

test("the database has no password or token as plain text", async () => {
  const user = await edge.register();
  const { sql } = edge.world.database;
  const rows = await sql`
    SELECT u.*, encode(s.token_hash, 'escape') AS token FROM users u JOIN sign_ins s ON s.user_id = u.id WHERE u.id = ${user.userId}`;
  const text = JSON.stringify(rows);
  expect(rows[0]!.password_hash).toMatch(/^\$2b\$/);
  for (const secret of [user.password, user.refreshToken, user.token]) expect(text).not.toContain(secret);
});

test("cookies are Secure if the setting says so", async () => {
  const secure = await testEdge({ config: { secureCookies: true } });
  try {
    const answer = await secure.ask("POST", "/api/v1/auth/register", { json: fresh() });
    expect(answer.headers.get("set-cookie")).toContain("; Secure");
  } finally {
    await secure.close();
  }
});

test("no password, token or key is ever logged", async () => {
  const lines: string[] = [];
  const levels = new Set(["trace", "debug", "info", "warn", "error", "fatal"]);
  const log = new Proxy(createLog({ name: "test", level: "silent" }), {
    get: (target, key) =>
      levels.has(String(key)) ? (...said: unknown[]) => lines.push(JSON.stringify(said)) : Reflect.get(target, key),
  });
  const other = await testEdge({ log });
  const ask = (path: string, json: unknown, token?: string) =>
    other.ask("POST", `/api/v1/${path}`, { json, ...(token ? { token } : {}) });
  const user = await other.register();
  const key = (await ask(`channels/${user.login}/stream-key`, {}, user.token)).body.streamKey as string;
  await ask("auth/login", { login: user.login, password: "wrong but secret" });
  const second = (await ask("auth/refresh", { refreshToken: user.refreshToken })).refreshToken!;
  const third = (await ask("auth/refresh", { refreshToken: second })).refreshToken!;
  expect((await ask("auth/refresh", { refreshToken: user.refreshToken })).body.code).toBe("token_reused");
  expect((await other.ask("GET", "/api/v1/me", { token: user.token })).status).toBe(401);
  await other.close();
  await ask("auth/login", { login: user.login, password: user.password });
  expect(lines.length).toBeGreaterThan(2);
  for (const secret of [user.password, "wrong but secret", user.token, user.refreshToken, second, third, key])
    expect(lines.filter((line) => line.includes(secret))).toEqual([]);
});

describe("one mailbox is one account, however its host is spelt", () => {
  const password = "a quiet river at night";
  const named = (login: string, email: string) =>
    edge.ask("POST", "/api/v1/auth/register", { json: { login, email, password } });
  const signedIn = async (login: string, from = password) =>
    (await edge.ask("POST", "/api/v1/auth/login", { json: { login, password: from } })).status;

  test("at registration and at sign-in", async () => {
    expect((await named("ida", "Ida@Bücher.example")).status).toBe(201);
    const [row] = await edge.world.database.sql`SELECT email FROM users WHERE login = 'ida'`;
    expect(row!.email).toBe("ida@xn--bcher-kva.example");
    for (const typed of ["ida@bücher.example", "ida@xn--bcher-kva.example", " IDA@BÜCHER.example", "ida"])
      expect([typed, await signedIn(typed)]).toEqual([typed, 200]);
    for (const again of ["ida@bücher.example", "ida@xn--bcher-kva.example"])
      expect((await named("ida_2", again)).body.code).toBe("email_taken");
  });

  test("for accounts of older versions, whose host was kept as it was typed", async () => {
    await named("old_one", "old@example.org");
    await edge.world.database.sql`UPDATE users SET email = 'old@müller.example' WHERE login = 'old_one'`;
    for (const typed of ["old@müller.example", "old@xn--mller-kva.example"])
      expect([typed, await signedIn(typed)]).toEqual([typed, 200]);
    expect((await named("new_one", "old@xn--mller-kva.example")).body.code).toBe("email_taken");
    // Two accounts that older versions let one mailbox have: each spelling is tried first for its own.
    await named("twin", "twin@example.org");
    await edge.world.database.sql`UPDATE users SET email = 'old@xn--mller-kva.example' WHERE login = 'twin'`;
    expect(await signedIn("old@xn--mller-kva.example")).toBe(200);
  });

  test("addresses and names with characters that nobody sees are refused", async () => {
    for (const email of [
      "a\u200bda@example.org",
      "a\u202eda@example.org",
      "ada@exam\u200bple.org",
      "ada@example.org\u2060",
    ])
      expect((await named("ada_unseen", email)).body.code).toBe("validation_failed");
    for (const displayName of ["\u3164", "\u2800\u2800", "\u00ad", " \u200d "]) {
      const json = { login: "ada_unseen", email: "unseen@example.org", password, displayName };
      expect((await edge.ask("POST", "/api/v1/auth/register", { json })).body.code).toBe("validation_failed");
    }
  });
});
