// Attempts to keep access to an account that its owner has just secured: each fails from that act on.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Refusal } from "#runtime/actor/actor.ts";
import { endSignIn, endSignInsOf } from "#schema/queries/accounts/devices.ts";
import { createUserByIdentity } from "#schema/queries/accounts/identities.ts";
import { endAccessToken } from "#schema/queries/accounts/personal-tokens.ts";
import { inTransaction } from "#schema/transaction.ts";
import { type Answer, type TestEdge, type TestUser, testEdge } from "../testing.ts";
import { createMailbox } from "./account/testing.ts";
import { createPasswords, type Passwords } from "./password/hashing.ts";

const mailbox = createMailbox();
/** While set, the next successful password check is answered only when this resolves. */
let held: { found: () => void; goOn: Promise<void> } | null = null;
const hashing = createPasswords({ cost: 4 });
const passwords: Passwords = {
  hash: hashing.hash,
  async verify(password, hash) {
    const right = await hashing.verify(password, hash);
    const now = held;
    if (now && right) {
      held = null;
      now.found();
      await now.goOn;
    }
    return right;
  },
};
let edge: TestEdge;
beforeAll(async () => {
  edge = await testEdge({
    mailer: mailbox,
    passwords,
    caller: { call: () => Promise.reject(new Refusal("not_publishing")) },
  });
});
afterAll(() => edge.close());

const NEW_PASSWORD = "a louder river by day";
const said = ({ status, body }: Answer) => [status, body.code];
const mailOf = (user: TestUser) => `${user.login}@example.org`;
const auth = (path: string, json: unknown, token?: string) =>
  edge.ask("POST", `/api/v1/auth/${path}`, { json, ...(token === undefined ? {} : { token }) });
const me = (method: string, path: string, token: string, json: unknown = {}) =>
  edge.ask(method, `/api/v1/me${path}`, { token, ...(method === "GET" ? {} : { json }) });
const signIn = (user: TestUser) => auth("login", { login: user.login, password: user.password });
const devices = async (user: TestUser) =>
  (await edge.world.database.sql`SELECT 1 FROM sign_ins WHERE user_id = ${user.userId}`).length;
/** Waits for another transaction to end. */
async function someoneWaits() {
  const { sql } = edge.world.database;
  while (
    (await sql`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`)
      .length === 0
  );
}
async function forgot(user: TestUser): Promise<string> {
  await auth("password/forgot", { email: mailOf(user) });
  return mailbox.takeToken(mailOf(user), "Choose a new password");
}

describe("a new password", () => {
  const change = (user: TestUser, password = NEW_PASSWORD) =>
    me("PUT", "/password", user.token, { oldPassword: user.password, password });

  test("voids the pending link to another address, as the e-mail promises", async () => {
    const user = await edge.register();
    const email = `thief-${user.login}@example.org`;
    expect((await me("PUT", "/email", user.token, { email })).status).toBe(204);
    const token = await mailbox.takeToken(email, "new e-mail address");
    expect((await change(user)).status).toBe(204);
    expect(said(await auth("email/verify", { token }))).toEqual([400, "bad_link"]);
    expect((await me("GET", "/account", user.token)).body).toMatchObject({ email: mailOf(user), pendingEmail: null });
  });

  /** Signs in with the old password, which is checked just before `act` and answered just after. */
  async function signInAround(user: TestUser, act: () => Promise<unknown>): Promise<Answer> {
    const found = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    held = { found: found.resolve, goOn: goOn.promise };
    const answer = signIn(user);
    await found.promise;
    await act();
    goOn.resolve();
    return answer;
  }

  test("refuses a sign-in with the old one that was under way", async () => {
    const user = await edge.register();
    const late = await signInAround(user, () => change(user));
    expect(said(late)).toEqual([401, "bad_credentials"]);
    expect([late.refreshToken, await devices(user)]).toEqual([null, 1]);
  });

  test("set by a link does the same", async () => {
    const user = await edge.register();
    const token = await forgot(user);
    const late = await signInAround(user, () => auth("password/reset", { token, password: NEW_PASSWORD }));
    expect([...said(late), await devices(user)]).toEqual([401, "bad_credentials", 0]);
  });

  test("of two changes with the same old one, one succeeds", async () => {
    const user = await edge.register();
    const answers = await Promise.all(["1", "2", "3"].map((more) => change(user, NEW_PASSWORD + more)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 401, 401]);
  });

  test("by a link to an unconfirmed address removes the stream key and the channel roles that its creator made", async () => {
    const [user, helper] = [await edge.register(), await edge.register()];
    const own = `/api/v1/channels/${user.login}`;
    const key = () => edge.ask("POST", `${own}/stream-key`, { token: user.token, json: {} });
    expect((await key()).status).toBe(201);
    await edge.ask("PUT", `${own}/editors/${helper.login}`, { token: user.token, json: {} });
    const patch = () => edge.ask("PATCH", own, { token: helper.token, json: { title: "mine" } });
    expect((await patch()).status).toBe(200);
    await auth("password/reset", { token: await forgot(user), password: NEW_PASSWORD });
    expect((await patch()).status).toBe(403);
    expect(
      await edge.world.database.sql`
        SELECT 1 FROM stream_keys k JOIN channels c ON c.id = k.channel_id WHERE c.user_id = ${user.userId}`,
    ).toHaveLength(0);
  });

  test("can be set by a link even if an old access token is sent", async () => {
    const user = await edge.register();
    const token = await forgot(user);
    const old = "eyJhbGciOiJub25lIn0.e30.";
    expect((await auth("password/reset", { token, password: NEW_PASSWORD }, old)).status).toBe(204);
    expect((await auth("password/forgot", { email: mailOf(user) }, old)).status).toBe(204);
  });
});

test("unlinking an identity signs out devices that used it, except the one that unlinks", async () => {
  const user = await edge.register();
  const { sql } = edge.world.database;
  await sql`INSERT INTO identities (provider, subject, user_id) VALUES ('home', ${user.userId}, ${user.userId})`;
  await sql`UPDATE sign_ins SET method = 'oauth:home' WHERE user_id = ${user.userId}`;
  const [byPassword, thief] = [await signIn(user), await signIn(user)];
  const thiefs = thief.body.accessToken as string;
  await sql`
    UPDATE sign_ins SET method = 'oauth:home' WHERE id = (
      SELECT id FROM sign_ins WHERE user_id = ${user.userId} ORDER BY created_at DESC LIMIT 1)`;
  expect((await me("DELETE", "/identities/home", user.token)).status).toBe(204);
  expect((await me("GET", "", thiefs)).status).toBe(401);
  expect((await auth("refresh", { refreshToken: thief.refreshToken })).status).toBe(401);
  expect((await me("GET", "", user.token)).status).toBe(200);
  expect((await me("GET", "", byPassword.body.accessToken as string)).status).toBe(200);
});

test("a provider sign-in that waits for its one-time code fails after the identity is unlinked", async () => {
  const user = await edge.register();
  const { sql } = edge.world.database;
  await sql`INSERT INTO identities (provider, subject, user_id) VALUES ('home', ${user.userId}, ${user.userId})`;
  const cookie = `oauth_pending=${edge.auth.twoFactor.ticketFor({ id: user.userId }, "oauth:home")}`;
  const goOn = () =>
    edge.ask("POST", "/api/v1/auth/oauth/second-step", { json: { otp: "123456" }, headers: { cookie } });
  expect((await goOn()).status).toBe(200);
  expect((await me("DELETE", "/identities/home", user.token)).status).toBe(204);
  expect(said(await goOn())).toEqual([401, "not_signed_in"]);
});

describe("tokens are voided by the same statement as the change, in case the edge dies right after it", () => {
  test.each([
    ["a device", async (user: TestUser, id: string) => endSignIn(edge.world.database.sql, id, user)],
    ["all devices", async (user: TestUser) => endSignInsOf(edge.world.database.sql, user.userId)],
  ])("%s", async (_, end) => {
    const user = await edge.register();
    const [row] = await edge.world.database.sql<{ id: string }[]>`
      SELECT id FROM sign_ins WHERE user_id = ${user.userId}`;
    await end(user, row!.id);
    await edge.auth.revocations.refresh();
    expect((await me("GET", "", user.token)).status).toBe(401);
  });

  test("deleting a personal access token", async () => {
    const user = await edge.register();
    const made = await me("POST", "/tokens", user.token, { name: "bot", scopes: ["profile:read"] });
    const { id, token } = made.body as { id: string; token: string };
    expect((await me("GET", "", token)).status).toBe(200);
    await endAccessToken(edge.world.database.sql, { id, userId: user.userId });
    await edge.auth.revocations.refresh();
    expect((await me("GET", "", token)).status).toBe(401);
  });
});

test.each([
  ["another name", async (login: string, taker: TestUser) => me("PUT", "/login", taker.token, { login })],
  [
    "a new account",
    async (login: string) => {
      const { sql } = edge.world.database;
      const identity = { provider: "home", subject: login, name: login };
      const ids = { id: crypto.randomUUID(), channelId: crypto.randomUUID() };
      const made = await createUserByIdentity(sql, {
        ...identity,
        ...ids,
        login,
        displayName: login,
        email: `${ids.id}@example.org`,
      });
      return { status: made === "login_taken" ? 409 : 200, body: { code: made } } as unknown as Answer;
    },
  ],
])("a login that is taken as %s just while it is given up stays held", async (_, take) => {
  const [leaver, taker] = [await edge.register(), await edge.register()];
  const { sql } = edge.world.database;
  let taken: Promise<Answer> | undefined;
  await sql.begin(async (tx) => {
    await tx`UPDATE users SET login = ${`${leaver.login}_2`} WHERE id = ${leaver.userId}`;
    await tx`INSERT INTO past_logins (login, user_id, held_until) VALUES (${leaver.login}, ${leaver.userId}, now() + interval '1 day')`;
    taken = take(leaver.login, taker);
    await someoneWaits();
  });
  expect(said((await taken)!)).toEqual([409, "login_taken"]);
});

test.each([
  ["a link that sets a password", "password/reset", { password: NEW_PASSWORD }, forgot],
  ["a link that proves an address", "email/verify", {}, (user: TestUser) => mailbox.takeToken(mailOf(user), "Confirm")],
])("%s and a new password that voids links do not deadlock", async (_, path, json, link) => {
  const user = await edge.register();
  const token = await link(user);
  const { sql } = edge.world.database;
  let answer: Promise<Answer> | undefined;
  await sql.begin(async (tx) => {
    await tx`UPDATE users SET display_name = 'changing' WHERE id = ${user.userId}`;
    answer = auth(path, { token, ...json });
    await someoneWaits();
    await tx`DELETE FROM email_tokens WHERE user_id = ${user.userId}`;
  });
  expect(said((await answer)!)).toEqual([400, "bad_link"]);
});

test("a transaction that the database rolled back is retried at most three times", async () => {
  const { sql } = edge.world.database;
  const doing = async (unlucky: number) => {
    let times = 0;
    const done = inTransaction(sql, async (sql) => {
      if (++times <= unlucky) await sql`DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40P01'; END $$`;
      return "done";
    });
    return [await done.catch(() => "undone"), times];
  };
  expect([await doing(0), await doing(2), await doing(9)]).toEqual([
    ["done", 1],
    ["done", 3],
    ["undone", 3],
  ]);
});

test("an account that is deleted by two requests at once is deleted once, with one e-mail", async () => {
  const user = await edge.register();
  const answers = await Promise.all([me("DELETE", "", user.token), me("DELETE", "", user.token)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 401]);
  await mailbox.take(mailOf(user), "deleted");
  expect(mailbox.emails.filter(({ to, subject }) => to === mailOf(user) && subject.includes("deleted"))).toEqual([]);
});

test("of two last admins that delete their accounts at once, one stays; a suspended admin does not count", async () => {
  const users = [await edge.register(), await edge.register(), await edge.register()];
  const { sql } = edge.world.database;
  const ids = users.map(({ userId }) => userId);
  await sql`UPDATE users SET role = 'admin' WHERE id = ANY (${ids})`;
  await sql`UPDATE users SET suspended_at = now() WHERE id = ${ids[2]!}`;
  const answers = await Promise.all(users.slice(0, 2).map(({ token }) => me("DELETE", "", token)));
  expect(answers.map((answer) => said(answer)).sort()).toEqual([
    [204, undefined],
    [409, "last_admin"],
  ]);
  await sql`UPDATE users SET suspended_until = now() - interval '1 s' WHERE id = ${ids[2]!}`;
  const left = users[answers.findIndex(({ status }) => status === 409)]!;
  expect((await me("DELETE", "", left.token)).status).toBe(204);
});
