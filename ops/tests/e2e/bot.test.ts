// The example bot against a complete system, with the typed client that bot authors use.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { type Account, call, register } from "../support/api.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let owner: Account;

beforeAll(async () => {
  system = await bootSystem();
  owner = await register(system.url);
});
afterAll(() => system?.stop());

async function bot(token: string, line: string) {
  const argv = [process.execPath, join(import.meta.dir, "../../demo/example-bot.ts"), system.url, owner.login, line];
  const child = Bun.spawn(argv, { env: { ...process.env, TOKEN: token }, stdout: "pipe", stderr: "pipe" });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { out, err, code: await child.exited };
}

async function tokenFor(account: Account, scopes: string[]): Promise<string> {
  const body = { name: "bot", scopes, password: account.password };
  const url = `${system.url}/api/v1/me/tokens`;
  return (await call<{ token: string }>(url, { token: account.accessToken, body })).token;
}

test("the bot authenticates by its token, lists follows, joins the room and sends its line", async () => {
  const author = await register(system.url);
  const { accessToken: token } = author;
  await call(`${system.url}/api/v1/me/follows/${owner.login}`, { method: "PUT", token });
  const { out, err, code } = await bot(
    await tokenFor(author, ["profile:read", "follows:read", "chat:read", "chat:write"]),
    "beep",
  );
  expect([code, err]).toEqual([0, ""]);
  expect(out.split("\n")).toEqual([
    `signed in as ${author.login}`,
    `follows ${owner.login}`,
    ...["said 1", `1 ${author.login}: beep`].sort((a, b) => out.indexOf(a) - out.indexOf(b)),
    "",
  ]);
});

test("a bot without a scope is told which one is missing", async () => {
  const { code, err } = await bot(await tokenFor(await register(system.url), ["chat:read"]), "beep");
  expect(code).toBe(1);
  expect(err).toContain("insufficient_scope: the token lacks the scope profile:read");
});
