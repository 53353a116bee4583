// Bots against a complete system: the example bot, with the typed client that bot authors use, and the programs that /api/docs shows.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Line } from "#edge/client/api.ts";
import { joinRoom } from "#edge/client/client.ts";
import { type Account, call, register } from "../support/api.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

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

/** Takes a program from the page, as a reader would, and runs it. */
async function run(name: string, env: Record<string, string>, runtime = process.execPath) {
  const page = await (await fetch(`${system.url}/api/docs`)).text();
  const [, shown] = new RegExp(`<pre id="example-${name}">([^]*?)</pre>`).exec(page) ?? [];
  const text = shown!.replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => ENTITIES[name]!);
  const folder = mkdtempSync(join(tmpdir(), "docs-"));
  await Bun.write(join(folder, `${name}.mjs`), text);
  const child = Bun.spawn([runtime, `${name}.mjs`], {
    cwd: folder,
    env: { ...process.env, ORIGIN: system.url, ...env },
    stdout: "pipe",
    stderr: "inherit",
  });
  let out = "";
  const drained = (async () => {
    for await (const chunk of child.stdout) out += new TextDecoder().decode(chunk);
  })();
  return {
    out: () => out,
    ended: child.exited.then(async (code) => {
      await drained;
      return code;
    }),
    async stop() {
      child.kill();
      await child.exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const ENTITIES: Record<string, string> = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };

test("the page's program makes an account and a token for a bot, in Node and in Bun", async () => {
  for (const runtime of ["node", process.execPath]) {
    const login = `maker_${crypto.randomUUID().slice(0, 8)}`;
    const program = await run("token", { LOGIN: login, PASSWORD: crypto.randomUUID() }, runtime);
    try {
      expect(await program.ended).toBe(0);
      const { token, channelId, live } = JSON.parse(program.out()) as { token: string; channelId: string; live: [] };
      expect(live).toEqual([]);
      expect(await call<object>(`${system.url}/api/v1/channels/${login}`)).toMatchObject({ id: channelId });
      expect(await call<object>(`${system.url}/api/v1/me/follows`, { token })).toMatchObject({ items: [] });
    } finally {
      await program.stop();
    }
  }
});

test("the page's bot answers a command, and goes on after a restart of the edge and an expired token", async () => {
  const author = await register(system.url);
  const entries: Line[] = [];
  const owned = await joinRoom({
    origin: system.url,
    channel: owner.login,
    token: owner.accessToken,
    onEntry: (entry) => entries.push(entry),
  });
  const env = { LOGIN: author.login, PASSWORD: author.password, CHANNEL: owner.login };
  const [bot, reader] = [await run("bot", env), await run("read-chat", env)];
  /** Says !ping until the bot answers: it ignores what was said before it came. Returns the answer to the last one. */
  const ping = async () => {
    let asked = new Set<string>();
    await until(
      "an answer",
      async () => {
        asked = asked.add((await owned.say("!ping")).id);
        await Bun.sleep(1_500);
        return entries.some(({ replyTo }) => replyTo !== undefined && asked.has(replyTo));
      },
      { withinMs: 60_000 },
    );
    for (const id of asked) expect(entries.filter(({ replyTo }) => replyTo === id).length).toBeLessThanOrEqual(1);
  };
  try {
    await ping();
    expect(entries.at(-1)).toMatchObject({ body: "pong", user: { login: author.login } });
    expect(reader.out()).toContain(`${author.login}: pong`);

    // The bot was there when the edge died, so that it misses no line.
    const starts = system.startsOf("edge-1");
    process.kill(system.pidOf("edge-1"), "SIGKILL");
    await system.restarted("edge-1", starts);
    const { id } = await owned.say("!ping");
    await until("an answer after the restart", () => entries.some(({ replyTo }) => replyTo === id), {
      withinMs: 30_000,
    });
    expect(bot.out()).toContain("closed: 1006");

    // A changed role makes all access tokens of the account expire.
    const grant = [process.execPath, "ops/operator/main.ts", "grant", author.login, "staff", "--data", system.data];
    expect(await Bun.spawn(grant, { cwd: join(import.meta.dir, "../../..") }).exited).toBe(0);
    await until("the token to expire", () => bot.out().includes("closed: 4003"), { withinMs: 30_000 });
    const last = await owned.say("!ping");
    await until("an answer with a new token", () => entries.some(({ replyTo }) => replyTo === last.id), {
      withinMs: 30_000,
    });
    expect(entries.find(({ replyTo }) => replyTo === last.id)!.user.badges).toContain("staff");
  } finally {
    owned.close();
    await bot.stop();
    await reader.stop();
  }
});
