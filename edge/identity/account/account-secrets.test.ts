// Secrets of an account are in no log line, and in no row as plain text.

import { expect, test } from "bun:test";
import { createLog } from "#runtime/base/log.ts";
import { testEdge } from "../../testing.ts";
import { ProviderBrowser, startIssuer } from "../providers/testing.ts";
import { createMailbox } from "./testing.ts";

const PUBLIC = "https://live.example.org";

test("no link, code, state, verifier, client secret or password is in a log or in the database", async () => {
  const lines: string[] = [];
  const levels = new Set(["trace", "debug", "info", "warn", "error", "fatal"]);
  const log = new Proxy(createLog({ name: "test", level: "silent" }), {
    get: (target, key) =>
      levels.has(String(key)) ? (...said: unknown[]) => lines.push(JSON.stringify(said)) : Reflect.get(target, key),
  });
  const issuer = await startIssuer([`${PUBLIC}/api/v1/auth/oauth/home/callback`]);
  const mailbox = createMailbox();
  const { clientId, clientSecret } = issuer;
  const signInProviders = [{ id: "home", label: "Home", issuer: issuer.issuer, clientId, clientSecret }];
  const config = { publicUrl: PUBLIC, signInProviders, internalProviders: true, development: false };
  const edge = await testEdge({ log, mailer: mailbox, config });
  const secrets: string[] = [clientSecret];
  try {
    const user = await edge.register();
    const email = `${user.login}@example.org`;
    secrets.push(user.password, user.token, user.refreshToken, await mailbox.takeToken(email, "Confirm"));
    await edge.ask("POST", "/api/v1/auth/password/forgot", { json: { email } });
    const token = await mailbox.takeToken(email, "Choose a new password");
    const password = "another quiet river";
    secrets.push(token, password, "a wrong but secret one");
    await edge.ask("PUT", "/api/v1/me/password", {
      token: user.token,
      json: { oldPassword: "a wrong but secret one", password },
    });
    expect((await edge.ask("POST", "/api/v1/auth/password/reset", { json: { token, password } })).status).toBe(204);

    issuer.people.set("grace", { email: "grace@example.org", email_verified: true, preferred_username: "grace" });
    const left = await edge.ask("GET", "/api/v1/auth/oauth/home");
    const away = new URL(left.headers.get("location")!);
    const back = new URL(await new ProviderBrowser().visit(away.href, "grace"));
    const cookie = left.headers.getSetCookie()[0]!.split(";")[0]!;
    const comeBack = (to: URL) => edge.ask("GET", `${to.pathname}${to.search}`, { headers: { cookie } });
    const here = await comeBack(back);
    expect(here.headers.get("location")).toBe(`${PUBLIC}/`);
    await comeBack(back);
    secrets.push(back.searchParams.get("code")!, away.searchParams.get("state")!, away.searchParams.get("nonce")!);
    secrets.push(here.refreshToken!, cookie.split("=")[1]!);

    const { sql } = edge.world.database;
    const tables = ["users", "sign_ins", "email_tokens", "identities", "audit_log", "access_tokens"];
    const stored = await Promise.all(tables.map((table) => sql.unsafe(`SELECT t::text FROM ${table} t`)));
    expect(lines.length).toBeGreaterThan(2);
    expect(stored.flat().length).toBeGreaterThan(5);
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(10);
      expect(lines.filter((line) => line.includes(secret))).toEqual([]);
      expect(stored.flat().filter((row) => JSON.stringify(row).includes(secret))).toEqual([]);
    }
  } finally {
    issuer.close();
    await edge.close();
  }
});
