// Going live from the browser by WHIP: a camera and a microphone, made up by Chromium, through a relay into the same ingest as encoders.

import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { patient } from "#schema/testing-slowness.ts";
import { accessFaults } from "../support/accessible.ts";
import { type Account, call, getChannel, makeStreamKey, register } from "../support/api.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { startPublisher } from "../support/publisher.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

let system: TestSystem;
let browser: TestBrowser;
let streamer: Account;
let page: Page;

interface Health {
  phase: string;
  encoder: string | null;
  width: number | null;
  height: number | null;
  audio: string | null;
  keyframeIntervalMs: number | null;
  warnings: { code: string }[];
}

beforeAll(async () => {
  system = await bootSystem({ relays: 1, env: { LADDER: "none" } });
  browser = await openBrowser({ devices: true });
  streamer = await register(system.url);
  page = await browser.open(`${system.url}/dashboard/live`);
  await page.getByLabel("Name or e-mail", { exact: true }).fill(streamer.login);
  await page.getByLabel("Password", { exact: true }).fill(streamer.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("button", { name: "Use camera and microphone" }).waitFor();
}, patient(90_000));

afterEach(async () => {
  await broadcast("stop").catch(() => {});
});

afterAll(async () => {
  await browser?.close();
  await system?.stop();
});

const broadcast = (word: string) =>
  call(`${system.url}/api/v1/channels/${streamer.login}/broadcast/${word}`, { token: streamer.accessToken, body: {} });
const health = () =>
  call<Health>(`${system.url}/api/v1/channels/${streamer.login}/broadcast`, { token: streamer.accessToken });
const liveNow = async () => (await getChannel(system.url, streamer.login)).live;
const isLive = () =>
  until("a live channel", async () => ((await liveNow())?.phase === "live" ? await liveNow() : null), {
    withinMs: patient(30_000),
  });
const goLive = () => page.getByRole("button", { name: "Go live", exact: true }).click();
const end = async () => {
  await page.getByRole("button", { name: "End broadcast…" }).click();
  await page.getByRole("button", { name: "End broadcast", exact: true }).click();
};

test(
  "camera and microphone are chosen, seen and heard before anybody else sees them",
  async () => {
    expect(await liveNow()).toBeNull();
    await page.getByRole("button", { name: "Use camera and microphone" }).click();
    await page.getByText("Ready. Press Go live when you are.").waitFor();
    const size = () =>
      page.locator(".live-picture video").evaluate((video) => [(video as HTMLVideoElement).videoWidth > 0]);
    await until("one's own picture", async () => (await size())[0]);
    expect(await page.getByLabel("Camera", { exact: true }).locator("option").count()).toBeGreaterThan(0);
    // Chromium's made-up microphone beeps once a second.
    await until("a level", async () => !(await page.locator(".level-word").textContent())?.includes("nothing"));
    expect(await accessFaults(page)).toEqual([]);
    expect(await liveNow()).toBeNull();
  },
  patient(40_000),
);

test(
  "it is a broadcast as any other: H.264 and AAC, keyframes each 2 s, recorded, ended by its button",
  async () => {
    await goLive();
    const { broadcastId } = (await isLive())!;
    await page.getByText("Your picture is being sent.").waitFor();
    const seen = await until("health", async () => {
      const now = await health();
      return now.keyframeIntervalMs !== null && now.audio !== null ? now : null;
    });
    console.log(JSON.stringify(seen).slice(0, 600));
    expect(seen.encoder).toContain("(WHIP)");
    expect([seen.width, seen.height]).toEqual([1280, 720]);
    expect(seen.audio).toContain("AAC");
    expect(seen.keyframeIntervalMs).toBeWithin(1_000, 3_500);
    await Bun.sleep(6_000);
    expect((await health()).warnings.map(({ code }) => code)).toEqual([]);
    await end();
    await page.getByText("Your broadcast has ended.", { exact: true }).waitFor();
    await until("the end", async () => (await liveNow()) === null);
    const video = await until("the recording", async () => {
      const one = await call<{ status: string; durationMs: number }>(`${system.url}/api/v1/videos/${broadcastId}`);
      return one.status === "ready" ? one : null;
    });
    expect(video.durationMs).toBeGreaterThan(4_000);
  },
  patient(120_000),
);

test(
  "a relay that is killed is come back from by itself, in the same broadcast",
  async () => {
    await goLive();
    const { broadcastId } = (await isLive())!;
    await page.getByText("Your picture is being sent.").waitFor();
    const starts = system.startsOf("relay-1");
    process.kill(system.pidOf("relay-1"), "SIGKILL");
    await page
      .getByText("Viewers are asked to wait.")
      .first()
      .waitFor({ timeout: patient(20_000) });
    await system.restarted("relay-1", starts);
    await until("it to be sent again", async () => (await health()).phase === "live", { withinMs: patient(40_000) });
    await page.getByText("Your picture is being sent.").waitFor({ timeout: patient(30_000) });
    expect((await isLive())!.broadcastId).toBe(broadcastId);
  },
  patient(120_000),
);

test(
  "another encoder takes the place, and it is taken back by a press",
  async () => {
    await goLive();
    const { broadcastId } = (await isLive())!;
    const { streamKey } = await makeStreamKey(system.url, streamer);
    const encoder = await startPublisher({ server: system.rtmpUrl, key: streamKey });
    try {
      await page.getByRole("button", { name: "Take over" }).waitFor({ timeout: patient(30_000) });
      expect((await health()).encoder).not.toContain("WHIP");
      await page.getByRole("button", { name: "Take over" }).click();
      await until("the browser to be on air", async () => (await health()).encoder?.includes("WHIP"));
      expect((await isLive())!.broadcastId).toBe(broadcastId);
    } finally {
      await encoder.kill();
    }
  },
  patient(120_000),
);

test(
  "who goes to another page while live is asked first; the picture ends with the page",
  async () => {
    await goLive();
    await isLive();
    await page.getByRole("link", { name: "Broadcasts" }).click();
    await page.getByRole("heading", { name: "You are live from this page" }).waitFor();
    await page.getByRole("button", { name: "Stay here" }).click();
    await page.getByText("Your picture is being sent.").waitFor();
    await page.getByRole("link", { name: "Broadcasts" }).click();
    await page.getByRole("button", { name: "Leave", exact: true }).click();
    await until("the channel to wait", async () => (await liveNow())?.phase === "lost", { withinMs: patient(15_000) });
    await page.goto(`${system.url}/dashboard/live`);
  },
  patient(90_000),
);

test(
  "a browser that gives no camera, and a server without a relay, are told in words",
  async () => {
    const refusing = await openBrowser();
    try {
      const other = await refusing.open(`${system.url}/dashboard/live`);
      await other.getByLabel("Name or e-mail", { exact: true }).fill(streamer.login);
      await other.getByLabel("Password", { exact: true }).fill(streamer.password);
      await other.getByRole("button", { name: "Sign in", exact: true }).click();
      await other.getByRole("button", { name: "Use camera and microphone" }).click();
      await other
        .getByRole("alert")
        .getByText(/does not let this page use it|No such device/)
        .waitFor();
    } finally {
      await refusing.close();
    }
    await page.route("**/publish-tickets", (route) =>
      route.fulfill({
        ...{ status: 409, contentType: "application/problem+json" },
        body: JSON.stringify({ status: 409, code: "whip_off", title: "off" }),
      }),
    );
    await page.getByRole("button", { name: "Use camera and microphone" }).click();
    await page.getByText("Ready. Press Go live when you are.").waitFor();
    await goLive();
    await page.getByRole("alert").getByText("This server takes no broadcasts from browsers").waitFor();
    await page.unroute("**/publish-tickets");
  },
  patient(60_000),
);
