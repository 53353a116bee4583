// Live media by WebSocket in a real browser: how far the picture is behind, what happens when the socket is lost or refused, and back again
// from the recording. The age of the picture is read from the clock in it.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page, WebSocketRoute } from "playwright-core";
import { patient } from "#schema/testing-slowness.ts";
import { firstPictureMs, readGlass, stalls, watchGlass } from "../bench/glass/glass-page.ts";
import { startClockEncoder } from "../bench/glass/start-clock-encoder.ts";
import { type Account, getChannel, makeStreamKey, register } from "../support/api.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { quantile } from "../support/quantiles.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

const WATCHED_MS = 15_000;
const SETTLE_MS = 5_000;
const LIVE_WS = /\/live\.ws/;

let system: TestSystem;
let browser: TestBrowser;
let streamer: Account;
let encoder: { stop(): Promise<void> };

beforeAll(async () => {
  system = await bootSystem({ env: { LADDER: "none" } });
  browser = await openBrowser();
  await watchGlass(browser.context);
  streamer = await register(system.url);
  const { streamKey } = await makeStreamKey(system.url, streamer);
  // As OBS sends it: with B-frames.
  encoder = startClockEncoder({ bframes: "2", urls: [`${system.rtmpUrl}/${streamKey}`] });
  const isLive = async () => (await getChannel(system.url, streamer.login)).live?.phase === "live";
  await until("a live channel", isLive, { withinMs: 60_000 });
  await Bun.sleep(3_000);
}, 120_000);

afterAll(async () => {
  await encoder?.stop();
  await browser?.close();
  await system?.stop();
});

const url = (query = "") => `${system.url}/${streamer.login}${query}`;
const latencyOf = (page: Page) => page.locator("[data-latency]").getAttribute("data-latency");
const plays = (page: Page, latency: string) =>
  until(`${latency} to play`, async () => (await latencyOf(page)) === latency, { withinMs: patient(10_000) });
/** Ages of the pictures of some seconds, ms. */
async function watch(page: Page, forMs: number) {
  const { frames } = await readGlass(page, { forMs });
  const ages = frames.map(({ ageMs }) => ageMs);
  return { p50: quantile(ages, 0.5), p95: quantile(ages, 0.95), still: stalls(frames), frames: frames.length };
}

test(
  "a watch page plays by WebSocket, well under what playlists allow, on the element that showed the first picture",
  async () => {
    const page = await browser.open(url());
    const first = await firstPictureMs(page, { withinMs: 20_000 });
    await plays(page, "low");
    await Bun.sleep(SETTLE_MS);
    const { p50, p95, still, frames } = await watch(page, WATCHED_MS);
    console.log(`first picture ${Math.round(first ?? 0)} ms; p50 ${p50} ms, p95 ${p95} ms, stalls ${still.count}`);
    expect(frames).toBeGreaterThan(WATCHED_MS / 100);
    expect(p50).toBeLessThan(patient(1_000));
    expect(still.ms).toBeLessThan(patient(1_500));
    expect(await page.locator("video").count()).toBe(1);
    const shown = await page.evaluate(() => window.__player?.stats);
    expect(shown?.skips).toBe(0);
    // Encoding comes before what the server knows of.
    expect(shown?.glassSeconds).toBeLessThan(p50 / 1_000 + 0.2);
    await page.close();
  },
  patient(60_000),
);

test(
  "?latency=normal plays by playlists, and the gear leads to low and is kept on this device",
  async () => {
    const page = await browser.open(url("?latency=normal"));
    await firstPictureMs(page, { withinMs: 20_000 });
    await plays(page, "normal");
    await until("a playlist", () => page.evaluate(() => window.__player?.hls !== null));
    await page.mouse.move(600, 300);
    await page.getByRole("button", { name: /^Quality and latency/ }).click();
    expect(await page.getByRole("menuitemradio", { name: /^Real time/ }).getAttribute("aria-disabled")).toBe("true");
    await page.getByRole("menuitemradio", { name: /^Low/ }).click();
    await plays(page, "low");
    expect(await page.evaluate(() => window.__player?.hls)).toBeNull();
    const { frames } = await watch(page, 3_000);
    expect(frames).toBeGreaterThan(30);
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
    const { frames } = await watch(page, 3_000);
    expect(frames).toBeGreaterThan(30);
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
    await Bun.sleep(SETTLE_MS);
    let emptied = 0;
    await page.exposeFunction("noteEmptied", () => emptied++);
    await page.evaluate(() =>
      document
        .querySelector("video")
        ?.addEventListener("emptied", () => (window as unknown as { noteEmptied(): void }).noteEmptied()),
    );
    await sockets[0]!.close({ code: 1011 });
    await until("a second socket", () => sockets.length === 2, { withinMs: patient(5_000) });
    await Bun.sleep(2_000);
    const lost = await watch(page, 4_000);
    sockets[1]!.send(JSON.stringify({ type: "bye", retryAfterMs: 500 }));
    await until("a third socket", () => sockets.length === 3, { withinMs: patient(5_000) });
    await Bun.sleep(2_000);
    const sentAway = await watch(page, 4_000);
    console.log(`p50 after a loss ${lost.p50} ms, after a bye ${sentAway.p50} ms`);
    for (const { p50, frames } of [lost, sentAway]) {
      expect(frames).toBeGreaterThan(40);
      expect(p50).toBeLessThan(patient(1_200));
    }
    expect([await latencyOf(page), emptied]).toEqual(["low", 0]);
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
        sent.push(String(message));
        server.send(message);
      });
    });
    await page.goto(url());
    await plays(page, "low");
    await Bun.sleep(SETTLE_MS);
    await page.keyboard.press("k");
    await until("a pause of the socket", () => sent.length === 1, { withinMs: patient(20_000) });
    await Bun.sleep(2_000);
    const stoodAt = await page.evaluate(() => document.querySelector("video")!.buffered.end(0));
    await Bun.sleep(1_000);
    expect(await page.evaluate(() => document.querySelector("video")!.buffered.end(0))).toBe(stoodAt);
    await page.evaluate(() => window.__player?.video.play());
    await Bun.sleep(3_000);
    const { p50 } = await watch(page, 3_000);
    expect(sent.map((frame) => JSON.parse(frame).type)).toEqual(["pause", "resume"]);
    expect(p50).toBeLessThan(patient(1_200));
    await page.close();
  },
  patient(60_000),
);
