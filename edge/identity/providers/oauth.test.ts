// Sign-in with an account of an independent provider, and attacks on it.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { systemRandom } from "#runtime/base/random.ts";
import { type Answer, type TestEdge, testEdge } from "../../testing.ts";
import { createMailbox } from "../account/testing.ts";
import { newRecoveryCodes } from "../two-factor/one-time-codes.ts";
import { ProviderBrowser, startIssuer, type TestIssuer } from "./testing.ts";

const PUBLIC = "https://live.example.org";
const CALLBACK = `${PUBLIC}/api/v1/auth/oauth/home/callback`;
const START = "/api/v1/auth/oauth/home";
const mailbox = createMailbox();

let edge: TestEdge;
let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await startIssuer([CALLBACK, `${PUBLIC}/api/v1/auth/oauth/twin/callback`]);
  const place = { label: "Home", issuer: issuer.issuer, clientId: issuer.clientId, clientSecret: issuer.clientSecret };
  const signInProviders = [
    { id: "home", ...place },
    { id: "twin", ...place },
    { id: "gone", ...place, issuer: "http://127.0.0.1:1" },
  ];
  edge = await testEdge({ mailer: mailbox, config: { publicUrl: PUBLIC, signInProviders, internalProviders: true } });
});
afterAll(async () => {
  issuer.close();
  await edge.close();
});

let nick: string;
beforeEach(() => {
  nick = `N_${crypto.randomUUID().slice(0, 8)}`;
  issuer.people.set(nick, {
    email: `${nick}@Example.org`,
    email_verified: true,
    name: `The ${nick}`,
    preferred_username: nick,
  });
});

const cookieOf = (answer: Answer, name: string) =>
  answer.headers
    .getSetCookie()
    .map((line) => new RegExp(`^${name}=([^;]*)`).exec(line)?.[1])
    .find((value) => value !== undefined);
const flowOf = (answer: Answer) =>
  answer.headers
    .getSetCookie()
    .find((line) => line.startsWith("oauth_flow_"))!
    .split(";")[0]!;
const locationOf = (answer: Answer) => new URL(answer.headers.get("location") ?? "none:");
const get = (path: string, headers: Record<string, string> = {}) => edge.ask("GET", path, { headers });
const errorOf = (answer: Answer) => `${locationOf(answer).pathname} ${locationOf(answer).searchParams.get("error")}`;

/** The browser leaves for the provider. */
async function start(path = START) {
  const answer = await get(path);
  expect(answer.status).toBe(302);
  return { cookie: flowOf(answer), url: locationOf(answer) };
}
/** … signs in there, and returns by the redirect. */
async function at(url: URL, login = nick, options = {}) {
  const back = await new ProviderBrowser().visit(url.href, login, options);
  expect(back).toStartWith(CALLBACK);
  return new URL(back);
}
const comeBack = (url: URL, cookie: string) => get(`${url.pathname}${url.search}`, { cookie });
async function signIn(login = nick, path = START) {
  const { cookie, url } = await start(path);
  return comeBack(await at(url, login), cookie);
}
/** The page refreshes its access token, as at each load. */
async function refreshed(answer: Answer) {
  const { status, body } = await edge.ask("POST", "/api/v1/auth/refresh", {
    json: { refreshToken: answer.refreshToken },
  });
  expect(status).toBe(200);
  const { user, accessToken } = body as {
    user: { id: string; login: string; displayName: string };
    accessToken: string;
  };
  return { ...user, token: accessToken };
}

describe("signing in", () => {
  test("sends PKCE, state, nonce and the registered redirect URI, whatever the Host of the request", async () => {
    const answer = await get(START, { host: "evil.example", "x-forwarded-host": "evil.example" });
    const asked = locationOf(answer);
    expect(asked.origin).toBe(issuer.issuer);
    expect(Object.fromEntries(asked.searchParams)).toEqual({
      response_type: "code",
      client_id: issuer.clientId,
      redirect_uri: CALLBACK,
      scope: "openid profile email",
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256",
    });
    expect(answer.headers.get("set-cookie")).toMatch(
      /^oauth_flow_[\w-]{8}=[\w-]+; HttpOnly; Max-Age=600; Path=\/api\/v1\/auth\/oauth; SameSite=Lax$/,
    );
    expect(answer.headers.get("cache-control")).toBe("no-store");
    for (const secret of [asked.searchParams.get("state")!, asked.searchParams.get("nonce")!])
      expect(Buffer.from(flowOf(answer).split("=")[1]!, "base64url").includes(secret)).toBe(false);
  });

  test("creates an account with login and confirmed address from the provider, and puts no token into a URL", async () => {
    const answer = await signIn();
    expect([answer.status, answer.headers.get("location")]).toEqual([302, `${PUBLIC}/`]);
    expect(answer.headers.get("set-cookie")).toMatch(/oauth_flow_[\w-]{8}=; [^,]*Max-Age=0/);
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    const user = await refreshed(answer);
    expect(user).toMatchObject({ login: nick.toLowerCase(), displayName: nick });
    const account = await edge.ask("GET", "/api/v1/me/account", { token: user.token });
    expect(account.body).toMatchObject({
      email: `${nick}@example.org`.toLowerCase(),
      emailVerified: true,
      hasPassword: false,
    });
    expect((await get(`/api/v1/channels/${nick}`)).status).toBe(200);
  });

  test("finds the same account again, even after name and address changed at the provider", async () => {
    const first = await refreshed(await signIn());
    issuer.people.set(nick, { email: "other@example.org", email_verified: true, preferred_username: "somebody else" });
    expect((await refreshed(await signIn())).id).toBe(first.id);
  });

  test("returns to the requested page, only within the site", async () => {
    const answer = await signIn(nick, `${START}?returnTo=/settings/security`);
    expect(answer.headers.get("location")).toBe(`${PUBLIC}/settings/security`);
    const elsewhere = [
      "//evil.example",
      "https://evil.example",
      "/\\\\evil.example",
      "/%09/evil.example",
      "javascript:alert(1)",
    ];
    for (const bad of elsewhere) expect((await get(`${START}?returnTo=${encodeURIComponent(bad)}`)).status).toBe(422);
  });

  test("a taken login gets digits, a reserved one is not used", async () => {
    await edge.register(nick.toLowerCase());
    issuer.people.set(nick, { email: `x${nick}@example.org`, email_verified: true, preferred_username: nick });
    expect((await refreshed(await signIn())).login).toMatch(new RegExp(`^${nick.toLowerCase()}_\\d{3,6}$`));
    const other = `${nick}r`;
    issuer.people.set(other, { email: `${other}@example.org`, email_verified: true, preferred_username: "Ádmin" });
    expect((await refreshed(await signIn(other))).login).toMatch(/^admin_\d{3,6}$/);
  });

  test("five tabs at once end in one account", async () => {
    const tabs = await Promise.all(Array.from({ length: 5 }, () => start()));
    const backs = await Promise.all(tabs.map(({ url }) => at(url)));
    const answers = await Promise.all(backs.map((back, i) => comeBack(back, tabs[i]!.cookie)));
    const users = await Promise.all(answers.map(refreshed));
    expect(new Set(users.map(({ id }) => id)).size).toBe(1);
  });

  test("two tabs of one browser may have flows at once, and unfinished flows are cleared", async () => {
    const [one, two] = [await start(), await start()];
    const cookies = `${one.cookie}; ${two.cookie}`;
    for (const { url } of [one, two])
      expect((await comeBack(await at(url), cookies)).headers.get("location")).toBe(`${PUBLIC}/`);
    const many = await Promise.all(Array.from({ length: 6 }, () => start()));
    const seventh = await get(START, { cookie: many.map(({ cookie }) => cookie).join("; ") });
    const gone = seventh.headers.getSetCookie().filter((line) => line.includes("Max-Age=0"));
    expect(gone.map((line) => line.split("=")[0]).sort()).toEqual(
      many.map(({ cookie }) => cookie.split("=")[0]).sort(),
    );
  });

  test("an account with the same address is not linked", async () => {
    const user = await edge.register();
    issuer.people.set(nick, { email: `${user.login}@example.org`, email_verified: true, preferred_username: nick });
    const answer = await signIn();
    expect([errorOf(answer), answer.refreshToken]).toEqual(["/login account_exists", null]);
  });

  test("an unverified or missing address creates no account", async () => {
    issuer.people.set(nick, { email: `${nick}@example.org`, email_verified: false, preferred_username: nick });
    expect(errorOf(await signIn())).toBe("/login oauth_email_unverified");
    issuer.people.set(nick, { email: `${nick}@example.org`, preferred_username: nick });
    expect(errorOf(await signIn())).toBe("/login oauth_email_unverified");
    issuer.people.set(nick, { preferred_username: nick });
    expect(errorOf(await signIn())).toBe("/login oauth_email_missing");
  });

  test("a suspended account is refused", async () => {
    const user = await refreshed(await signIn());
    const until = new Date(Date.now() + 3_600_000);
    await edge.world.database.sql`
      UPDATE users SET suspended_at = now(), suspended_until = ${until}, suspension_reason = 'sold bad things' WHERE id = ${user.id}`;
    const answer = await signIn();
    expect([errorOf(answer), answer.refreshToken]).toEqual(["/login suspended", null]);
    // The reason is given to this browser, and is in no URL.
    expect(locationOf(answer).search).toBe("?error=suspended");
    const why = (cookie: string) => get("/api/v1/auth/oauth/pending/suspension", { cookie });
    const cookie = `oauth_pending=${cookieOf(answer, "oauth_pending")}`;
    expect(await why(cookie)).toMatchObject({
      status: 200,
      body: { reason: "sold bad things", until: until.toISOString() },
    });
    for (const none of ["", "oauth_pending=", `${cookie.slice(0, -4)}AAAA`]) expect((await why(none)).status).toBe(404);
    const finished = await edge.ask("POST", "/api/v1/auth/oauth/second-step", {
      json: { otp: "000000" },
      headers: { cookie },
    });
    expect([finished.status, finished.body.code, finished.refreshToken]).toEqual([403, "suspended", null]);
    await edge.world.database.sql`UPDATE users SET suspended_at = NULL, suspended_until = NULL WHERE id = ${user.id}`;
    expect((await why(cookie)).status).toBe(404);
    expect((await signIn()).refreshToken).toHaveLength(70);
  });

  test("an account with two-factor is asked for a code", async () => {
    const user = await refreshed(await signIn());
    const { sealing } = edge.auth.twoFactor;
    const secret = new Uint8Array(20).fill(7);
    await edge.world.database.sql`
      UPDATE users SET totp_secret = ${Buffer.from(sealing.seal(secret, user.id))}, totp_confirmed_at = now() WHERE id = ${user.id}`;
    const answer = await signIn();
    expect([locationOf(answer).pathname, locationOf(answer).search, answer.refreshToken]).toEqual([
      "/login",
      "?step=otp&returnTo=%2F",
      null,
    ]);
    const cookie = `oauth_pending=${cookieOf(answer, "oauth_pending")}`;
    const finish = (otp: string, headers: Record<string, string> = { cookie }) =>
      edge.ask("POST", "/api/v1/auth/oauth/second-step", { json: { otp }, headers });
    expect((await finish("000000", {})).body.code).toBe("not_signed_in");
    expect((await finish("000000")).body.code).toBe("otp_wrong");
    const { TOTPController } = await import("oslo/otp");
    const done = await finish(await new TOTPController().generate(secret));
    expect([done.status, (done.body.user as { id: string }).id]).toEqual([200, user.id]);
    expect(done.refreshToken).toHaveLength(70);
    const [row] = await edge.world.database
      .sql`SELECT method FROM sign_ins WHERE user_id = ${user.id} ORDER BY created_at DESC LIMIT 1`;
    expect(row!.method).toBe("oauth:home");
    // A recovery code works too, and sends a notice.
    const [code, spare] = newRecoveryCodes(systemRandom);
    for (const { hash } of [code!, spare!])
      await edge.world.database.sql`INSERT INTO recovery_codes (user_id, code_hash) VALUES (${user.id}, ${hash})`;
    const again = `oauth_pending=${cookieOf(await signIn(), "oauth_pending")}`;
    expect((await finish(code!.text, { cookie: again })).status).toBe(200);
    const { text } = await mailbox.take(`${nick.toLowerCase()}@example.org`, "A recovery code was used");
    expect(text).toContain("is void now. One is left.");
  });

  test("the providers of the settings are listed, and no others", async () => {
    expect((await get("/api/v1/auth/oauth")).body.items).toContainEqual({ id: "home", label: "Home" });
    expect((await get("/api/v1/auth/oauth/google")).status).toBe(404);
    expect((await get("/api/v1/auth/oauth/google/callback?code=x&state=y")).status).toBe(404);
  });
});

describe("attacks", () => {
  const refused = async (answer: Answer, error: string) => {
    expect([answer.status, errorOf(answer), answer.refreshToken]).toEqual([302, `/login ${error}`, null]);
  };

  test("a wrong, missing or repeated state", async () => {
    const { cookie, url } = await start();
    const back = await at(url);
    const good = back.searchParams.get("state")!;
    for (const change of [
      (to: URL) => to.searchParams.set("state", `${good.slice(0, -1)}${good.endsWith("A") ? "B" : "A"}`),
      (to: URL) => to.searchParams.delete("state"),
      (to: URL) => to.searchParams.set("state", ""),
      (to: URL) => to.searchParams.append("state", good),
    ]) {
      const to = new URL(back);
      change(to);
      await refused(await comeBack(to, cookie), "oauth_expired");
    }
  });

  test("an attacker's return URL in another browser signs nobody in", async () => {
    const { url } = await start();
    const back = await at(url);
    await refused(await get(`${back.pathname}${back.search}`), "oauth_expired");
    await refused(await comeBack(back, (await start()).cookie), "oauth_expired");
  });

  test("a repeated return", async () => {
    const { cookie, url } = await start();
    const back = await at(url);
    expect((await comeBack(back, cookie)).headers.get("location")).toBe(`${PUBLIC}/`);
    await refused(await comeBack(back, cookie), "oauth_expired");
  });

  test("the same state with a fresh code", async () => {
    const { cookie, url } = await start();
    await comeBack(await at(url), cookie);
    await refused(await comeBack(await at(url), cookie), "oauth_expired");
  });

  test("an attacker's code in a victim's flow (PKCE)", async () => {
    const [victim, attacker] = [await start(), await start()];
    const code = (await at(attacker.url)).searchParams.get("code")!;
    const back = await at(victim.url);
    back.searchParams.set("code", code);
    await refused(await comeBack(back, victim.cookie), "oauth_failed");
  });

  test("another nonce in the ID token", async () => {
    const { cookie, url } = await start();
    url.searchParams.set("nonce", "an-older-one");
    await refused(await comeBack(await at(url), cookie), "oauth_failed");
  });

  test("an invented code", async () => {
    const { cookie, url } = await start();
    const back = await at(url);
    back.searchParams.set("code", "invented");
    await refused(await comeBack(back, cookie), "oauth_failed");
  });

  test("an answer of another issuer, or without `iss` (mix-up)", async () => {
    for (const change of [
      (to: URL) => to.searchParams.set("iss", "https://evil.example"),
      (to: URL) => to.searchParams.delete("iss"),
    ]) {
      const { cookie, url } = await start();
      const back = await at(url);
      change(back);
      await refused(await comeBack(back, cookie), "oauth_failed");
    }
  });

  test("a flow to one provider does not return by another's callback", async () => {
    const { cookie, url } = await start();
    const back = await at(url);
    const answer = await get(`/api/v1/auth/oauth/twin/callback${back.search}`, { cookie });
    await refused(answer, "oauth_expired");
  });

  test("an unregistered redirect URI: the provider does not redirect", async () => {
    const { url } = await start();
    url.searchParams.set("redirect_uri", `${CALLBACK}/../evil`);
    await expect(new ProviderBrowser().visit(url.href, nick)).rejects.toThrow("the provider shows an error: 400");
  });

  test("a changed or forged cookie", async () => {
    const { cookie, url } = await start();
    const back = await at(url);
    const changed = `${cookie.slice(0, -3)}${cookie.endsWith("AAA") ? "BBB" : "AAA"}`;
    await refused(await comeBack(back, changed), "oauth_expired");
    const [name] = cookie.split("=");
    await refused(await comeBack(back, `${name}=`), "oauth_expired");
    await refused(await comeBack(back, `${name}=${"A".repeat(4_000)}`), "oauth_expired");
    // Another flow's cookie under this one's name.
    await refused(await comeBack(back, `${name}=${(await start()).cookie.split("=")[1]}`), "oauth_expired");
  });

  test("an error page never shows the provider's text", async () => {
    const { cookie, url } = await start();
    const state = url.searchParams.get("state")!;
    const error = encodeURIComponent("<script>alert(1)</script>\r\nset-cookie: x=y");
    await refused(
      await get(`${START}/callback?state=${state}&error=${error}&iss=${issuer.issuer}`, { cookie }),
      "oauth_failed",
    );
  });

  test("declining at the provider is shown as such", async () => {
    const { cookie, url } = await start();
    await refused(await comeBack(await at(url, nick, { deny: true }), cookie), "oauth_denied");
  });

  test("a provider that is away", async () => {
    const answer = await get("/api/v1/auth/oauth/gone");
    await refused(answer, "oauth_away");
  });
});

describe("linking", () => {
  const link = (token: string, json: object = {}) => edge.ask("POST", "/api/v1/me/identities/home", { token, json });
  const list = async (token: string) =>
    ((await edge.ask("GET", "/api/v1/me/identities", { token })).body.items as { provider: string }[]).map(
      ({ provider }) => provider,
    );
  async function linkedBy(token: string, login = nick) {
    const answer = await link(token);
    expect(answer.status).toBe(200);
    return comeBack(await at(new URL(answer.body.url as string), login), flowOf(answer));
  }

  test("links the identity to this account, and sends a notice", async () => {
    const user = await edge.register();
    const answer = await linkedBy(user.token);
    expect([answer.status, answer.headers.get("location")]).toEqual([302, `${PUBLIC}/settings/security?linked=home`]);
    expect(await list(user.token)).toEqual(["home"]);
    expect((await refreshed(await signIn())).id).toBe(user.userId);
    await mailbox.take(`${user.login}@example.org`, "can now open your account");
  });

  test("needs the password or a fresh sign-in, and refuses bots", async () => {
    const user = await edge.register();
    await edge.world.database
      .sql`UPDATE sign_ins SET created_at = created_at - interval '1 hour' WHERE user_id = ${user.userId}`;
    expect((await link(user.token)).body.code).toBe("sign_in_again");
    expect((await link(user.token, { password: "not the right one" })).body.code).toBe("bad_credentials");
    expect((await link(user.token, { password: user.password })).status).toBe(200);
    expect((await edge.ask("POST", "/api/v1/me/identities/home", { json: {} })).status).toBe(401);
  });

  test("an identity belongs to one account only", async () => {
    const [one, two] = [await edge.register(), await edge.register()];
    await linkedBy(one.token);
    expect(errorOf(await linkedBy(two.token))).toBe("/settings/security identity_taken");
    expect(await list(two.token)).toEqual([]);
    issuer.people.set(`${nick}2`, { email: `${nick}2@example.org`, email_verified: true });
    expect(errorOf(await linkedBy(one.token, `${nick}2`))).toBe("/settings/security identity_exists");
  });

  test("a device that was signed out meanwhile links nothing", async () => {
    const user = await edge.register();
    const answer = await link(user.token);
    const back = await at(new URL(answer.body.url as string));
    await edge.ask("POST", "/api/v1/auth/logout", { json: { refreshToken: user.refreshToken } });
    expect(errorOf(await comeBack(back, flowOf(answer)))).toBe("/settings/security not_signed_in");
  });

  test("the last way to sign in cannot be unlinked, even by two requests at once", async () => {
    const first = await refreshed(await signIn());
    const unlink = (provider = "home") =>
      edge.ask("DELETE", `/api/v1/me/identities/${provider}`, { token: first.token });
    expect((await unlink()).body.code).toBe("last_way_in");
    expect((await unlink("twin")).status).toBe(404);
    await edge.world.database
      .sql`INSERT INTO identities (provider, subject, user_id) VALUES ('twin', ${nick}, ${first.id})`;
    const answers = await Promise.all([unlink("home"), unlink("twin")]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
    const [left] = await list(first.token);
    // A password is a way to sign in, too.
    const password = await edge.ask("PUT", "/api/v1/me/password", {
      token: first.token,
      json: { password: "a quiet river" },
    });
    expect(password.status).toBe(204);
    expect((await unlink(left)).status).toBe(204);
    expect(await list(first.token)).toEqual([]);
    const address = `${nick.toLowerCase()}@example.org`;
    const told = [
      await mailbox.take(address, "Home no longer opens"),
      await mailbox.take(address, "Home no longer opens"),
    ];
    for (const { text } of told)
      expect(text).toMatch(
        /your account is no longer linked to Home.*\n\nThis was on .* UTC, from an unknown device at /,
      );
    // No notice for the sign-in at registration.
    expect(mailbox.emails.filter(({ to, subject }) => to === address && subject.startsWith("New"))).toEqual([]);
  });
});
