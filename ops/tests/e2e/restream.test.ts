// A broadcast is forwarded to other services: it arrives, goes on when they or our own nodes die, never waits for a slow one, and keys are
// seen nowhere.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { TargetView } from "#schema/api/targets.ts";
import { patient } from "#schema/testing-slowness.ts";
import { startTarget, type TestTarget } from "#transcoding/restream/testing-target.ts";
import { type Account, call, getChannel, makeStreamKey, register } from "../support/api.ts";
import { descendantsOf } from "../support/descendants.ts";
import { ownerOf } from "../support/owner.ts";
import { placeOf } from "../support/playlists.ts";
import { type Publisher, startPublisher } from "../support/publisher.ts";
import { type RtmpService, startRtmpService } from "../support/rtmp-service.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { until } from "../support/until.ts";

const KEY = "live_restream_4kR7tQ9zLm2Xw8";
const SLOW_KEY = "slow_restream_8Wx2mLz9Qt7Rk4";

let system: TestSystem;
let service: RtmpService;
let slow: TestTarget;
let streamer: Account;
let ownKey: string;
let publisher: Publisher;
let id: string;

const targets = (method?: string, body?: object, path = "") =>
  call<TargetView & { items: TargetView[] }>(`${system.url}/api/v1/channels/${streamer.login}/targets${path}`, {
    ...{ token: streamer.accessToken, ...(method && { method }), ...(body && { body }) },
  });
const add = (name: string, serverUrl: string, streamKey: string) => targets("POST", { name, serverUrl, streamKey });
const stateOf = async (targetId: string) =>
  (await targets()).items.find((target) => target.id === targetId)?.state ?? null;
const inPhase = (targetId: string, phase: TargetView["state"]["phase"], withinMs = 30_000) =>
  until(`the target to be ${phase}`, async () => (await stateOf(targetId))?.phase === phase, { withinMs });
const arrives = () =>
  until("the broadcast at the service", async () => (await service.watch(KEY)).pictures >= 30, { withinMs: 40_000 });
const goLive = async () => {
  publisher = await startPublisher({ server: system.rtmpUrl, key: ownKey });
  const live = async () => (await getChannel(system.url, streamer.login)).live?.phase === "live";
  await until("the channel to be live", live, { withinMs: 30_000 });
};
async function newest(): Promise<number> {
  const { live } = await getChannel(system.url, streamer.login);
  const master = new URL(live!.hlsUrl, system.url).href;
  const uri = (await (await fetch(master)).text()).split("\n").find((line) => line && !line.startsWith("#"))!;
  return placeOf(await (await fetch(new URL(uri, master).href)).text()).last;
}

beforeAll(async () => {
  [service, slow] = await Promise.all([startRtmpService(), startTarget()]);
  system = await bootSystem({ actors: 2, env: { LADDER: "none", RESTREAM_NETWORKS: "127.0.0.0/8" } });
  streamer = await register(system.url);
  ownKey = (await makeStreamKey(system.url, streamer)).streamKey;
}, patient(90_000));
afterAll(async () => {
  await publisher?.stop();
  await system?.stop();
  await Promise.all([service?.close(), slow?.close()]);
}, patient(30_000));

test(
  "a broadcast arrives at another service, with picture and sound, and its state is told",
  async () => {
    ({ id } = await add("Service", `${service.url}/`, KEY));
    expect((await stateOf(id))?.phase).toBe("waiting");
    await goLive();
    await inPhase(id, "live");
    await arrives();
    expect((await service.watch(KEY)).streams).toEqual(["aac", "h264"]);
  },
  patient(120_000),
);

test(
  "a service that dies is tried again, and goes on when it is back",
  async () => {
    await service.kill();
    await inPhase(id, "failed");
    const state = await stateOf(id);
    expect(["closed", "unreachable"]).toContain(state!.fault!);
    await service.start();
    await inPhase(id, "live", 90_000);
    await arrives();
  },
  patient(150_000),
);

test(
  "a service that reads nothing neither slows the broadcast nor the other service, and is given up",
  async () => {
    const { id: slowId } = await add("Slow", `rtmp://127.0.0.1:${slow.port}/app`, SLOW_KEY);
    await inPhase(slowId, "live");
    slow.pause();
    const startMs = performance.now();
    const before = await newest();
    await inPhase(slowId, "failed", 90_000);
    expect((await stateOf(slowId))?.fault).toBe("stalled");
    // Segments of 2 s came as fast as ever.
    const seconds = (performance.now() - startMs) / 1_000;
    expect((await newest()) - before).toBeGreaterThan(seconds / 2 - 4);
    expect((await stateOf(id))?.phase).toBe("live");
    slow.resume();
    await targets("DELETE", undefined, `/${slowId}`);
  },
  patient(180_000),
);

test(
  "it goes on at the next owner when the node is killed",
  async () => {
    const owner = await ownerOf(system, (await getChannel(system.url, streamer.login)).id);
    process.kill(system.pidOf(owner), "SIGKILL");
    await until("another owner", async () => (await ownerOf(system, await channelId())) !== owner, {
      withinMs: 30_000,
    });
    await inPhase(id, "live", 60_000);
    await arrives();
  },
  patient(150_000),
);

test(
  "a broadcast that comes back to this server by a detour is refused, and its own goes on",
  async () => {
    const detour = await TcpProxy.listen({ target: () => ({ port: system.rtmpPort }) });
    const { id: loopId } = await add("Loop", `rtmp://127.0.0.1:${detour.port}/live`, ownKey);
    await inPhase(loopId, "failed");
    expect((await stateOf(loopId))?.fault).toBe("key_refused");
    expect((await getChannel(system.url, streamer.login)).live?.phase).toBe("live");
    await targets("DELETE", undefined, `/${loopId}`);
    await detour.close();
  },
  patient(60_000),
);

test("the keys are in no log, no command line, no metric and no answer", async () => {
  const commands = descendantsOf(system.supervisorPid).map(({ command }) => command);
  const environments = descendantsOf(system.supervisorPid).map(({ pid }) => environmentOf(pid));
  const metrics = await Promise.all(
    ["actor-1", "actor-2", "edge-1"].map(async (name) => (await fetch(`${system.internalUrl(name)}/metrics`)).text()),
  );
  const everything = [system.logs(), system.output(), ...commands, ...environments, ...metrics].join("\n");
  expect(everything).toContain("forwarding ended");
  const answered = JSON.stringify(await targets());
  for (const key of [KEY, SLOW_KEY]) {
    expect(everything.includes(key)).toBe(false);
    expect(answered.includes(key.slice(0, -4))).toBe(false);
  }
});

test(
  "it ends with the broadcast",
  async () => {
    await call(`${system.url}/api/v1/channels/${streamer.login}/broadcast/stop`, {
      ...{ token: streamer.accessToken, body: {} },
    });
    await inPhase(id, "waiting");
    await expect(service.watch(KEY).then(({ pictures }) => pictures)).resolves.toBe(0);
  },
  patient(60_000),
);

const channelId = async () => (await getChannel(system.url, streamer.login)).id;

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    return ""; // It ended meanwhile.
  }
}
