// Two-factor over HTTP on real stores: turning it on and off, sign-in, recovery codes, guessing.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { base32 } from "oslo/encoding";
import { generateHOTP } from "oslo/otp";
import { type Clock, systemClock } from "#runtime/base/clock.ts";
import { type Answer, type TestEdge, type TestUser, testEdge } from "../../testing.ts";
import { STEP_MS } from "./one-time-codes.ts";

let edge: TestEdge;
/** Real time, which tests can set forward: an authenticator app shows a new code every 30 s. */
let aheadMs = 0;
const clock: Clock = { ...systemClock, wallMs: () => systemClock.wallMs() + aheadMs };

beforeAll(async () => {
  edge = await testEdge({ clock, limits: { signInsPerMinutePerAccount: 0, authPerMinutePerUser: 0 } });
});
afterAll(() => edge.close());

const me = (method: string, path: string, { token }: { token: string }, json?: unknown) =>
  edge.ask(method, `/api/v1/me/${path}`, { token, ...(json === undefined ? {} : { json }) });
const login = (user: TestUser, otp?: string, password = user.password) =>
  edge.ask("POST", "/api/v1/auth/login", {
    json: { login: user.login, password, ...(otp === undefined ? {} : { otp }) },
  });
const said = ({ status, body }: Answer) => (status < 400 ? status : [status, body.code]);

const codeOf = (secret: string, around = 0) =>
  generateHOTP(
    base32.decode(secret, { strict: false }) as Uint8Array<ArrayBuffer>,
    Math.floor(clock.wallMs() / STEP_MS) + around,
  );
const nextStep = () => {
  aheadMs += STEP_MS;
};

/** A code of none of the three steps around now. */
async function wrongCode(secret: string) {
  const right = await Promise.all([-1, 0, 1].map((around) => codeOf(secret, around)));
  for (let i = 0; ; i++) {
    const code = String(100_000 + i);
    if (!right.includes(code)) return code;
  }
}

async function withSecondStep() {
  const user = await edge.register();
  const proposed = await me("POST", "totp", user, { password: user.password });
  const secret = proposed.body.secret as string;
  const confirmed = await me("POST", "totp/confirm", user, { code: await codeOf(secret) });
  nextStep();
  return { user, secret, recoveryCodes: confirmed.body.recoveryCodes as string[] };
}

describe("turning it on", () => {
  test("needs the password or a fresh sign-in, then a code, and shows ten recovery codes once", async () => {
    const user = await edge.register();
    expect((await me("GET", "totp", user)).body).toEqual({ enabled: false, confirmedAt: null, recoveryCodesLeft: 0 });
    await edge.world.database
      .sql`UPDATE sign_ins SET created_at = now() - interval '11 min' WHERE user_id = ${user.userId}`;
    expect(said(await me("POST", "totp", user, {}))).toEqual([403, "sign_in_again"]);
    expect(said(await me("POST", "totp", user, { password: "not the right one" }))).toEqual([401, "bad_credentials"]);
    const proposed = await me("POST", "totp", user, { password: user.password });
    expect([proposed.status, proposed.body]).toEqual([
      200,
      { secret: expect.stringMatching(/^[A-Z2-7]{32}$/), otpauthUrl: expect.stringContaining("otpauth://totp/") },
    ]);
    const secret = proposed.body.secret as string;
    // Not confirmed yet: a QR code that was never scanned locks nobody out.
    expect((await login(user)).status).toBe(200);
    expect(said(await me("POST", "totp/confirm", user, { code: await wrongCode(secret) }))).toEqual([401, "otp_wrong"]);
    const confirmed = await me("POST", "totp/confirm", user, { code: await codeOf(secret) });
    expect([confirmed.status, (confirmed.body.recoveryCodes as string[]).length]).toEqual([200, 10]);
    expect((await me("GET", "totp", user)).body).toEqual({
      enabled: true,
      confirmedAt: expect.any(String),
      recoveryCodesLeft: 10,
    });
    expect(said(await me("POST", "totp", user, { password: user.password }))).toEqual([409, "totp_on"]);
    expect(said(await me("POST", "totp/confirm", user, { code: "123456" }))).toEqual([409, "totp_on"]);
  });

  test("a secret that was replaced before its confirmation is void", async () => {
    const user = await edge.register();
    const first = (await me("POST", "totp", user, {})).body.secret as string;
    const second = (await me("POST", "totp", user, {})).body.secret as string;
    expect(said(await me("POST", "totp/confirm", user, { code: await codeOf(first) }))).toEqual([401, "otp_wrong"]);
    expect((await me("POST", "totp/confirm", user, { code: await codeOf(second) })).status).toBe(200);
  });

  test("the database has neither secret nor recovery codes as plain text", async () => {
    const { user, secret, recoveryCodes } = await withSecondStep();
    const { sql } = edge.world.database;
    const rows = await sql`
      SELECT totp_secret, (SELECT array_agg(code_hash) FROM recovery_codes WHERE user_id = u.id) AS codes
      FROM users u WHERE id = ${user.userId}`;
    const stored = Buffer.concat([rows[0]!.totp_secret, ...rows[0]!.codes] as Uint8Array[]);
    expect(stored.includes(base32.decode(secret, { strict: false }))).toBe(false);
    for (const code of recoveryCodes) {
      expect(stored.includes(code)).toBe(false);
      expect(stored.includes(base32.decode(code.replaceAll("-", "").toUpperCase(), { strict: false }))).toBe(false);
    }
  });
});

describe("signing in", () => {
  test("asks for the code only after the right password, and accepts each code once", async () => {
    const { user, secret } = await withSecondStep();
    expect(said(await login(user, "123456", "not the right one"))).toEqual([401, "bad_credentials"]);
    const asked = await login(user);
    expect([said(asked), asked.refreshToken]).toEqual([[401, "otp_required"], null]);
    const code = await codeOf(secret);
    expect(said(await login(user, code, "not the right one"))).toEqual([401, "bad_credentials"]);
    expect((await login(user, `${code.slice(0, 3)} ${code.slice(3)}`)).status).toBe(200);
    expect(said(await login(user, code))).toEqual([401, "otp_wrong"]);
    // The previous step is used up, too.
    expect(said(await login(user, await codeOf(secret, -1)))).toEqual([401, "otp_wrong"]);
    nextStep();
    expect((await login(user, await codeOf(secret))).status).toBe(200);
  });

  test("the code that turned two-factor on does not sign in", async () => {
    const user = await edge.register();
    const secret = (await me("POST", "totp", user, {})).body.secret as string;
    const code = await codeOf(secret);
    await me("POST", "totp/confirm", user, { code });
    expect(said(await login(user, code))).toEqual([401, "otp_wrong"]);
  });

  test("of twenty requests with one code, one succeeds", async () => {
    const { user, secret } = await withSecondStep();
    const code = await codeOf(secret);
    const answers = await Promise.all(Array.from({ length: 20 }, () => login(user, code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test("a recovery code signs in once, in any letter case, without its dashes", async () => {
    const { user, recoveryCodes } = await withSecondStep();
    const [first, second] = recoveryCodes as [string, string];
    expect((await login(user, first)).status).toBe(200);
    expect(said(await login(user, first))).toEqual([401, "otp_wrong"]);
    expect((await login(user, second.toUpperCase().replaceAll("-", ""))).status).toBe(200);
    expect((await me("GET", "totp", user)).body.recoveryCodesLeft).toBe(8);
  });

  test("another user's codes are refused", async () => {
    const [ada, bob] = [await withSecondStep(), await withSecondStep()];
    expect(said(await login(ada.user, bob.recoveryCodes[0]))).toEqual([401, "otp_wrong"]);
    expect((await login(bob.user, bob.recoveryCodes[0])).status).toBe(200);
  });

  test("after five wrong codes, one by one or at once, the sixth is refused unchecked", async () => {
    const { user, secret } = await withSecondStep();
    const wrong = await wrongCode(secret);
    const answers = await Promise.all(Array.from({ length: 30 }, () => login(user, wrong)));
    const codes = answers.map(({ body }) => body.code);
    expect(codes.filter((code) => code === "otp_wrong")).toHaveLength(5);
    expect(codes.filter((code) => code === "rate_limited")).toHaveLength(25);
    const right = await login(user, await codeOf(secret));
    expect(said(right)).toEqual([429, "rate_limited"]);
    expect(Number(right.headers.get("retry-after"))).toBeWithin(100, 181);
    await edge.world.database
      .sql`UPDATE users SET otp_tried_at = otp_tried_at - interval '3 min' WHERE id = ${user.userId}`;
    expect((await login(user, await codeOf(secret))).status).toBe(200);
  });

  test("right codes are not counted", async () => {
    const { user, secret } = await withSecondStep();
    for (let i = 0; i < 7; i++) {
      expect((await login(user, await codeOf(secret))).status).toBe(200);
      nextStep();
    }
  });

  test("the ticket of a provider sign-in is valid for five minutes, and only unchanged", () => {
    const { ticketFor, readTicket } = edge.auth.twoFactor;
    const userId = crypto.randomUUID();
    const ticket = ticketFor({ id: userId }, "oauth:example");
    expect(readTicket(ticket)).toEqual({ userId, method: "oauth:example" });
    for (const wrong of [
      "",
      "x",
      ticket.slice(1),
      ticket.slice(0, -1),
      `${ticket.slice(0, 40)}${ticket[40] === "A" ? "B" : "A"}${ticket.slice(41)}`,
    ])
      expect(readTicket(wrong)).toBeNull();
    aheadMs += 5 * 60_000;
    expect(readTicket(ticket)).toBeNull();
  });
});

describe("turning it off, and new recovery codes", () => {
  test("needs the password or a fresh sign-in, and a code", async () => {
    const { user, secret, recoveryCodes } = await withSecondStep();
    const { password } = user;
    const otp = await codeOf(secret);
    expect(said(await me("POST", "totp/removal", user, { password }))).toEqual([422, "validation_failed"]);
    expect(said(await me("POST", "totp/removal", user, { password: "wrong wrong wrong", otp }))).toEqual([
      401,
      "bad_credentials",
    ]);
    expect(said(await me("POST", "totp/removal", user, { password, otp: await wrongCode(secret) }))).toEqual([
      401,
      "otp_wrong",
    ]);
    const renewed = await me("POST", "totp/recovery-codes", user, { password, otp });
    expect((renewed.body.recoveryCodes as string[]).length).toBe(10);
    expect(said(await login(user, recoveryCodes[0]))).toEqual([401, "otp_wrong"]);
    const code = (renewed.body.recoveryCodes as string[])[0]!;
    expect((await me("POST", "totp/removal", user, { password, otp: code })).status).toBe(204);
    expect((await login(user)).status).toBe(200);
    expect((await me("GET", "totp", user)).body).toEqual({ enabled: false, confirmedAt: null, recoveryCodesLeft: 0 });
    expect(said(await me("POST", "totp/removal", user, { password, otp: code }))).toEqual([409, "totp_off"]);
  });

  test("several requests for new recovery codes at once leave ten valid ones", async () => {
    const { user, recoveryCodes } = await withSecondStep();
    const asked = recoveryCodes.slice(0, 4).map((otp) => me("POST", "totp/recovery-codes", user, { otp }));
    const answers = await Promise.all(asked);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    expect((await me("GET", "totp", user)).body).toMatchObject({ recoveryCodesLeft: 10 });
  });

  test("is in the audit log, without a code", async () => {
    const { user, secret } = await withSecondStep();
    await login(user, await wrongCode(secret));
    // The address of earlier releases.
    const otp = await codeOf(secret);
    expect((await me("DELETE", "totp", user, { password: user.password, otp })).status).toBe(204);
    const rows = await edge.world.database.sql<{ act: string; detail: unknown }[]>`
      SELECT act, detail FROM audit_log WHERE target = ${user.userId} ORDER BY id`;
    expect(rows.map(({ act }) => act)).toEqual([
      "user.registered",
      "sign-in.ok",
      "totp.enabled",
      "totp.failed",
      "totp.disabled",
    ]);
    expect(JSON.stringify(rows)).not.toContain(secret);
  });
});
