// The life of an account in a complete system: an e-mail by SMTP (to a third-party mail server) and account deletion. Providers: oauth.test.ts.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { startMailServer, type TestMailServer } from "#edge/identity/email/testing.ts";
import { makeStreamKey, register } from "../support/api.ts";
import { startPublisher } from "../support/publisher.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

let system: TestSystem;
let mail: TestMailServer;

beforeAll(async () => {
  mail = await startMailServer();
  system = await bootSystem({ env: { SMTP_URL: mail.url } });
});
afterAll(async () => {
  mail?.close();
  await system?.stop();
});

function ask(method: string, path: string, { json, token }: { json?: unknown; token?: string } = {}) {
  const headers: Record<string, string> = {};
  if (json !== undefined) headers["content-type"] = "application/json";
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  return fetch(`${system.url}${path}`, { method, headers, body: json === undefined ? null : JSON.stringify(json) });
}

test("an e-mail confirms the address of a new account, and account deletion removes all its data", async () => {
  const password = "a quiet river at night";
  const made = await ask("POST", "/api/v1/auth/register", {
    json: { login: "ada", email: "ada@example.org", password },
  });
  expect(made.status).toBe(201);
  const { accessToken: token } = (await made.json()) as { accessToken: string };
  const { text } = await mail.emailTo("ada@example.org");
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
});

test("account deletion while live takes the channel off the air and refuses its encoder", async () => {
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
});
