// The balancer in front of two real edges: one is killed, one is asked to leave, and clients are hardly affected.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Account, call, getChannel, makeStreamKey, register, signIn } from "../support/api.ts";
import { type Balancer, HAS_IPV6, startBalancer } from "../support/balancer.ts";
import { ChatClient } from "../support/chat-client.ts";
import { followPlaylists } from "../support/playlists.ts";
import { type Publisher, startPublisher } from "../support/publisher.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

let system: TestSystem;
let balancer: Balancer;
let streamer: Account;
let publisher: Publisher;

beforeAll(async () => {
  system = await bootSystem({ edges: 2, env: { TRUSTED_PROXIES: "127.0.0.1", LADDER: "none" } });
  balancer = await startBalancer({ edges: [1, 2].map((number) => system.edgeUrl(number).replace("http://", "")) });
  streamer = await register(balancer.url);
  const { streamKey } = await makeStreamKey(balancer.url, streamer);
  publisher = await startPublisher({ server: system.rtmpUrl, key: streamKey });
  await until("the channel to be live", async () => (await getChannel(balancer.url, streamer.login)).live !== null, {
    withinMs: 30_000,
  });
});
afterAll(async () => {
  await publisher?.stop();
  await balancer?.stop();
  await system?.stop();
});

/** Clients that read and write without a pause, three of each. */
function traffic() {
  const statuses = { read: new Map<number, number>(), write: new Map<number, number>() };
  let slowestMs = 0;
  let stopped = false;
  const ask = async (kind: "read" | "write", place: number) => {
    for (let index = 0; !stopped; index++) {
      const startMs = performance.now();
      const response =
        kind === "read"
          ? await fetch(`${balancer.url}/api/v1/channels/${streamer.login}`)
          : await fetch(`${balancer.url}/api/v1/channels/${streamer.login}`, {
              method: "PATCH",
              headers: { authorization: `Bearer ${streamer.accessToken}`, "content-type": "application/json" },
              body: JSON.stringify({ title: `title ${place} ${index}` }),
            });
      await response.arrayBuffer();
      slowestMs = Math.max(slowestMs, performance.now() - startMs);
      statuses[kind].set(response.status, (statuses[kind].get(response.status) ?? 0) + 1);
      await Bun.sleep(kind === "read" ? 20 : 900);
    }
  };
  const work = Promise.all([1, 2, 3].flatMap((place) => [ask("read", place), ask("write", place)]));
  return async () => {
    stopped = true;
    await work;
    return { read: Object.fromEntries(statuses.read), write: Object.fromEntries(statuses.write), slowestMs };
  };
}

const joinAll = (count: number) =>
  Promise.all(
    Array.from({ length: count }, () =>
      ChatClient.join({ url: balancer.url, channel: streamer.login, token: streamer.accessToken }),
    ),
  );

/** Number of an edge's chat sockets, by its own metrics. */
async function socketsOf(edge: string): Promise<number> {
  const text = await (await fetch(`${system.internalUrl(edge)}/metrics`)).text();
  return Number(/^chat_sockets(?:\{[^}]*\})? (\d+)/m.exec(text)?.[1] ?? Number.NaN);
}

/** Closed sockets reconnect through the balancer and miss no line. */
async function comeBack(clients: ChatClient[]) {
  const said = await clients.find(({ closed }) => closed === null)!.say(crypto.randomUUID());
  if (said.type !== "said") throw new Error(said.code);
  const back = clients.map(async (client) => {
    if (client.closed === null) return client;
    const resume = { seq: client.headSeq };
    return ChatClient.join({ url: balancer.url, channel: streamer.login, token: streamer.accessToken, resume });
  });
  const all = await Promise.all(back);
  await Promise.all(all.map((client) => client.has(said.seq)));
  await Promise.all(all.map((client) => client.leave()));
}

for (const { name, signal, most } of [
  { name: "killed", signal: "SIGKILL", most: 3 },
  { name: "asked to leave", signal: "SIGTERM", most: 0 },
] as const)
  test(`when an edge is ${name}, requests, playlists and chat continue at the other`, async () => {
    const clients = await joinAll(10);
    const sockets = [await socketsOf("edge-1"), await socketsOf("edge-2")];
    expect(Math.abs(sockets[0]! - sockets[1]!)).toBeLessThanOrEqual(1);
    const stopTraffic = traffic();
    const following = followPlaylists(`${balancer.url}/live/${streamer.login}/index.m3u8`, 10_000);
    await Bun.sleep(3_000);
    const starts = system.startsOf("edge-1");
    process.kill(system.pidOf("edge-1"), signal);
    await until("its sockets to be closed", () => clients.filter(({ closed }) => closed).length >= sockets[0]!);
    if (signal === "SIGTERM")
      expect(new Set(clients.flatMap(({ closed }) => (closed ? [closed.code] : [])))).toEqual(new Set([4000]));
    await comeBack(clients);
    await system.restarted("edge-1", starts);
    const report = await following;
    const seen = await stopTraffic();
    console.log(name, JSON.stringify({ ...seen, sockets, playlists: report.count, faults: report.faults }));
    // A write may have reached the dead edge; its outcome is unknown, and the client gets an error.
    const { 200: written = 0, 503: unknown = 0, ...others } = seen.write as Record<number, number>;
    expect(Object.keys(seen.read)).toEqual(["200"]);
    expect(others).toEqual({});
    expect(written).toBeGreaterThan(10);
    expect(unknown).toBeLessThanOrEqual(most);
    expect(seen.slowestMs).toBeLessThan(8_000);
    expect(report.faults).toEqual([]);
    expect(report.count).toBeGreaterThan(10);
    // Both edges serve their share again.
    await until("the returned edge to get requests", async () => {
      const before = await socketsOf("edge-1");
      const client = await joinAll(2);
      const after = await socketsOf("edge-1");
      await Promise.all(client.map((one) => one.leave()));
      return after > before;
    });
  });

test("the balancer does not expose hooks and metrics, and passes the client's real address on", async () => {
  expect((await fetch(`${balancer.url}/metrics`)).status).toBe(404);
  expect((await fetch(`${balancer.url}/hooks/rtmp/publish`, { method: "POST" })).status).toBe(404);
  const wrong = { login: streamer.login, password: "not-the-password" };
  const forged = { "content-type": "application/json", "x-forwarded-for": "9.9.9.9" };
  await fetch(`${balancer.url6}/api/v1/auth/login`, { method: "POST", headers: forged, body: JSON.stringify(wrong) });
  const grant = Bun.spawnSync([
    ...[process.execPath, "ops/operator/main.ts", "grant", streamer.login, "admin", "--data", system.data],
  ]);
  expect(grant.exitCode, grant.stderr.toString()).toBe(0);
  const { accessToken } = await signIn(balancer.url, streamer);
  const audit = await call<{ items: { act: string; address: string | null }[] }>(`${system.url}/api/v1/admin/audit`, {
    token: accessToken,
  });
  const failed = audit.items.find(({ act }) => act === "sign-in.failed");
  expect(failed?.address).toBe(HAS_IPV6 ? "::1" : "127.0.0.1");
});
