// What is cut from a recording, in a real browser and a whole system: a clip that has a picture of its own, and a highlight of two parts that
// stays when its recording is deleted.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import type { ClipView } from "#schema/api/clips.ts";
import type { ShownVideo } from "#schema/api/videos.ts";
import { patient } from "#schema/testing-slowness.ts";
import { accessFaults } from "../support/accessible.ts";
import { type Account, call, getChannel, makeStreamKey, register } from "../support/api.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { startPublisher } from "../support/publisher.ts";
import { playThrough } from "../support/recorded-video.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

const LIVE_MS = 16_000;
const WITHIN_MS = patient(40_000);

let system: TestSystem;
let browser: TestBrowser;
let page: Page;
let ada: Account;
let videoId: string;

const ask = <View>(path: string, method = "GET") =>
  call<View>(`${system.url}/api/v1${path}`, {
    token: ada.accessToken,
    method,
    ...(method === "GET" ? {} : { body: {} }),
  });
const read = <View>(path: string) => ask<View>(path);
const video = (id: string) => read<ShownVideo>(`/videos/${id}`);

beforeAll(async () => {
  [system, browser] = await Promise.all([bootSystem({ env: { LADDER: "none" } }), openBrowser({ height: 1_400 })]);
  ada = await register(system.url);
  const { streamKey } = await makeStreamKey(system.url, ada);
  const publisher = await startPublisher({ server: system.rtmpUrl, key: streamKey });
  const live = await until("a live channel", async () => (await getChannel(system.url, ada.login)).live ?? null, {
    withinMs: WITHIN_MS,
  });
  videoId = live.broadcastId;
  await Bun.sleep(LIVE_MS);
  await ask(`/channels/${ada.login}/broadcast/stop`, "POST");
  await publisher.kill();
  await until("a finished recording", async () => (await video(videoId)).status === "ready", { withinMs: WITHIN_MS });
  page = await browser.open(`${system.url}/login`);
  await page.getByLabel("Name").fill(ada.login);
  await page.getByLabel("Password", { exact: true }).fill(ada.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(`${system.url}/`);
}, patient(120_000));

afterAll(async () => {
  await browser?.close();
  await system?.stop();
});

test(
  "a clip is published from the page, and its card has a picture of its own",
  async () => {
    await page.goto(`${system.url}/videos/${videoId}`);
    await page.getByRole("button", { name: "Clip", exact: true }).click();
    await page.getByLabel("Title").fill("The very best");
    await page.getByRole("button", { name: "Publish" }).click();
    await page.getByRole("link", { name: "Watch the clip" }).waitFor();
    const clips = () => read<{ items: ClipView[] }>(`/channels/${ada.login}/clips`);
    const shown = await until(
      "its picture",
      async () => (await clips()).items.find((clip) => clip.thumbnailUrl) ?? null,
      {
        withinMs: WITHIN_MS,
      },
    );
    const picture = await fetch(`${system.url}${shown.thumbnailUrl}`);
    expect([picture.status, picture.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
  },
  patient(60_000),
);

test(
  "a highlight is made of two parts, says what is wrong with them, plays, and stays when its recording is deleted",
  async () => {
    await page.goto(`${system.url}/dashboard/videos`);
    await page
      .getByRole("button", { name: /^Actions on / })
      .first()
      .click();
    await page.getByRole("menuitem", { name: "Make a highlight" }).click();
    await page.waitForURL(`${system.url}/videos/${videoId}?highlight`);
    const maker = page.locator(".highlight-maker");
    await maker.getByRole("heading", { name: "Make a highlight" }).waitFor();
    await until(
      "the video",
      async () => (await page.locator("video").evaluate((one: HTMLVideoElement) => one.readyState)) >= 2,
      {
        withinMs: WITHIN_MS,
      },
    );
    expect(await accessFaults(page)).toEqual([]);
    await maker.getByLabel("Begins", { exact: true }).fill("0:02");
    await maker.getByLabel("Ends", { exact: true }).fill("0:01");
    await maker.getByRole("button", { name: "Add a part" }).click();
    const second = maker.getByRole("listitem", { name: "Part 2" });
    await page.locator("video").evaluate((one: HTMLVideoElement) => {
      one.pause();
      one.currentTime = 8;
    });
    await until(
      "the place",
      async () => (await page.locator("video").evaluate((one: HTMLVideoElement) => one.currentTime)) === 8,
    );
    await second.getByRole("button", { name: "Part 2 begins now" }).click();
    expect(await second.getByLabel("Begins", { exact: true }).inputValue()).toBe("0:08");
    await second.getByLabel("Ends", { exact: true }).fill("12");
    await maker.getByLabel("Title").fill("Two moments");
    await maker.getByRole("button", { name: "Make the highlight" }).click();
    await maker.getByText("A part ends at least a second after it begins.").waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await maker.getByLabel("Ends", { exact: true }).first().fill("0:05");
    await maker.getByText("Length: 0:07").waitFor();
    await maker.getByRole("button", { name: "Make the highlight" }).click();
    await maker.getByRole("link", { name: "Open it" }).click();
    await page.waitForURL((url) => url.pathname.startsWith("/videos/") && !url.pathname.includes(videoId));
    const id = new URL(page.url()).pathname.split("/").at(-1)!;
    await until("the highlight", async () => (await video(id)).status === "ready", { withinMs: WITHIN_MS });
    const { durationMs, title, kind, pinned } = await video(id);
    expect([title, kind, pinned]).toEqual(["Two moments", "highlight", true]);
    expect(durationMs).toBeGreaterThanOrEqual(7_000);
    await until(
      "a picture",
      async () => (await page.locator("video").evaluate((one: HTMLVideoElement) => one.readyState)) >= 2,
      {
        withinMs: WITHIN_MS,
      },
    );
    await ask(`/videos/${videoId}`, "DELETE");
    const { hlsUrl } = await video(id);
    expect((await playThrough(`${system.url}${hlsUrl}`)).packets).toBeGreaterThan(7 * 25);
    const index = await (await fetch(`${system.url}${hlsUrl!.replace("index", "source")}`)).text();
    const lengths = [...index.matchAll(/#EXTINF:([\d.]+)/g)].map(([, seconds]) => Number(seconds) * 1_000);
    expect(Math.abs(lengths.reduce((sum, ms) => sum + ms, 0) - durationMs)).toBeLessThan(5);
    expect(index.match(/#EXT-X-DISCONTINUITY\n/g)).toHaveLength(1);
  },
  patient(120_000),
);
