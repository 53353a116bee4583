// OBS itself, with server and key as the dashboard shows them: live, gone, back within the grace, and a page that plays on by itself.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { BroadcastHealth } from "#schema/wire/channel.ts";
import { type Account, call, getChannel, makeStreamKey, register } from "./api.ts";
import { openBrowser, type TestBrowser } from "./browser.ts";
import { startObs } from "./obs.ts";
import { bootSystem, type TestSystem } from "./system.ts";
import { until } from "./until.ts";
import { startViewing } from "./viewer.ts";

let system: TestSystem;
let browser: TestBrowser;
let streamer: Account;

beforeAll(async () => {
  // OBS and Chromium together need more than two cores leave beside an encoder of our own.
  system = await bootSystem({ env: { LADDER: "none" } });
  browser = await openBrowser();
  streamer = await register(system.url);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await system?.stop();
}, 60_000);

test("OBS goes live, stops, starts again within the grace: one broadcast, one page", async () => {
  const { streamKey: key, rtmpUrl: server } = await makeStreamKey(system.url, streamer);
  let obs = await startObs({ server, key });
  const live = async () => (await getChannel(system.url, streamer.login)).live;
  const first = await until("OBS to be live", async () => ((await live())?.phase === "live" ? live() : null), {
    withinMs: 40_000,
  });
  const health = await call<BroadcastHealth>(`${system.url}/api/v1/channels/${streamer.login}/broadcast`, {
    token: streamer.accessToken,
  });
  expect(health).toMatchObject({ encoder: expect.stringContaining("OBS"), width: 1280, height: 720, problem: null });

  const viewer = await startViewing(await browser.open(`${system.url}/${streamer.login}`), 30_000);
  const sinceMs = await viewer.now();
  await until("ten seconds of picture", async () => (await viewer.frames(sinceMs)) > 200, { withinMs: 40_000 });

  await obs.stop();
  await until("the broadcast to be lost", async () => (await live())?.phase === "lost");
  await Bun.sleep(5_000);
  const backMs = await viewer.now();
  obs = await startObs({ server, key });
  await until("the picture to move again", async () => (await viewer.frames(backMs + 3_000)) > 100, {
    withinMs: 60_000,
  });
  expect((await live())?.broadcastId).toBe(first?.broadcastId ?? "");
  expect(await viewer.sameDocument()).toBe(true);
  await obs.stop();
}, 240_000);
