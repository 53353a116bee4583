// The asker's own account over HTTP on real stores: e-mail links, changes, deletion, export.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Refusal } from "#runtime/actor/actor.ts";
import type { Caller } from "#runtime/cluster/caller.ts";
import { roomEntries } from "#schema/queries/chat/entries.ts";
import { NOBODY } from "#schema/wire/room.ts";
import { type Answer, type TestEdge, type TestUser, testEdge } from "../../testing.ts";
import { createMailbox } from "./testing.ts";

const mailbox = createMailbox();
const stopped: string[] = [];
/** Live for the channels in `live`, off air for all others. */
const live = new Set<string>();
const caller: Caller = {
  call: (_kind, key) => {
    stopped.push(key);
    if (away) return Promise.reject(new Refusal("unavailable"));
    return live.has(key) ? Promise.resolve(null as never) : Promise.reject(new Refusal("not_publishing"));
  },
};
let away = false;
let edge: TestEdge;
beforeAll(async () => {
  edge = await testEdge({ mailer: mailbox, caller, config: { publicUrl: "https://live.example.org" } });
});
afterAll(() => edge.close());

const NEW_PASSWORD = "a louder river by day";
const auth = (path: string, json: unknown, token?: string) =>
  edge.ask("POST", `/api/v1/auth/${path}`, { json, ...(token === undefined ? {} : { token }) });
const me = (method: string, path: string, token: string, json?: unknown) =>
  edge.ask(method, `/api/v1/me${path}`, { token, ...(json === undefined ? {} : { json }) });
const login = async (user: TestUser, password = user.password) =>
  (await auth("login", { login: user.login, password })).status;
const said = ({ status, body }: Answer) => [status, body.code];
const mailOf = (user: TestUser) => `${user.login}@example.org`;
/** Makes the sign-in old, so that only the password helps. */
const stale = (user: TestUser) =>
  edge.world.database
    .sql`UPDATE sign_ins SET created_at = created_at - interval '1 hour' WHERE user_id = ${user.userId}`;
async function forgot(user: TestUser): Promise<string> {
  expect((await auth("password/forgot", { email: mailOf(user) })).status).toBe(204);
  return mailbox.takeToken(mailOf(user), "Choose a new password");
}

describe("the address of a new account", () => {
  test("is confirmed by the link in the e-mail, once", async () => {
    const user = await edge.register();
    const token = await mailbox.takeToken(mailOf(user), "Confirm");
    expect((await me("GET", "/account", user.token)).body).toMatchObject({ emailVerified: false, hasPassword: true });
    const answer = await auth("email/verify", { token });
    expect([answer.status, answer.body]).toEqual([200, { email: mailOf(user) }]);
    expect((await me("GET", "/account", user.token)).body.emailVerified).toBe(true);
    expect(said(await auth("email/verify", { token }))).toEqual([400, "bad_link"]);
  });

  test("can get a new link, and then only the newest one works", async () => {
    const user = await edge.register();
    const first = await mailbox.takeToken(mailOf(user), "Confirm");
    expect((await auth("email/resend", {}, user.token)).status).toBe(204);
    const second = await mailbox.takeToken(mailOf(user), "Confirm");
    expect(said(await auth("email/verify", { token: first }))).toEqual([400, "bad_link"]);
    expect((await auth("email/verify", { token: second })).status).toBe(200);
  });

  test("a mailbox gets at most five e-mails an hour", async () => {
    const user = await edge.register();
    for (let i = 0; i < 8; i++) expect((await auth("password/forgot", { email: mailOf(user) })).status).toBe(204);
    await edge.register().then((other) => mailbox.take(mailOf(other), "Confirm"));
    expect(mailbox.emails.filter(({ to }) => to === mailOf(user)).length).toBeLessThanOrEqual(5);
  });

  test("links begin with PUBLIC_URL, whatever the Host of a request", async () => {
    const user = await edge.register();
    await mailbox.take(mailOf(user), "Confirm");
    const headers = { host: "evil.example", "x-forwarded-host": "evil.example", origin: "https://evil.example" };
    await edge.ask("POST", "/api/v1/auth/password/forgot", { json: { email: mailOf(user) }, headers });
    const { text } = await mailbox.take(mailOf(user), "Choose a new password");
    expect(text).not.toContain("evil");
    expect(text).toContain("https://live.example.org/reset?token=");
  });

  test.each([["AAAA"], ["A".repeat(43)], [`${"A".repeat(42)}'`], [""]])(
    "the invented token %p is refused",
    async (token) => {
      expect([400, 422]).toContain((await auth("email/verify", { token })).status);
    },
  );
});

describe("a forgotten password", () => {
  test("is replaced by the link, once; all devices are signed out at once", async () => {
    const user = await edge.register();
    const token = await forgot(user);
    const set = await auth("password/reset", { token, password: NEW_PASSWORD });
    expect([set.status, set.text]).toEqual([204, ""]);
    expect([await login(user), await login(user, NEW_PASSWORD)]).toEqual([401, 200]);
    expect((await me("GET", "", user.token)).status).toBe(401);
    expect((await auth("refresh", { refreshToken: user.refreshToken })).status).toBe(401);
    expect(said(await auth("password/reset", { token, password: NEW_PASSWORD }))).toEqual([400, "bad_link"]);
    await mailbox.take(mailOf(user), "Your password was changed");
  });

  test("an unknown address gets the same answer, and no e-mail is sent", async () => {
    const before = mailbox.emails.length;
    const known = await edge.register();
    const answers = await Promise.all(
      [mailOf(known), "nobody@example.org"].map((email) => auth("password/forgot", { email })),
    );
    expect(answers.map(({ status, text }) => [status, text])).toEqual([
      [204, ""],
      [204, ""],
    ]);
    await mailbox.take(mailOf(known), "Choose a new password");
    expect(mailbox.emails.slice(before).filter(({ to }) => to === "nobody@example.org")).toEqual([]);
  });

  test("an unknown address takes the same time", async () => {
    const user = await edge.register();
    const timed = async (email: string) => {
      const times: number[] = [];
      for (let i = 0; i < 15; i++) {
        const startMs = performance.now();
        await auth("password/forgot", { email });
        times.push(performance.now() - startMs);
      }
      return times.sort((a, b) => a - b)[7]!;
    };
    expect((await timed("nobody@example.org")) / (await timed(mailOf(user)))).toBeWithin(0.2, 5);
  });

  test("a bad password does not use up the link, a second e-mail does", async () => {
    const user = await edge.register();
    const first = await forgot(user);
    const bad = await auth("password/reset", { token: first, password: "password123" });
    expect(said(bad)).toEqual([422, "validation_failed"]);
    const second = await forgot(user);
    expect(said(await auth("password/reset", { token: first, password: NEW_PASSWORD }))).toEqual([400, "bad_link"]);
    expect((await auth("password/reset", { token: second, password: NEW_PASSWORD })).status).toBe(204);
  });

  test("the link expires after an hour", async () => {
    const user = await edge.register();
    const token = await forgot(user);
    await edge.world.database.sql`UPDATE email_tokens SET expires_at = now() WHERE user_id = ${user.userId}`;
    expect(said(await auth("password/reset", { token, password: NEW_PASSWORD }))).toEqual([400, "bad_link"]);
  });

  test("of ten requests with one link at once, one sets the password", async () => {
    const user = await edge.register();
    const token = await forgot(user);
    const passwords = Array.from({ length: 10 }, (_, i) => `${NEW_PASSWORD} ${i}`);
    const answers = await Promise.all(passwords.map((password) => auth("password/reset", { token, password })));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    const works = await Promise.all(passwords.map((password) => login(user, password)));
    expect(works.filter((status) => status === 200)).toHaveLength(1);
  });

  test("a link to confirm an address sets no password, and the reverse", async () => {
    const user = await edge.register();
    const verify = await mailbox.takeToken(mailOf(user), "Confirm");
    const reset = await forgot(user);
    expect(said(await auth("password/reset", { token: verify, password: NEW_PASSWORD }))).toEqual([400, "bad_link"]);
    expect(said(await auth("email/verify", { token: reset }))).toEqual([400, "bad_link"]);
  });

  test("a reset before the address was confirmed removes every other way into the account", async () => {
    const user = await edge.register();
    const { sql } = edge.world.database;
    const make = () =>
      sql`INSERT INTO identities (provider, subject, user_id) VALUES ('x', ${crypto.randomUUID()}, ${user.userId})`;
    const count = async () => (await sql`SELECT 1 FROM identities WHERE user_id = ${user.userId}`).length;
    await make();
    await auth("password/reset", { token: await forgot(user), password: NEW_PASSWORD });
    expect(await count()).toBe(0);
    await make();
    await auth("password/reset", { token: await forgot(user), password: NEW_PASSWORD });
    expect(await count()).toBe(1);
  });

  test("tokens are stored as hashes", async () => {
    const user = await edge.register();
    const token = await forgot(user);
    const rows = await edge.world.database.sql`SELECT * FROM email_tokens WHERE user_id = ${user.userId}`;
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map((row) => Buffer.from(row.token_hash).toString("base64url"))).not.toContain(token);
    expect(JSON.stringify(rows)).not.toContain(token);
  });
});

describe("changing the password", () => {
  test("needs the old one and signs out the other devices only", async () => {
    const user = await edge.register();
    const other = (await auth("login", { login: user.login, password: user.password })).body.accessToken as string;
    const change = (oldPassword?: string) =>
      me("PUT", "/password", user.token, {
        ...(oldPassword === undefined ? {} : { oldPassword }),
        password: NEW_PASSWORD,
      });
    expect(said(await change("not the right one"))).toEqual([401, "bad_credentials"]);
    expect(said(await change())).toEqual([422, "validation_failed"]);
    expect((await change(user.password)).status).toBe(204);
    expect([await login(user), await login(user, NEW_PASSWORD)]).toEqual([401, 200]);
    expect((await me("GET", "", user.token)).status).toBe(200);
    expect((await me("GET", "", other)).status).toBe(401);
    expect((await auth("refresh", { refreshToken: user.refreshToken })).status).toBe(200);
  });

  test("guesses share the limit of sign-in", async () => {
    const user = await edge.register();
    const guess = () =>
      me("PUT", "/password", user.token, { oldPassword: "not the right one", password: NEW_PASSWORD });
    const answers: number[] = [];
    for (let i = 0; i < 12; i++) answers.push((await guess()).status);
    expect(answers.slice(-2)).toEqual([429, 429]);
    expect(await login(user)).toBe(429);
  });
});

describe("changing the address", () => {
  test("takes effect once it is confirmed, and the old address gets a notice", async () => {
    const user = await edge.register();
    const oldReset = await forgot(user);
    const email = `new-${user.login}@example.org`;
    expect(
      (await me("PUT", "/email", user.token, { email: email.toUpperCase(), password: user.password })).status,
    ).toBe(204);
    const token = await mailbox.takeToken(email, "new e-mail address");
    await mailbox.take(mailOf(user), "A change of your e-mail address was requested");
    expect((await me("GET", "/account", user.token)).body).toMatchObject({ email: mailOf(user), pendingEmail: email });
    expect((await auth("email/verify", { token })).body).toEqual({ email });
    expect((await me("GET", "/account", user.token)).body).toMatchObject({
      email,
      emailVerified: true,
      pendingEmail: null,
    });
    await mailbox.take(mailOf(user), "Your e-mail address was changed");
    expect(said(await auth("password/reset", { token: oldReset, password: NEW_PASSWORD }))).toEqual([400, "bad_link"]);
  });

  test("to another account's address gets the same answer, and only its owner gets an e-mail", async () => {
    const [user, other] = [await edge.register(), await edge.register()];
    const answer = await me("PUT", "/email", user.token, { email: mailOf(other), password: user.password });
    expect([answer.status, answer.text]).toEqual([204, ""]);
    await mailbox.take(mailOf(other), "already has an account");
    expect((await me("GET", "/account", user.token)).body).toMatchObject({ email: mailOf(user) });
  });

  test("of two accounts that confirm one address, the second is refused", async () => {
    const [one, two] = [await edge.register(), await edge.register()];
    const email = `both-${one.login}@example.org`;
    const tokens: string[] = [];
    for (const user of [one, two]) {
      await me("PUT", "/email", user.token, { email, password: user.password });
      tokens.push(await mailbox.takeToken(email, "new e-mail address"));
    }
    expect((await auth("email/verify", { token: tokens[0] })).status).toBe(200);
    expect(said(await auth("email/verify", { token: tokens[1] }))).toEqual([409, "email_taken"]);
  });

  test("needs the password or a fresh sign-in", async () => {
    const user = await edge.register();
    const change = (password?: string) =>
      me("PUT", "/email", user.token, {
        email: `x-${user.login}@example.org`,
        ...(password === undefined ? {} : { password }),
      });
    expect((await change()).status).toBe(204);
    await stale(user);
    expect(said(await change())).toEqual([403, "sign_in_again"]);
    expect(said(await change("not the right one"))).toEqual([401, "bad_credentials"]);
    expect((await change(user.password)).status).toBe(204);
  });
});

describe("changing the login", () => {
  const rename = (user: TestUser, to: string, token = user.token) => me("PUT", "/login", token, { login: to });
  const freshName = () => `r_${crypto.randomUUID().slice(0, 8)}`;

  test("renames the channel too, and holds the old login", async () => {
    const user = await edge.register();
    const name = freshName();
    const answer = await rename(user, name.toUpperCase());
    expect([answer.status, answer.body]).toMatchObject([
      200,
      { login: name, loginChangeAllowedAt: expect.any(String) },
    ]);
    for (const address of [name, user.login])
      expect((await edge.ask("GET", `/api/v1/channels/${address}`)).body).toMatchObject({ login: name });
    const body = { email: `${freshName()}@example.org`, password: NEW_PASSWORD };
    expect(said(await auth("register", { ...body, login: user.login }))).toEqual([409, "login_taken"]);
    const refreshed = await auth("refresh", { refreshToken: user.refreshToken });
    expect((refreshed.body.user as { login: string }).login).toBe(name);
    const other = await edge.register();
    expect(said(await rename(other, user.login))).toEqual([409, "login_taken"]);
  });

  test("the former owner of a login is deleted when the hold expires", async () => {
    const [user, other] = [await edge.register(), await edge.register()];
    const { sql } = edge.world.database;
    await rename(user, freshName());
    await sql`UPDATE past_logins SET held_until = now() - interval '1 s' WHERE user_id = ${user.userId}`;
    expect((await rename(other, freshName())).status).toBe(200);
    expect(await sql`SELECT login FROM past_logins WHERE user_id = ${user.userId}`).toHaveLength(0);
  });

  test("is possible once in thirty days, then also back to the old login", async () => {
    const user = await edge.register();
    await rename(user, freshName());
    const token = (await auth("refresh", { refreshToken: user.refreshToken })).body.accessToken as string;
    const again = await rename(user, user.login, token);
    expect(said(again)).toEqual([409, "login_changed_lately"]);
    expect(Number(again.headers.get("retry-after"))).toBeWithin(29 * 86_400, 30 * 86_400 + 1);
    await edge.world.database
      .sql`UPDATE users SET login_changed_at = login_changed_at - interval '31 days' WHERE id = ${user.userId}`;
    expect((await rename(user, user.login, token)).body.login).toBe(user.login);
  });

  test("to a reserved or a taken login is refused", async () => {
    const [user, other] = [await edge.register(), await edge.register()];
    expect(said(await rename(user, "Dashboard"))).toEqual([422, "validation_failed"]);
    expect(said(await rename(user, other.login))).toEqual([409, "login_taken"]);
  });

  test("of two requests for one login at once, one succeeds", async () => {
    const users = await Promise.all(Array.from({ length: 6 }, () => edge.register()));
    const name = freshName();
    const answers = await Promise.all(users.map((user) => rename(user, name)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
  });
});

describe("account deletion", () => {
  const leave = (user: TestUser, password?: string) =>
    me("POST", "/deletion", user.token, password === undefined ? {} : { password });
  const channelOf = async (user: TestUser) =>
    (await edge.world.database.sql`SELECT id FROM channels WHERE user_id = ${user.userId}`)[0]!.id as string;
  /** Adds lines of one person, from `first` to `last`. */
  async function say(user: TestUser, channelId: string, [first, last]: [number, number]) {
    const { sql } = edge.world.database;
    const author = { id: user.userId, login: user.login, displayName: user.login, color: "#000000", badges: [] };
    await sql`
      INSERT INTO chat_entries (channel_id, seq, epoch, id, kind, at, user_id, nonce, author, body)
      SELECT ${channelId}, n, 1, gen_random_uuid(), 'line', now(), ${user.userId}, 'n' || n, ${sql.json(author)}, 'line ' || n
      FROM generate_series(${first}::int, ${last}::int) n`;
  }

  test("ends the broadcast first, then deletes account, channel, keys and devices; lines keep their seq and lose their bodies", async () => {
    const [user, other] = [await edge.register(), await edge.register()];
    const { sql } = edge.world.database;
    const [own, room] = [await channelOf(user), await channelOf(other)];
    live.add(own);
    await edge.ask("POST", `/api/v1/channels/${user.login}/stream-key`, { token: user.token, json: {} });
    await say(user, room, [1, 1_200]);
    await say(other, room, [1_201, 1_203]);
    await say(other, own, [1, 1]);
    const answer = await leave(user, user.password);
    expect([answer.status, answer.headers.get("set-cookie")]).toEqual([204, expect.stringContaining("Max-Age=0")]);
    expect(stopped).toContain(own);
    expect((await me("GET", "", user.token)).status).toBe(401);
    expect((await auth("refresh", { refreshToken: user.refreshToken })).status).toBe(401);
    expect(await login(user)).toBe(401);
    expect((await edge.ask("GET", `/api/v1/channels/${user.login}`)).status).toBe(404);
    const rows = await sql`SELECT author, body FROM chat_entries WHERE channel_id = ${room} ORDER BY seq`;
    expect(rows).toHaveLength(1_203);
    expect(rows.filter(({ author }) => author.login === other.login)).toHaveLength(3);
    expect(rows[0]).toMatchObject({ author: { login: "deleted" }, body: "" });
    expect(JSON.stringify(rows)).not.toContain(user.login);
    const [first] = await roomEntries(sql, { channelId: room, limit: 1_203 });
    expect(first).toMatchObject({ seq: 1, user: NOBODY, body: "", deleted: true });
    expect(await sql`SELECT 1 FROM chat_entries WHERE channel_id = ${own}`).toHaveLength(0);
    for (const table of ["stream_keys WHERE channel_id", "channels WHERE id"])
      expect(await sql.unsafe(`SELECT 1 FROM ${table} = '${own}'`)).toHaveLength(0);
    await mailbox.take(mailOf(user), "deleted");
    const body = { email: `${user.login}2@example.org`, password: NEW_PASSWORD, login: user.login };
    expect(said(await auth("register", body))).toEqual([409, "login_taken"]);
  });

  test("needs the password or a fresh sign-in", async () => {
    const user = await edge.register();
    await stale(user);
    expect(said(await leave(user))).toEqual([403, "sign_in_again"]);
    expect(said(await leave(user, "not the right one"))).toEqual([401, "bad_credentials"]);
    expect((await me("GET", "", user.token)).status).toBe(200);
    await edge.world.database.sql`UPDATE sign_ins SET created_at = now() WHERE user_id = ${user.userId}`;
    expect((await leave(user)).status).toBe(204);
  });

  test("is refused while the broadcast cannot be ended", async () => {
    const user = await edge.register();
    away = true;
    const answer = await leave(user, user.password);
    away = false;
    expect(said(answer)).toEqual([503, "unavailable"]);
    expect(await login(user)).toBe(200);
  });

  test("of a staff member undoes none of that person's acts on others", async () => {
    const [user, other] = [await edge.register(), await edge.register()];
    const { sql } = edge.world.database;
    await sql`UPDATE users SET role = 'staff' WHERE id = ${user.userId}`;
    const path = `/api/v1/admin/users/${other.login}/suspension`;
    const suspended = await edge.ask("POST", path, { token: user.token, json: { reason: "a private reason" } });
    expect(suspended.status).toBe(201);
    const exported = await me("GET", "/export", user.token);
    expect(exported.text).toContain("user.suspended");
    for (const others of ["a private reason", other.userId]) expect(exported.text).not.toContain(others);
    expect((await leave(user, user.password)).status).toBe(204);
    const rows = await sql`SELECT act, address, detail FROM audit_log WHERE actor_id = ${user.userId}`;
    const kept = rows.filter(({ detail }) => Object.keys(detail).length > 0);
    expect(kept).toMatchObject([{ act: "user.suspended", detail: { reason: "a private reason" } }]);
    expect(rows.filter(({ act, address }) => address !== "" && act !== "user.suspended")).toEqual([]);
  });

  test("of the last admin is refused", async () => {
    const user = await edge.register();
    await edge.world.database.sql`UPDATE users SET role = 'admin' WHERE id = ${user.userId}`;
    expect(said(await leave(user, user.password))).toEqual([409, "last_admin"]);
  });
});

describe("export", () => {
  test("has all data of the person, none of others, and no secrets", async () => {
    const [user, other] = [await edge.register(), await edge.register()];
    const { sql } = edge.world.database;
    const [{ id: room } = { id: "" }] = await sql<
      { id: string }[]
    >`SELECT id FROM channels WHERE user_id = ${other.userId}`;
    const key = await edge.ask("POST", `/api/v1/channels/${user.login}/stream-key`, { token: user.token, json: {} });
    await sql`
      INSERT INTO chat_entries (channel_id, seq, epoch, id, kind, at, user_id, nonce, author, body)
      SELECT ${room}, n, 1, gen_random_uuid(), 'line', now() + (n / 3) * interval '1 ms', ${user.userId}, n::text, '{}', 'mine ' || n FROM generate_series(1, 1234) n`;
    await sql`
      INSERT INTO chat_entries (channel_id, seq, epoch, id, kind, at, user_id, nonce, author, body)
      VALUES (${room}, 2000, 1, gen_random_uuid(), 'line', now(), ${other.userId}, 'x', '{}', 'not mine')`;
    const answer = await me("GET", "/export", user.token);
    expect([answer.status, answer.headers.get("content-disposition")]).toEqual([
      200,
      `attachment; filename="${user.login}.json"`,
    ]);
    const all = answer.body as Record<string, { body: string }[]> & { user: { email: string } };
    expect(all.user.email).toBe(mailOf(user));
    expect(all.chatLines!.map(({ body }) => body).sort()).toEqual(
      Array.from({ length: 1_234 }, (_, i) => `mine ${i + 1}`).sort(),
    );
    expect(all.signIns).toHaveLength(1);
    expect(all.acts!.length).toBeGreaterThan(0);
    expect(all.truncated).toEqual([]);
    for (const secret of [
      user.password,
      user.refreshToken,
      key.body.streamKey as string,
      "$2b$",
      other.login,
      "not mine",
    ])
      expect(answer.text).not.toContain(secret);
  });

  test("is refused without sign-in, and more than five times an hour", async () => {
    expect((await edge.ask("GET", "/api/v1/me/export")).status).toBe(401);
    const user = await edge.register();
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) statuses.push((await me("GET", "/export", user.token)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });
});
