// Live media by WebSocket in a real browser: how far the picture is behind, by the clock in it, and what happens when the socket is lost or
// refused.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page, WebSocketRoute } from "playwright-core";
import { patient } from "#schema/testing-slowness.ts";
import { type Account, getChannel, makeStreamKey, register } from "../support/api.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { ages, firstPictureMs, readGlass, stalls, watchGlass } from "../support/glass/glass-page.ts";
import { startClockEncoder } from "../support/glass/start-clock-encoder.ts";
import { type Publisher, startPublisher } from "../support/publisher.ts";
import { quantile } from "../support/quantiles.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

const WATCHED_MS = 15_000;
const SETTLE_MS = 5_000;
const LIVE_WS = /\/live\.ws/;

declare global {
  interface Window {
    /** How often a video element was given another source. */
    __emptied?: number;
  }
}

let system: TestSystem;
let browser: TestBrowser;
let streamer: Account;
let publisher: Publisher;

beforeAll(async () => {
  system = await bootSystem({ env: { LADDER: "none" } });
  browser = await openBrowser();
  await watchGlass(browser.context);
  await browser.context.addInitScript(() => {
    window.__emptied = 0;
    document.addEventListener("emptied", () => window.__emptied!++, true);
  });
  const made = await makeStreamer();
  streamer = made.streamer;
  publisher = await startPublisher({ server: system.rtmpUrl, key: made.streamKey });
  await isLive(streamer);
}, 120_000);

afterAll(async () => {
  await publisher?.kill();
  await browser?.close();
  await system?.stop();
});

async function makeStreamer() {
  const one = await register(system.url);
  return { streamer: one, streamKey: (await makeStreamKey(system.url, one)).streamKey };
}
const isLive = ({ login }: Account) =>
  until("a live channel", async () => (await getChannel(system.url, login)).live?.phase === "live", {
    withinMs: patient(30_000),
  });
const url = (query = "") => `${system.url}/${streamer.login}${query}`;
const latencyOf = (page: Page) => page.locator("[data-latency]").getAttribute("data-latency");
const plays = (page: Page, latency: string) =>
  until(`${latency} to play`, async () => (await latencyOf(page)) === latency, { withinMs: patient(10_000) });
const framesOf = (page: Page) =>
  page.evaluate(() => window.__player?.video.getVideoPlaybackQuality().totalVideoFrames ?? 0);

/** The picture moves. */
async function moves(page: Page) {
  const before = await framesOf(page);
  await until("the picture to move", async () => (await framesOf(page)) > before + 20, { withinMs: patient(10_000) });
}
/** It moves, close to live. */
async function isClose(page: Page) {
  await moves(page);
  const behind = () => page.evaluate(() => window.__player?.stats?.behindEdgeSeconds ?? null);
  await until("a picture close to live", async () => ((await behind()) ?? 9) < 0.8, { withinMs: patient(10_000) });
}

test(
  "a watch page plays by WebSocket, well under what playlists allow, on the element that showed the first picture",
  async () => {
    const clock = await makeStreamer();
    // As OBS sends it: with B-frames.
    const encoder = startClockEncoder({ bframes: "2", urls: [`${system.rtmpUrl}/${clock.streamKey}`] });
    try {
      await isLive(clock.streamer);
      const page = await browser.open(`${system.url}/${clock.streamer.login}`);
      const first = await firstPictureMs(page, { withinMs: patient(20_000) });
      await plays(page, "low");
      await Bun.sleep(SETTLE_MS);
      const glass = await readGlass(page, { forMs: WATCHED_MS });
      const still = stalls(glass.frames);
      const [stats, emptied] = await page.evaluate(() => [window.__player?.stats, window.__emptied] as const);
      console.log(
        `first picture ${Math.round(first ?? 0)} ms; p50 / p95 ${ages(glass)} ms; stalls ${still.count}, ${still.ms} ms; emptied ${emptied}; ${JSON.stringify(stats)}`,
      );
      const p50 = quantile(
        glass.frames.map(({ ageMs }) => ageMs),
        0.5,
      );
      expect(p50).toBeLessThan(patient(1_000));
      expect(still.ms).toBeLessThan(patient(1_500));
      expect(await page.locator("video").count()).toBe(1);
      // Once, where the early picture was not there yet.
      expect(emptied).toBeLessThanOrEqual(1);
      await page.close();
    } finally {
      await encoder.stop();
    }
  },
  patient(90_000),
);

test(
  "?latency=normal plays by playlists, and the gear leads to low and is kept on this device",
  async () => {
    const page = await browser.open(url("?latency=normal"));
    await plays(page, "normal");
    await until("a playlist", () => page.evaluate(() => window.__player?.hls != null));
    await moves(page);
    await page.mouse.move(600, 300);
    await page.getByRole("button", { name: /^Quality and latency/ }).click();
    const entry = (name: RegExp) => page.getByRole("menuitemradio", { name });
    expect(await entry(/^Real time/).getAttribute("aria-disabled")).toBe("true");
    await entry(/^Low/).click();
    await plays(page, "low");
    expect(await page.evaluate(() => window.__player?.hls)).toBeNull();
    await isClose(page);
    expect(await page.evaluate(() => JSON.parse(localStorage.getItem("player") ?? "{}").latency)).toBe("low");
    await page.evaluate(() => localStorage.removeItem("player"));
    await page.close();
  },
  patient(60_000),
);

test(
  "a refused socket leads to playlists, and the viewer is told",
  async () => {
    const page = await browser.context.newPage();
    let asked = 0;
    await page.routeWebSocket(LIVE_WS, (socket) => {
      asked++;
      void socket.close({ code: 1011 });
    });
    await page.goto(url());
    await page.getByText("Low is not available on this network. Playing Normal.").waitFor({ timeout: patient(15_000) });
    await until("a playlist", () => page.evaluate(() => window.__player?.hls != null));
    expect([await latencyOf(page), asked]).toEqual(["normal", 2]);
    await moves(page);
    await page.close();
  },
  patient(60_000),
);

test(
  "a lost socket is connected again, and a server that goes away is left for another, without a black picture",
  async () => {
    const page = await browser.context.newPage();
    const sockets: WebSocketRoute[] = [];
    await page.routeWebSocket(LIVE_WS, (socket) => {
      sockets.push(socket);
      socket.connectToServer();
    });
    await page.goto(url());
    await plays(page, "low");
    await isClose(page);
    const emptied = () => page.evaluate(() => window.__emptied);
    const before = await emptied();
    await sockets[0]!.close({ code: 1011 });
    await until("a second socket", () => sockets.length === 2, { withinMs: patient(5_000) });
    await Bun.sleep(1_000);
    await isClose(page);
    sockets[1]!.send(JSON.stringify({ type: "bye", retryAfterMs: 500 }));
    await until("a third socket", () => sockets.length === 3, { withinMs: patient(5_000) });
    await Bun.sleep(1_000);
    await isClose(page);
    expect([await latencyOf(page), await emptied()]).toEqual(["low", before]);
    await page.close();
  },
  patient(60_000),
);

test(
  "a viewer who pauses for long is live again afterwards, and nothing was sent meanwhile",
  async () => {
    const page = await browser.context.newPage();
    const sent: string[] = [];
    await page.routeWebSocket(LIVE_WS, (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((message) => {
        sent.push(JSON.parse(String(message)).type);
        server.send(message);
      });
    });
    await page.goto(url());
    await plays(page, "low");
    await isClose(page);
    await page.evaluate(() => window.__player?.video.pause());
    await until("a pause of the socket", () => sent.length === 1, { withinMs: patient(20_000) });
    const end = () => page.evaluate(() => window.__player?.video.buffered.end(0));
    const isStill = async () => {
      const before = await end();
      await Bun.sleep(1_000);
      return (await end()) === before;
    };
    await until("no more media", isStill, { withinMs: patient(10_000) });
    await page.evaluate(() => window.__player?.video.play());
    await until("the socket to go on", () => sent.length === 2);
    await Bun.sleep(1_000);
    await isClose(page);
    expect(sent).toEqual(["pause", "resume"]);
    await page.close();
  },
  patient(60_000),
);
