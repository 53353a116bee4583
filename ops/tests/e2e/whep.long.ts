// WHEP in a real browser, by a relay as it runs: a picture that moves, sound, loss, sources with B-frames, and the publisher's end and return.
// First with made-up live media in the place of an edge, then with the whole system.

import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import type { Page } from "playwright-core";
import { patient } from "#schema/testing-slowness.ts";
import { type Account, getChannel, makeStreamKey, register } from "../support/api.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { type LiveClip, type MadeUpLive, makeLiveClip, startMadeUpLive } from "../support/made-up-live.ts";
import { type Publisher, startPublisher } from "../support/publisher.ts";
import { startRelay, type TestRelay } from "../support/relay.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { startUdpProxy, type UdpProxy } from "../support/udp-proxy.ts";
import { until } from "../support/until.ts";
import { startWhepSite, type WhepSite, type WhepStats, watchWhep, whepStats } from "../support/whep-page.ts";

const CHANNEL = "01890000-0000-7000-8000-000000000001";
const SLOW = patient(90_000);
const KEYFRAMES_MS = 2_000;

let browser: TestBrowser;
const undo: (() => unknown)[] = [];

beforeAll(async () => {
  browser = await openBrowser();
}, 120_000);
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});
afterAll(async () => {
  await browser?.close();
});

async function openPage(url: string): Promise<Page> {
  const page = await browser.open(url);
  undo.push(() => page.close());
  return page;
}

/** What came in a time. */
async function during(page: Page, ms: number): Promise<{ before: WhepStats; after: WhepStats; decoded: number }> {
  const before = await whepStats(page);
  await Bun.sleep(ms);
  const after = await whepStats(page);
  return { before, after, decoded: (after.video?.framesDecoded ?? 0) - (before.video?.framesDecoded ?? 0) };
}

const plays = (page: Page, { frames = 20 } = {}) =>
  until("a picture that moves", async () => ((await whepStats(page)).video?.framesDecoded ?? 0) >= frames, {
    withinMs: patient(20_000),
  });

describe("a relay in front of made-up live media", () => {
  let plain: LiveClip;
  let reordered: LiveClip;
  let rung: LiveClip;
  let relay: TestRelay;
  let live: MadeUpLive;
  let proxy: UdpProxy;
  let site: WhepSite;

  beforeAll(async () => {
    plain = await makeLiveClip({ size: "640x360", kbps: 1_000 });
    rung = await makeLiveClip({ size: "320x180", kbps: 250, video: "-profile:v main" });
    reordered = await makeLiveClip({
      ...{ size: "640x360", kbps: 1_000, video: "-profile:v high -preset veryfast -tune film -bf 2" },
    });
  }, SLOW);

  async function start(clips: Record<string, LiveClip>, env: Record<string, string> = {}) {
    live = startMadeUpLive(clips);
    undo.push(() => live.stop());
    relay = await startRelay({ edges: [live.url], env });
    undo.push(() => relay.stop());
    proxy = await startUdpProxy(relay.udpPort);
    undo.push(() => proxy.stop());
    const changed = (answer: string) => answer.replaceAll(` ${relay.udpPort} `, ` ${proxy.port} `);
    site = startWhepSite({ relay, channelId: CHANNEL, changed });
    undo.push(() => site.stop());
    return openPage(site.url);
  }

  test(
    "picture and sound come, together, and 3 % of lost packets are no freeze",
    async () => {
      const page = await start({ source: plain });
      await watchWhep(page, { stereo: true });
      await plays(page);
      await Bun.sleep(3_000);
      proxy.lose(0.03);
      const { before, after, decoded } = await during(page, 12_000);
      const [video, audio] = [after.video!, after.audio!];
      expect([video.frameWidth, video.frameHeight]).toEqual([640, 360]);
      expect(decoded).toBeGreaterThan(12 * 30 * 0.8);
      expect(proxy.lost).toBeGreaterThan(10);
      expect(video.retransmittedPacketsReceived ?? 0).toBeGreaterThan(5);
      expect(video.freezeCount - before.video!.freezeCount).toBe(0);
      expect(video.pliCount - before.video!.pliCount).toBe(0);
      const heard = audio.totalSamplesReceived - before.audio!.totalSamplesReceived;
      expect(heard).toBeGreaterThan(48_000 * 12 * 0.9);
      expect((audio.concealedSamples - before.audio!.concealedSamples) / heard).toBeLessThan(0.1);
      expect(audio.totalAudioEnergy).toBeGreaterThan(before.audio!.totalAudioEnergy);
      const apartMs = Math.abs(audio.estimatedPlayoutTimestamp! - video.estimatedPlayoutTimestamp!);
      expect(apartMs).toBeLessThan(patient(400));
      expect(site.answer).toContain("a=ssrc-group:FID");
      expect(await relay.metric("relay_unsent_packets_total")).toBe(0);
    },
    SLOW,
  );

  test(
    "a source with B-frames plays, encoded anew for all its viewers by one process",
    async () => {
      const page = await start({ source: reordered });
      await watchWhep(page);
      await plays(page, { frames: 60 });
      const { after, decoded } = await during(page, 4_000);
      expect(decoded).toBeGreaterThan(4 * 30 * 0.7);
      expect([after.video!.frameWidth, after.video!.frameHeight]).toEqual([640, 360]);
      expect((await relay.status()).sessions.map(({ rendition }) => rendition)).toEqual(["baseline"]);
      const second = await openPage(site.url);
      await watchWhep(second);
      await plays(second);
      expect(await relay.metric("relay_encoders", '"baseline"')).toBe(1);
    },
    SLOW,
  );

  test(
    "where a rung has no B-frames, it is taken",
    async () => {
      const page = await start({ source: reordered, "180p": rung });
      await watchWhep(page);
      await plays(page);
      expect((await whepStats(page)).video!.frameWidth).toBe(320);
      expect(await relay.metric("relay_encoders", '"baseline"')).toBe(0);
    },
    SLOW,
  );

  test(
    "a lossy line gets the lower rendition, in the same session and without a keyframe request",
    async () => {
      const page = await start({ source: plain, "180p": rung });
      await watchWhep(page);
      await plays(page);
      proxy.lose(0.25);
      await until("the lower rendition", async () => (await relay.status()).sessions[0]?.rendition === "180p", {
        withinMs: patient(25_000),
      });
      proxy.lose(0);
      await until("its picture", async () => (await whepStats(page)).video!.frameWidth === 320, {
        withinMs: patient(10_000),
      });
      const { decoded } = await during(page, 3_000);
      expect(decoded).toBeGreaterThan(3 * 30 * 0.7);
    },
    SLOW,
  );

  test(
    "a publisher that comes back is seen in the same session within 5 s; the end of the broadcast ends it",
    async () => {
      const page = await start({ source: plain });
      await watchWhep(page);
      await plays(page);
      live.pause();
      await Bun.sleep(4_000);
      const { framesDecoded } = (await whepStats(page)).video!;
      live.resume();
      await until("the picture again", async () => (await whepStats(page)).video!.framesDecoded > framesDecoded + 10, {
        withinMs: patient(5_000),
      });
      expect((await relay.status()).sessions).toHaveLength(1);
      live.end();
      await until("no session", async () => (await relay.status()).sessions.length === 0, { withinMs: 2_000 });
      expect(await relay.metric("relay_session_closes_total", '"ended"')).toBe(1);
    },
    SLOW,
  );

  test(
    "a browser that is killed is noticed, and a relay that leaves ends its processes",
    async () => {
      const page = await start({ source: reordered });
      await watchWhep(page);
      await plays(page);
      await page.close();
      await until("no session", async () => (await relay.status()).sessions.length === 0, {
        withinMs: patient(20_000),
      });
      expect(await relay.stop()).toBe(0);
      expect(live.sockets).toBe(0);
    },
    SLOW,
  );
});

describe("the whole system", () => {
  let system: TestSystem;
  let streamer: Account;
  let key: string;
  let publisher: Publisher;

  beforeAll(async () => {
    system = await bootSystem({ relays: 1, env: { LADDER: "none" } });
    streamer = await register(system.url);
    key = (await makeStreamKey(system.url, streamer)).streamKey;
    publisher = await startPublisher({ server: system.rtmpUrl, key });
    await isLive();
  }, SLOW);
  afterAll(async () => {
    await publisher?.kill();
    await system?.stop();
  });

  const isLive = () =>
    until("a live channel", async () => (await getChannel(system.url, streamer.login)).live?.phase === "live", {
      withinMs: patient(30_000),
    });
  const path = () => `/live/${streamer.login}/whep?viewer=${randomBytes(16).toString("hex")}`;
  const sessions = async () =>
    ((await (await fetch(`${system.internalUrl("relay-1")}/sessions`)).json()) as { sessions: unknown[] }).sessions;

  test(
    "a viewer at the edge gets picture and sound by a session that DELETE ends",
    async () => {
      const page = await openPage(`${system.url}/healthz`);
      const location = await watchWhep(page, { url: path() });
      await plays(page, { frames: 60 });
      const { after, decoded } = await during(page, 3_000);
      expect(decoded).toBeGreaterThan(3 * 25 * 0.7);
      expect(after.audio!.totalSamplesReceived).toBeGreaterThan(48_000 * 2);
      expect((await fetch(`${system.url}${location}`, { method: "DELETE" })).status).toBe(200);
      await until("no session", async () => (await sessions()).length === 0);
    },
    SLOW,
  );

  test(
    "an encoder that is killed and comes back within the grace is seen in the same session",
    async () => {
      const page = await openPage(`${system.url}/healthz`);
      await watchWhep(page, { url: path() });
      await plays(page);
      await publisher.kill();
      await Bun.sleep(3_000);
      publisher = await startPublisher({ server: system.rtmpUrl, key });
      const { framesDecoded } = (await whepStats(page)).video!;
      await until("the picture again", async () => (await whepStats(page)).video!.framesDecoded > framesDecoded + 30, {
        withinMs: patient(5_000 + 2 * KEYFRAMES_MS),
      });
      expect(await sessions()).toHaveLength(1);
    },
    SLOW,
  );

  test(
    "a relay that is killed comes back, and takes offers again",
    async () => {
      const page = await openPage(`${system.url}/healthz`);
      await watchWhep(page, { url: path() });
      await plays(page);
      const starts = system.startsOf("relay-1");
      process.kill(system.pidOf("relay-1"), "SIGKILL");
      await system.restarted("relay-1", starts);
      await until(
        "another session",
        async () => {
          try {
            await watchWhep(page, { url: path() });
            return true;
          } catch {
            return false;
          }
        },
        { withinMs: patient(15_000) },
      );
      await plays(page);
    },
    SLOW,
  );
});
