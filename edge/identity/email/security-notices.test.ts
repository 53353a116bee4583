// Security notices, sent by the acts themselves through an independent mail server (smtp-server).

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { base32 } from "oslo/encoding";
import { generateHOTP } from "oslo/otp";
import { Refusal } from "#runtime/actor/actor.ts";
import { type Clock, systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import type { Caller } from "#runtime/cluster/caller.ts";
import { type AskOptions, type TestEdge, type TestUser, testEdge } from "../../testing.ts";
import { deviceFamily } from "../devices/device-name.ts";
import { STEP_MS } from "../two-factor/one-time-codes.ts";
import { createMailer, type Mailer } from "./smtp.ts";
import { startMailServer, type TestMailServer } from "./testing.ts";

const PUBLIC = "https://live.example.org";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";
const FROM = "192.0.2.7";
const LOG = createLog({ name: "test", level: "silent" });
/** Real time, which tests can set forward: an authenticator app shows a new code every 30 s. */
let aheadMs = 0;
const clock: Clock = { ...systemClock, wallMs: () => systemClock.wallMs() + aheadMs };
/** No channel is live. */
const caller: Caller = { call: () => Promise.reject(new Refusal("not_publishing")) };
/** Secrets that no e-mail may contain. */
const secrets: string[] = [];

let server: TestMailServer;
let mailer: Mailer;
let edge: TestEdge;
beforeAll(async () => {
  server = await startMailServer();
  const config = { smtpUrl: server.url, mailFrom: "Live <no-reply@example.org>", development: false };
  mailer = createMailer({ config, clock: systemClock, log: LOG });
  const limits = { signInsPerMinutePerAccount: 0, authPerMinutePerUser: 0, streamKeysPerMinutePerUser: 0 };
  edge = await testEdge({ mailer, clock, caller, limits, config: { publicUrl: PUBLIC } });
});
afterAll(async () => {
  mailer.stop();
  server.close();
  await edge.close();
});

async function ask(method: string, path: string, { token, json = {}, ...more }: AskOptions = {}, status = 200) {
  const headers = { "user-agent": FIREFOX, ...more.headers };
  const answer = await edge.ask(method, `/api/v1/${path}`, {
    json,
    from: FROM,
    ...(token === undefined ? {} : { token }),
    headers,
  });
  expect([path, answer.status, answer.status === status ? "" : answer.text]).toEqual([path, status, ""]);
  return answer.body;
}
const mailOf = ({ login }: TestUser) => `${login}@example.org`;
async function register(): Promise<TestUser> {
  const user = await edge.register();
  secrets.push(user.password, user.token, user.refreshToken);
  return user;
}
const signIn = async (user: TestUser, userAgent = FIREFOX, otp?: string) => {
  const json = { login: user.login, password: user.password, ...(otp === undefined ? {} : { otp }) };
  const body = await ask("POST", "auth/login", { json, headers: { "user-agent": userAgent } });
  secrets.push(body.accessToken as string);
  return body.accessToken as string;
};

/** The paragraphs of the text, with soft line breaks removed (RFC 3676 §4.1); the time is checked and removed. */
async function bodyOf(user: TestUser, subject: string, to = mailOf(user)): Promise<string[]> {
  const { text } = await server.emailTo(to, subject);
  expect(text).toContain(`Subject: ${subject}\r\n`);
  const body = text.slice(text.indexOf("\r\n\r\n") + 4).replaceAll(" \r\n", " ");
  const at = /on (\d{4}-\d\d-\d\d) at (\d\d:\d\d:\d\d) UTC, from/.exec(body)!;
  expect(Math.abs(Date.parse(`${at[1]}T${at[2]}Z`) - clock.wallMs())).toBeLessThan(60_000);
  const lines = body.replace(at[0], "on <time>, from").trim().split("\r\n\r\n");
  expect([lines[0], lines.at(-1)]).toEqual([`Hello ${user.login},`, PUBLIC]);
  return lines.slice(1, -1);
}
const subjectsTo = (user: TestUser) =>
  server.received
    .filter(({ recipients }) => recipients.includes(mailOf(user)))
    .map(({ text }) => /^Subject: (.*)\r$/m.exec(text)?.[1]);

const NOT_YOU = `If this was not you, choose a new password at once: ${PUBLIC}/forgot`;
const SECURITY = `${PUBLIC}/settings/security`;
const THEN = `This was on <time>, from Firefox on Linux at ${FROM}.`;

describe("the account's owner gets an e-mail when", () => {
  test("two-factor is turned on, codes are renewed, one is used, and two-factor is turned off", async () => {
    const user = await register();
    const { token, password } = user;
    const secret = (await ask("POST", "me/totp", { token, json: { password } })).secret as string;
    const code = async () => {
      aheadMs += STEP_MS;
      const key = base32.decode(secret, { strict: false }) as Uint8Array<ArrayBuffer>;
      return generateHOTP(key, Math.floor(clock.wallMs() / STEP_MS));
    };
    const first = await ask("POST", "me/totp/confirm", { token, json: { code: await code() } });
    expect(await bodyOf(user, "Two-factor sign-in was turned on")).toEqual([
      "signing in to your account now takes a code of your authenticator app too. Keep the recovery codes where you find them without your phone.",
      THEN,
      NOT_YOU,
      "A new password alone does not turn this off: write to the operators of this site, too.",
    ]);

    const renewed = await ask("POST", "me/totp/recovery-codes", { token, json: { password, otp: await code() } });
    expect(await bodyOf(user, "Your recovery codes were renewed")).toEqual([
      "your account has new recovery codes. Those that it had before are void.",
      THEN,
      NOT_YOU,
      `A new password alone does not void the new codes. Renew them once more here: ${SECURITY}`,
    ]);

    const codes = renewed.recoveryCodes as string[];
    await signIn(user, FIREFOX, await code());
    await signIn(user, FIREFOX, codes[0]!);
    expect(await bodyOf(user, "A recovery code was used to sign in")).toEqual([
      "one of your recovery codes was just used to sign in to your account, and is void now. 9 are left.",
      THEN,
      `Make new ones here: ${SECURITY}`,
      NOT_YOU,
    ]);

    await ask("DELETE", "me/totp", { token, json: { password, otp: await code() } }, 204);
    expect(await bodyOf(user, "Two-factor sign-in was turned off")).toEqual([
      "signing in to your account no longer takes a code of your authenticator app. The recovery codes are void.",
      THEN,
      NOT_YOU,
      `Turn it on again here: ${SECURITY}`,
    ]);
    expect(subjectsTo(user).filter((subject) => subject?.includes("recovery code was used"))).toHaveLength(1);
    secrets.push(secret, ...(first.recoveryCodes as string[]), ...codes);
  });

  test("a personal access token is made, with its name, scopes and expiry, without the token", async () => {
    const user = await register();
    const json = { name: " My bot ", scopes: ["chat:read", "chat:write"], expiresInDays: 7, password: user.password };
    const made = await ask("POST", "me/tokens", { token: user.token, json }, 201);
    const endsOn = (made.expiresAt as string).replace("T", " at ").replace(/\.\d+Z$/, " UTC");
    expect(await bodyOf(user, "A personal access token was made")).toEqual([
      'your account has a new personal access token, named "My bot".',
      `Its scopes: chat:read, chat:write. It expires on ${endsOn}.`,
      THEN,
      NOT_YOU,
      `A new password alone does not void the token. Delete it here too: ${SECURITY}`,
    ]);
    secrets.push(made.token as string);
  });

  test("the stream key is renewed, even by a bot", async () => {
    const user = await register();
    const json = { name: "keys", scopes: ["stream-key"], password: user.password };
    const bot = await ask("POST", "me/tokens", { token: user.token, json }, 201);
    const asked = { token: bot.token as string, headers: { "user-agent": "curl/8.5.0" } };
    const { streamKey } = await ask("POST", `channels/${user.login}/stream-key`, asked, 201);
    expect(await bodyOf(user, "Your stream key was renewed")).toEqual([
      "your channel has a new stream key. One that it had before no longer works.",
      `This was on <time>, from curl at ${FROM}.`,
      NOT_YOU,
      `A new password alone does not void the key. Make another one here too: ${PUBLIC}/dashboard`,
    ]);
    const made = await server.emailTo(mailOf(user), "A personal access token was made");
    expect(made.text).toContain("It never expires.");
    secrets.push(bot.token as string, streamKey as string);
  });

  test("all devices are signed out", async () => {
    const user = await register();
    await ask("POST", "auth/logout-all", { json: { refreshToken: user.refreshToken } }, 204);
    expect(await bodyOf(user, "All your devices were signed out")).toEqual([
      "every device that was signed in to your account was just signed out.",
      THEN,
      NOT_YOU,
    ]);
  });

  test("the password is changed, then the address, and the account is deleted", async () => {
    const user = await register();
    const { token, password: oldPassword } = user;
    const email = `new-${mailOf(user)}`;
    const password = "a louder river by day";
    secrets.push(password);
    await ask("PUT", "me/password", { token, json: { oldPassword, password } }, 204);
    expect(await bodyOf(user, "Your password was changed")).toEqual([
      "the password of your account was just changed, and other devices were signed out.",
      THEN,
      NOT_YOU,
    ]);
    await ask("PUT", "me/email", { token, json: { email, password } }, 204);
    expect(await bodyOf(user, "A change of your e-mail address was requested")).toEqual([
      `somebody asked to change the address of your account to ${email}. The change takes effect once that address is confirmed.`,
      THEN,
      NOT_YOU,
    ]);
    const confirm = await server.emailTo(email, "Confirm your new e-mail address");
    const link = /\?token=([\w-]+)/.exec(confirm.text.replaceAll("=\r\n", ""))![1]!;
    await ask("POST", "auth/email/verify", { json: { token: link } });
    const ASK_THEM = "If this was not you, write to the operators of this site.";
    expect(await bodyOf(user, "Your e-mail address was changed")).toEqual([
      "your account has another address now. This one gets no more e-mails from us.",
      THEN,
      ASK_THEM,
    ]);
    await ask("DELETE", "me", { token, json: { password } }, 204);
    expect(await bodyOf(user, "Your account is deleted", email)).toEqual([
      "your account and your channel are gone, as you asked.",
      THEN,
      ASK_THEM,
    ]);
  });
});

describe("a sign-in from a new device", () => {
  test("sends a notice; one from a known device, signed out or not, does not", async () => {
    const user = await register();
    await signIn(user);
    expect(await bodyOf(user, "New sign-in to your account")).toEqual([
      "a new device was just signed in to your account.",
      THEN,
      "If this was you, there is nothing to do.",
      `${NOT_YOU} That signs all devices out. The list of devices is here: ${SECURITY}`,
    ]);
    await signIn(user);
    await signIn(user, FIREFOX.replaceAll("145", "146"));
    await signIn(user, "curl/8.5.0");
    await signIn(user, "curl/8.6.0");
    // All devices are signed out: the audit log still has them.
    await edge.world.database.sql`DELETE FROM sign_ins WHERE user_id = ${user.userId}`;
    await signIn(user);
    await signIn(user, "curl/8.7.1");
    await signIn(user, IPHONE);
    await arrived(user, "New sign-in", 3);
    expect(subjectsTo(user).sort()).toEqual([
      "Confirm your e-mail address",
      ...Array(3).fill("New sign-in to your account"),
    ]);
    const texts = server.received.filter(({ recipients }) => recipients.includes(mailOf(user))).map(({ text }) => text);
    for (const device of ["Firefox on Linux at", "curl at", "Safari on iPhone at"])
      expect(texts.filter((text) => text.replaceAll(" \r\n", " ").includes(device))).toHaveLength(1);
  });

  test("sends a notice if no device of the account is known, except at registration", async () => {
    const user = await register();
    const { sql } = edge.world.database;
    await sql`DELETE FROM sign_ins WHERE user_id = ${user.userId}`;
    await sql`DELETE FROM audit_log WHERE actor_id = ${user.userId}`;
    expect(subjectsTo(user)).not.toContain("New sign-in to your account");
    await signIn(user);
    await server.emailTo(mailOf(user), "New sign-in");
  });

  test("sends a notice for each of two accounts on one device", async () => {
    const [one, two] = [await register(), await register()];
    await signIn(one, IPHONE);
    await signIn(two, IPHONE);
    await server.emailTo(mailOf(one), "New sign-in");
    await server.emailTo(mailOf(two), "New sign-in");
  });

  test("sends no notice for a wrong password", async () => {
    const user = await register();
    await ask("POST", "auth/login", { json: { login: user.login, password: "not the right one" } }, 401);
    await signIn(user, IPHONE);
    await server.emailTo(mailOf(user), "New sign-in");
    expect(subjectsTo(user).filter((subject) => subject?.startsWith("New"))).toHaveLength(1);
  });

  test.each([
    ["evil.example/login", "unknown"],
    ["www.evil.example", "unknown"],
    ["python-requests/2.31", "python-requests"],
    [IPHONE, "Safari on iPhone"],
    ["", "unknown"],
  ])("the User-Agent %p makes no link in an e-mail", (userAgent, family) => {
    expect(deviceFamily(userAgent)).toBe(family);
  });
});

test("at most five notices of one kind are sent in an hour, unknown to the asker, and they do not suppress other kinds", async () => {
  const user = await register();
  for (let i = 0; i < 8; i++) {
    const { streamKey } = await ask("POST", `channels/${user.login}/stream-key`, { token: user.token }, 201);
    secrets.push(streamKey as string);
  }
  await signIn(user);
  await server.emailTo(mailOf(user), "New sign-in");
  await arrived(user, "Your stream key was renewed", 5);
  while (mailer.waiting > 0) await systemClock.sleep(5);
  expect(subjectsTo(user).filter((subject) => subject === "Your stream key was renewed")).toHaveLength(5);
});

test("a notice that cannot be made fails no request", async () => {
  const broken: Mailer = {
    waiting: 0,
    send: () => {
      throw new Error("no paper");
    },
    stop() {},
  };
  const other = await testEdge({ mailer: broken });
  try {
    const user = await other.register();
    const answer = await other.ask("POST", `/api/v1/channels/${user.login}/stream-key`, {
      token: user.token,
      json: {},
    });
    expect(answer.status).toBe(201);
    const json = { login: user.login, password: user.password };
    const headers = { "user-agent": FIREFOX };
    expect((await other.ask("POST", "/api/v1/auth/login", { json, headers })).status).toBe(200);
  } finally {
    await other.close();
  }
});

test("no e-mail contained a token, a code, a key or a password", () => {
  expect(secrets.length).toBeGreaterThan(50);
  expect(server.received.length).toBeGreaterThan(20);
  const all = server.received.map(({ text }) => text.replaceAll("\r\n", "")).join();
  expect(all).toContain("?token=");
  for (const secret of secrets) expect([secret, all.includes(secret)]).toEqual([secret, false]);
});

async function arrived(user: TestUser, subject: string, count: number) {
  while (subjectsTo(user).filter((text) => text?.startsWith(subject)).length < count) await systemClock.sleep(5);
}
