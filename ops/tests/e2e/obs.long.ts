// The real OBS Studio goes live with the server and key from the dashboard, and reconnects into the same broadcast.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Account, call, getChannel, makeStreamKey, register } from "../support/api.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { type Obs, startObs } from "../support/obs.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";
import { startViewing, type Viewer } from "../support/viewer.ts";

let system: TestSystem;
let browser: TestBrowser;
let streamer: Account;
let server: string;
let key: string;
let obs: Obs | undefined;
let viewer: Viewer;

beforeAll(async () => {
  system = await bootSystem();
  browser = await openBrowser();
  streamer = await register(system.url);
  ({ streamKey: key, rtmpUrl: server } = await makeStreamKey(system.url, streamer));
});

afterAll(async () => {
  await obs?.kill();
  await browser?.close();
  await system?.stop();
});

const live = async () => (await getChannel(system.url, streamer.login)).live;

test("OBS goes live, is recognised as the encoder, and its stream plays", async () => {
  expect(server).toBe(system.rtmpUrl);
  obs = await startObs({ server, key });
  await until("OBS to be live", async () => (await live())?.phase === "live", { withinMs: 30_000 });
  const health = await call<{ width: number; height: number; audio: string | null; problem: unknown }>(
    `${system.url}/api/v1/channels/${streamer.login}/broadcast`,
    { token: streamer.accessToken },
  );
  expect(health).toMatchObject({ width: 1280, height: 720, problem: null });
  const page = await browser.open(`${system.url}/${streamer.login}`);
  viewer = await startViewing(page);
  const sinceMs = await viewer.now();
  await Bun.sleep(10_000); // Measures ten seconds of playback.
  expect(await viewer.frames(sinceMs)).toBeGreaterThan(200);
});

test("a restart of OBS within the grace period continues the broadcast, and an open page plays on", async () => {
  const before = await live();
  await obs!.stop();
  await until("the channel to be lost", async () => (await live())?.phase === "lost", { withinMs: 15_000 });
  obs = await startObs({ server, key });
  await until("OBS to be back", async () => (await live())?.phase === "live", { withinMs: 30_000 });
  expect((await live())!.broadcastId).toBe(before!.broadcastId);
  const backMs = await viewer.now();
  await until("the page to play on", async () => (await viewer.frames(backMs)) > 150, {
    withinMs: 30_000,
    everyMs: 500,
  });
});

test("no log contains the stream key", () => {
  expect(system.logs().includes(key)).toBe(false);
});
