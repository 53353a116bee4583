// Changes that take effect on every edge within 5 s: suspension, roles, and account deletion.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Account, call, getChannel, makeStreamKey, register, signIn } from "../support/api.ts";
import { ChatClient } from "../support/chat-client.ts";
import { type Publisher, startPublisher } from "../support/publisher.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

const EFFECTIVE_MS = 5_000;

let system: TestSystem;
let admin: Account;
let streamer: Account;
let streamKey: string;
const publishers: Publisher[] = [];

beforeAll(async () => {
  system = await bootSystem({ edges: 2 });
  [admin, streamer] = [await register(system.url), await register(system.url)];
  ({ streamKey } = await makeStreamKey(system.url, streamer));
  const grant = Bun.spawnSync([
    ...[process.execPath, "ops/operator/main.ts", "grant", admin.login, "admin", "--data", system.data],
  ]);
  expect(grant.exitCode, grant.stderr.toString()).toBe(0);
  admin = await signIn(system.url, admin);
});
afterAll(async () => {
  for (const each of publishers) await each.kill();
  await system?.stop();
});

const edges = () => [system.edgeUrl(1), system.edgeUrl(2)];
const statusOf = async (url: string, token?: string) =>
  (await fetch(url, token ? { headers: { authorization: `Bearer ${token}` } } : {})).status;
const goneFor = (ms: number) => Math.round(performance.now() - ms);

async function publish() {
  const publisher = await startPublisher({ server: system.rtmpUrl, key: streamKey });
  publishers.push(publisher);
  return publisher;
}

const isLive = () =>
  until("the channel to be live", async () => (await getChannel(system.url, streamer.login)).live, {
    withinMs: 15_000,
  });

/** One address below `/live/<login>/` of each kind that players request. */
async function mediaOf(login: string) {
  const text = async (uri: string) => (await fetch(`${system.url}/live/${login}/${uri}`)).text();
  const playlist = (await text("index.m3u8")).split("\n").find((line) => line && !line.startsWith("#"))!;
  const listed = await until("a segment and a part", async () => {
    const lines = await text(playlist);
    const segment = lines.split("\n").findLast((line) => line && !line.startsWith("#"));
    const [, part] = /#EXT-X-PART:.*URI="([^"]+)"/.exec(lines) ?? [];
    const [, init] = /#EXT-X-MAP:URI="([^"]+)"/.exec(lines) ?? [];
    return segment && part && init ? { segment, part, init } : null;
  });
  return { "media playlist": playlist, ...listed };
}

test("a suspended account disappears from every edge within 5 s, and returns when the suspension is lifted", async () => {
  const publisher = await publish();
  await isLive();
  const socket = await ChatClient.join({
    url: system.edgeUrl(2),
    channel: admin.login,
    token: streamer.accessToken,
  });
  const viewer = await ChatClient.join({ url: system.edgeUrl(2), channel: streamer.login });
  const media = await mediaOf(streamer.login);
  const path = `/api/v1/admin/users/${streamer.login}/suspension`;
  const startMs = performance.now();
  const made = await call(`${system.url}${path}`, { token: admin.accessToken, body: { reason: "an experiment" } });
  expect(made).toMatchObject({ broadcast: "stopped" });
  const took: Record<string, number> = { answered: goneFor(startMs) };
  const gone = (what: string, ask: () => boolean | Promise<boolean>) =>
    until(what, ask, { withinMs: EFFECTIVE_MS, everyMs: 100 }).then(() => {
      took[what] = goneFor(startMs);
    });
  await Promise.all([
    ...edges().flatMap((edge, i) => [
      // With the reason: see edge/identity/tokens/bearer.ts.
      gone(`token on edge ${i + 1}`, async () => (await statusOf(`${edge}/api/v1/me`, streamer.accessToken)) === 403),
      gone(
        `channel on edge ${i + 1}`,
        async () => (await statusOf(`${edge}/api/v1/channels/${streamer.login}`)) === 404,
      ),
      gone(
        `playlist on edge ${i + 1}`,
        async () => (await statusOf(`${edge}/live/${streamer.login}/index.m3u8`)) === 404,
      ),
      ...Object.entries(media).map(([what, uri]) =>
        gone(`${what} on edge ${i + 1}`, async () => (await statusOf(`${edge}/live/${streamer.login}/${uri}`)) === 404),
      ),
      gone(`joining on edge ${i + 1}`, async () => {
        const joined = await ChatClient.join({ url: edge, channel: streamer.login }).catch(() => null);
        await joined?.leave();
        return joined === null;
      }),
      gone(`speaking on edge ${i + 1}`, async () => {
        const token = streamer.accessToken;
        const speaker = await ChatClient.join({ url: edge, channel: admin.login, token }).catch(() => null);
        const said = await speaker?.say("still here");
        await speaker?.leave();
        return said?.type !== "said";
      }),
      gone(`directory of edge ${i + 1}`, async () => {
        const { items } = await call<{ items: unknown[] }>(`${edge}/api/v1/channels?q=${streamer.login}`);
        return items.length === 0;
      }),
    ]),
    gone("their socket", () => socket.closed?.code === 4501),
    gone("their room", () => viewer.closed?.code === 4504),
    gone("their encoder", () => publisher.exited.then(() => true)),
  ]);
  console.log(took);
  const again = await publish();
  expect(await again.exited).not.toBe(0);
  await expect(signIn(system.url, streamer)).rejects.toThrow(/403.*an experiment/);

  await call(`${system.url}${path}`, { token: admin.accessToken, body: {}, method: "DELETE" });
  streamer = await signIn(system.edgeUrl(2), streamer);
  await publish();
  await isLive();
});

test("5 s after account deletion no edge shows anything of the user", async () => {
  const person = await register(system.url);
  const room = { channel: admin.login };
  const speaker = await ChatClient.join({ ...room, url: system.edgeUrl(1), token: person.accessToken });
  const watchers = await Promise.all(edges().map((url) => ChatClient.join({ ...room, url })));
  const said = await speaker.say("I live at 7 Elm Street");
  if (said.type !== "said") throw new Error(said.code);
  await Promise.all(watchers.map((watcher) => watcher.has(said.seq)));
  const body = { password: person.password };
  await call(`${system.url}/api/v1/me`, { token: person.accessToken, method: "DELETE", body });
  const traces = /Elm Street|LOGIN/.source.replace("LOGIN", person.login);
  const clean = (text: unknown) => !new RegExp(traces).test(JSON.stringify(text));
  for (const [i, url] of edges().entries())
    await until(
      `nothing of them on edge ${i + 1}`,
      async () => {
        if (!watchers[i]!.frames.some(({ type }) => type === "erased")) return false;
        const newcomer = await ChatClient.join({ ...room, url });
        await newcomer.leave();
        const { items } = await call<{ items: unknown[] }>(`${url}/api/v1/channels/${admin.login}/chat/messages`);
        return newcomer.lines.some(({ seq }) => seq === said.seq) && clean(newcomer.frames) && clean(items);
      },
      { withinMs: EFFECTIVE_MS },
    );
  for (const watcher of watchers) await watcher.leave();
});

test("a moderator's badge appears on every edge within 5 s, and disappears as fast", async () => {
  const person = await register(system.url);
  const chat = await ChatClient.join({
    url: system.edgeUrl(2),
    channel: streamer.login,
    token: person.accessToken,
  });
  const badges = async () => {
    const said = await chat.say(crypto.randomUUID());
    if (said.type !== "said") throw new Error(said.code);
    await chat.has(said.seq);
    return chat.lines.find(({ seq }) => seq === said.seq)?.user.badges.join();
  };
  expect(await badges()).toBe("");
  const path = `${system.url}/api/v1/channels/${streamer.login}/moderators/${person.login}`;
  for (const [method, wanted] of [
    ["PUT", "moderator"],
    ["DELETE", ""],
  ] as const) {
    await call(path, { token: streamer.accessToken, method });
    await until(`the badge "${wanted}"`, async () => (await badges()) === wanted, {
      withinMs: EFFECTIVE_MS,
      everyMs: 500,
    });
  }
  const roles = chat.frames.flatMap((frame) => (frame.type === "you" ? [frame.roles] : []));
  expect(roles).toEqual([["moderator"], []]);
  await chat.leave();
});

test("a new admin role takes effect on the other edge within 5 s", async () => {
  const helper = await register(system.url);
  const path = `${system.url}/api/v1/admin/users/${helper.login}`;
  const change = (role: string) => call(path, { token: admin.accessToken, method: "PATCH", body: { role } });
  await change("staff");
  const { accessToken } = await signIn(system.edgeUrl(2), helper);
  const list = () => statusOf(`${system.edgeUrl(2)}/api/v1/admin/reports`, accessToken);
  expect(await list()).toBe(200);
  await change("user");
  await until("the token to be void", async () => (await list()) === 401, { withinMs: EFFECTIVE_MS });
});
