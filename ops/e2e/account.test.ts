// An account's life in the whole system: a letter by SMTP, a sign-in by a provider, leaving. Mail server and provider are others' work.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { startMailServer, type TestMailServer } from "#edge/auth/mail-testing.ts";
import { ProviderBrowser, startIssuer, type TestIssuer } from "#edge/auth/oauth/testing.ts";
import { makeStreamKey, register } from "./api.ts";
import { startPublisher } from "./publisher.ts";
import { bootSystem, type TestSystem } from "./system.ts";
import { until } from "./until.ts";

let system: TestSystem;
let mail: TestMailServer;
let issuer: TestIssuer;
const redirectUris: string[] = [];

beforeAll(async () => {
  [mail, issuer] = await Promise.all([startMailServer(), startIssuer(redirectUris)]);
  system = await bootSystem({
    env: {
      SMTP_URL: mail.url,
      OAUTH_PROVIDERS: "home",
      OAUTH_HOME_ISSUER: issuer.issuer,
      OAUTH_HOME_CLIENT_ID: issuer.clientId,
      OAUTH_HOME_CLIENT_SECRET: issuer.clientSecret,
      OAUTH_INTERNAL_ADDRESSES: "on",
    },
  });
  redirectUris.push(`${system.url}/api/v1/auth/oauth/home/callback`);
});
afterAll(async () => {
  mail?.close();
  issuer?.close();
  await system?.stop();
});

function ask(
  method: string,
  path: string,
  { json, token, cookie }: { json?: unknown; token?: string; cookie?: string } = {},
) {
  const headers: Record<string, string> = {};
  if (json !== undefined) headers["content-type"] = "application/json";
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  if (cookie !== undefined) headers.cookie = cookie;
  const body = json === undefined ? null : JSON.stringify(json);
  return fetch(`${system.url}${path}`, { method, headers, body, redirect: "manual" });
}

test("a letter proves the address of a new account, which then leaves with all that it was", async () => {
  const password = "a quiet river at night";
  const made = await ask("POST", "/api/v1/auth/register", {
    json: { login: "ada", email: "ada@example.org", password },
  });
  expect(made.status).toBe(201);
  const { accessToken: token } = (await made.json()) as { accessToken: string };
  const { text } = await mail.letterTo("ada@example.org");
  const link = new URL(/http\S+\/verify\?token=\S+/.exec(text)?.[0] ?? "none:");
  expect(link.origin).toBe(system.url);
  const verified = await ask("POST", "/api/v1/auth/email/verify", { json: { token: link.searchParams.get("token") } });
  expect(await verified.json()).toEqual({ email: "ada@example.org" });
  const all = (await (await ask("GET", "/api/v1/me/export", { token })).json()) as {
    user: { emailVerifiedAt: string };
  };
  expect(all.user.emailVerifiedAt).toBeString();
  expect((await ask("DELETE", "/api/v1/me", { token, json: { password } })).status).toBe(204);
  expect((await ask("GET", "/api/v1/channels/ada")).status).toBe(404);
  expect((await ask("GET", "/api/v1/me", { token })).status).toBe(401);
}, 60_000);

test("who leaves while live is off the air, and their encoder stays out", async () => {
  const streamer = await register(system.url);
  const { streamKey } = await makeStreamKey(system.url, streamer);
  const publisher = await startPublisher({ server: system.rtmpUrl, key: streamKey });
  try {
    const playlist = `${system.url}/live/${streamer.login}/index.m3u8`;
    await until("a playlist", async () => (await fetch(playlist)).ok, { withinMs: 20_000 });
    const { accessToken: token, login, password } = streamer;
    expect((await ask("DELETE", "/api/v1/me", { token, json: { password } })).status).toBe(204);
    expect(await publisher.exited).not.toBe(0);
    await until("off the air", async () => (await fetch(playlist)).status === 404, { withinMs: 10_000 });
    const { items } = (await (await ask("GET", "/api/v1/channels?live=true")).json()) as { items: { login: string }[] };
    expect(items.map((channel) => channel.login)).not.toContain(login);
    const again = await startPublisher({ server: system.rtmpUrl, key: streamKey });
    expect(await again.exited).not.toBe(0);
    expect((await ask("POST", "/api/v1/auth/login", { json: { login, password } })).status).toBe(401);
  } finally {
    await publisher.kill();
  }
}, 60_000);

test("somebody signs in with an account elsewhere", async () => {
  issuer.people.set("grace", { email: "grace@example.org", email_verified: true, preferred_username: "Grace" });
  const left = await ask("GET", "/api/v1/auth/oauth/home");
  const flow = left.headers.getSetCookie()[0]!.split(";")[0]!;
  const back = new URL(await new ProviderBrowser().visit(left.headers.get("location")!, "grace"));
  const here = await ask("GET", `${back.pathname}${back.search}`, { cookie: flow });
  expect([here.status, here.headers.get("location")]).toEqual([302, `${system.url}/`]);
  const cookie = here.headers
    .getSetCookie()
    .find((line) => line.startsWith("refresh_token="))!
    .split(";")[0]!;
  const { user } = (await (await ask("POST", "/api/v1/auth/refresh", { cookie })).json()) as {
    user: { login: string };
  };
  expect(user.login).toBe("grace");
}, 60_000);
