// nginx-rtmp is killed while a browser watches: the page keeps playing the same broadcast without a reload.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Account, getChannel, makeStreamKey, register } from "../support/api.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { type ReconnectingPublisher, startReconnecting } from "../support/reconnecting-encoder.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";
import { startViewing, type Viewer } from "../support/viewer.ts";

const STILL_MS_MAX = 10_000;

let system: TestSystem;
let browser: TestBrowser;
let streamer: Account;
let publisher: ReconnectingPublisher;
let viewer: Viewer;
let broadcastId: string;

beforeAll(async () => {
  system = await bootSystem({ ingests: 2, env: { LADDER: "none" } });
  browser = await openBrowser();
  streamer = await register(system.url);
  const { streamKey: key } = await makeStreamKey(system.url, streamer);
  publisher = await startReconnecting({ servers: [1, 2].map(system.ingestUrl), key });
  const live = async () => {
    const channel = await getChannel(system.url, streamer.login);
    return channel.live?.phase === "live" ? channel.live : null;
  };
  ({ broadcastId } = await until("a live channel", live, { withinMs: 20_000 }));
  viewer = await startViewing(await browser.open(`${system.url}/${streamer.login}`));
  await Bun.sleep(5_000);
});

afterAll(async () => {
  await publisher?.kill();
  await browser?.close();
  await system?.stop();
});

// The encoder switches to the other server each time it is cut off.
for (const [nginx, name] of [
  ["nginx", "nginx-rtmp killed with -9: the encoder goes on at the second ingest, and the page plays on"],
  ["nginx-2", "the second one killed too: the encoder comes back to the first, and the page plays on"],
] as const)
  test(name, async () => {
    const { starts } = publisher;
    const sinceMs = await viewer.now();
    process.kill(system.pidOf(nginx), "SIGKILL");
    await until("the encoder to come back", () => publisher.starts > starts, { withinMs: 10_000 });
    await until("the picture to move", async () => (await viewer.frames(sinceMs + 8_000)) > 60, { withinMs: 30_000 });
    const stillMs = await viewer.longestStillMs(sinceMs);
    console.log(`${nginx} killed: longest still ${Math.round(stillMs)} ms`);
    expect(stillMs).toBeLessThan(STILL_MS_MAX);
    expect(await viewer.sameDocument()).toBe(true);
    expect((await getChannel(system.url, streamer.login)).live?.broadcastId).toBe(broadcastId);
  });
