// WHEP and WHIP of a whole system, with a relay that does everything but WebRTC: what an encoder by WHIP becomes, and who may watch it.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { TestRelay } from "#edge/relays/testing.ts";
import type { PlaybackView } from "#schema/api/playback.ts";
import type { NewStreamKeyView, PublishTicketView } from "#schema/api/stream-keys.ts";
import { patient } from "#schema/testing-slowness.ts";
import { audio, h264, offerOf, opus, video } from "#transcoding/relay/sdp/testing.ts";
import { type Account, call, getChannel, makeStreamKey, register, signIn } from "../support/api.ts";
import { type Balancer, startBalancer } from "../support/balancer.ts";
import { startMadeUpRelay } from "../support/made-up-relay.ts";
import { type Publisher, startPublisher } from "../support/publisher.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

const WATCHING = offerOf([video(), audio()]);
const PUBLISHING = offerOf([
  video({ direction: "sendonly", lines: [...h264(102, "42e01f"), "a=ssrc:11 cname:x"] }),
  audio({ direction: "sendonly", lines: [...opus(111), "a=ssrc:12 cname:x"] }),
]);

let relay: TestRelay;
let system: TestSystem;
let balancer: Balancer;
let streamer: Account;
let viewer: Account;
let key: NewStreamKeyView & { whipUrl?: string };
const publishers: Publisher[] = [];

beforeAll(async () => {
  relay = startMadeUpRelay();
  system = await bootSystem({ edges: 2, env: { LADDER: "none", RELAY_URLS: relay.url } });
  const edges = [1, 2].map((number) => system.edgeUrl(number).replace("http://", ""));
  balancer = await startBalancer({ edges });
  [streamer, viewer] = [await register(system.url), await register(system.url)];
  key = await makeStreamKey(system.url, streamer);
}, patient(90_000));
afterAll(async () => {
  for (const one of publishers) await one.kill();
  await balancer?.stop();
  await system?.stop();
  await relay?.die();
});

const post = async (url: string, body: string, headers: Record<string, string> = {}) => {
  const response = await fetch(url, {
    method: "POST",
    body,
    headers: { "content-type": "application/sdp", ...headers },
  });
  const text = await response.text();
  const location = response.headers.get("location");
  return { status: response.status, text, session: location && new URL(location, url).href, headers: response.headers };
};
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const end = async (session: string, headers: Record<string, string> = {}) =>
  (await fetch(session, { method: "DELETE", headers })).status;

/** What a relay does with a session by WHIP. */
async function publishAsRelay() {
  const { url, app, name } = relay.last.publish!;
  const publisher = await startPublisher({ server: `${url}/${app}`, key: name });
  publishers.push(publisher);
  return publisher;
}
const live = () =>
  until("the channel to be live", async () => (await getChannel(system.url, streamer.login)).live, {
    withinMs: 30_000,
  });
const ended = (publisher: Publisher) =>
  Promise.race([publisher.exited.then(() => true), Bun.sleep(8_000).then(() => false)]);

test(
  "an encoder by WHIP is on air: its relay publishes once with a ticket, whichever edge nginx asks",
  async () => {
    expect(key.whipUrl).toEndWith("/ingest/whip");
    const { status, session, text } = await post(`${balancer.url}/ingest/whip`, PUBLISHING, {
      ...bearer(key.streamKey),
      "user-agent": "Mozilla/5.0 (OBS-Studio/30.2.2; Linux x86_64; en-US)",
    });
    expect([status, text.match(/a=recvonly/g)?.length]).toEqual([201, 2]);
    expect(relay.last.publish).toMatchObject({ url: `rtmp://127.0.0.1:${system.rtmpPort}`, app: "live" });
    const { name } = relay.last.publish!;
    const publisher = await publishAsRelay();
    await live();
    const health = await call<{ encoder: string | null }>(`${system.url}/api/v1/channels/${streamer.login}/broadcast`, {
      token: streamer.accessToken,
    });
    expect(health.encoder).toBe("OBS 30.2.2 (WHIP)");
    // Nobody else can publish with it, while it is used and afterwards.
    const thief = await startPublisher({ server: system.rtmpUrl, key: name });
    publishers.push(thief);
    expect(await ended(thief)).toBe(true);
    expect((await getChannel(system.url, streamer.login)).live?.phase).toBe("live");
    await publisher.stop();
    await until(
      "the encoder to be missed",
      async () => (await getChannel(system.url, streamer.login)).live?.phase === "lost",
    );
    const again = await startPublisher({ server: system.rtmpUrl, key: name });
    publishers.push(again);
    expect(await ended(again)).toBe(true);
    expect(await end(session!)).toBe(401);
    expect(await end(session!, bearer(key.streamKey))).toBe(200);
    const logs = system.logs();
    for (const secret of [key.streamKey, name]) expect(logs.includes(secret)).toBe(false);
  },
  patient(120_000),
);

test(
  "the same key comes back by WHIP into the same broadcast; viewers by WHEP are counted, on either edge",
  async () => {
    const before = (await getChannel(system.url, streamer.login)).live?.broadcastId;
    expect((await post(`${system.edgeUrl(2)}/ingest/whip`, PUBLISHING, bearer(key.streamKey))).status).toBe(201);
    await publishAsRelay();
    await until(
      "the channel to be back",
      async () => (await getChannel(system.url, streamer.login)).live?.phase === "live",
      {
        withinMs: 30_000,
      },
    );
    expect((await live()).broadcastId).toBe(before!);
    const channel = await getChannel(system.url, streamer.login);
    const { whepUrl } = channel.live as unknown as { whepUrl: string };
    expect(whepUrl).toBe(`/live/${streamer.login}/whep`);
    const sessions: string[] = [];
    for (const base of [system.edgeUrl(1), system.edgeUrl(2), balancer.url]) {
      const { status, session, text } = await post(`${base}${whepUrl}`, WATCHING);
      expect([status, text.match(/a=sendonly/g)?.length]).toEqual([201, 2]);
      expect(text).toContain("a=candidate:1 1 udp");
      sessions.push(session!);
      relay.connect();
    }
    await until("three viewers", async () => (await getChannel(system.url, streamer.login)).live?.viewers === 3, {
      withinMs: 30_000,
    });
    // Ended at the other edge.
    const other = sessions[0]!.replace(system.edgeUrl(1), system.edgeUrl(2));
    expect(await end(other)).toBe(200);
    expect(await end(sessions[0]!)).toBe(404);
  },
  patient(120_000),
);

test(
  "a page of the owner publishes with a ticket of its own, and only the owner gets one",
  async () => {
    const tickets = `${system.url}/api/v1/channels/${streamer.login}/publish-tickets`;
    const { ticket } = await call<PublishTicketView>(tickets, { token: streamer.accessToken, body: {} });
    expect((await fetch(tickets, { method: "POST", headers: bearer(viewer.accessToken) })).status).toBe(403);
    expect((await fetch(tickets, { method: "POST" })).status).toBe(401);
    const whip = `${system.edgeUrl(2)}/ingest/whip`;
    expect((await post(whip, PUBLISHING, bearer(ticket))).status).toBe(201);
    expect((await post(whip, PUBLISHING, bearer(ticket))).status).toBe(401);
    // An access token is no stream key.
    expect((await post(whip, PUBLISHING, bearer(streamer.accessToken))).status).toBe(401);
  },
  patient(60_000),
);

test(
  "a channel for followers: a token is needed, and who loses the right is sent away within seconds",
  async () => {
    const api = `${system.url}/api/v1/channels/${streamer.login}`;
    const show = (visibility: string) =>
      call(api, { method: "PATCH", token: streamer.accessToken, body: { visibility } });
    await show("followers");
    await until(
      "the edges to know",
      async () => (await post(`${system.edgeUrl(2)}/live/${streamer.login}/whep`, WATCHING)).status === 403,
    );
    await call(`${system.url}/api/v1/me/follows/${streamer.login}`, {
      method: "PUT",
      token: viewer.accessToken,
      body: {},
    });
    const { whepUrl, token } = await call<PlaybackView>(`${api}/playback`, { token: viewer.accessToken, body: {} });
    const opened = await post(`${system.url}${whepUrl}`, WATCHING);
    expect(opened.status).toBe(201);
    expect((await post(`${system.edgeUrl(2)}/live/${streamer.login}/whep`, WATCHING, bearer(token))).status).toBe(201);
    // Without the token in its path.
    expect(await end(opened.session!.replace(`/~${token}`, ""))).toBe(403);
    const ids = () => [...relay.sessions.values()].filter(({ kind }) => kind === "whep").map(({ id }) => id);
    const mine = ids().slice(-2);
    await show("password").catch(() => show("unlisted"));
    await show("followers");
    await until("both to be gone", () => mine.every((id) => !ids().includes(id)), { withinMs: 20_000 });
    await show("public");
  },
  patient(90_000),
);

test(
  "an edge that dies takes no session along; a suspended channel loses all of them",
  async () => {
    await until(
      "the edges to know",
      async () => (await post(`${system.edgeUrl(2)}/live/${streamer.login}/whep`, WATCHING)).status === 201,
      { withinMs: 20_000 },
    );
    await post(`${system.edgeUrl(1)}/live/${streamer.login}/whep`, WATCHING);
    const { id } = relay.last;
    relay.connect();
    process.kill(system.pidOf("edge-1"), "SIGKILL");
    await Bun.sleep(6_000);
    expect(relay.sessions.has(id)).toBe(true);
    await until("the edge to be back", async () => (await fetch(`${system.url}/readyz`)).ok, { withinMs: 20_000 });
    const admin = await register(system.url);
    const grant = Bun.spawnSync([
      process.execPath,
      "ops/operator/main.ts",
      "grant",
      admin.login,
      "admin",
      "--data",
      system.data,
    ]);
    expect(grant.exitCode, grant.stderr.toString()).toBe(0);
    const { accessToken } = await signIn(system.url, admin);
    await call(`${system.url}/api/v1/admin/users/${streamer.login}/suspension`, {
      token: accessToken,
      body: { reason: "a test" },
    });
    await until("all sessions to be gone", () => relay.sessions.size === 0, { withinMs: 15_000 });
    const refused = await post(`${system.url}/ingest/whip`, PUBLISHING, bearer(key.streamKey));
    expect([refused.status, JSON.parse(refused.text).code]).toEqual([403, "suspended"]);
  },
  patient(120_000),
);
