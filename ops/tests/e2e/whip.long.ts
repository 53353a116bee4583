// Publishing by WHIP with the stream key, as programs do it: lip-sync, lost packets, a picture that changes its size, and who wins.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { patient } from "#schema/testing-slowness.ts";
import { type Account, call, getChannel, makeStreamKey, register } from "../support/api.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { lipSync } from "../support/lip-sync.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";
import { type LossyLine, lossyLine, publishByWhip, type WhipPage } from "../support/whip-page.ts";

let system: TestSystem;
let browser: TestBrowser;

beforeAll(async () => {
  system = await bootSystem({ relays: 1, env: { LADDER: "none" } });
  browser = await openBrowser();
}, patient(60_000));
afterAll(async () => {
  await browser?.close();
  await system?.stop();
});

const whipUrl = () => `${system.url}/ingest/whip`;
const health = ({ login, accessToken: token }: Account) =>
  call<{ phase: string; width: number | null; height: number | null; warnings: { code: string }[] }>(
    `${system.url}/api/v1/channels/${login}/broadcast`,
    { token },
  );

interface Published {
  streamer: Account;
  streamKey: string;
  publisher: WhipPage;
  broadcastId: string;
}

/** Something is live by WHIP. */
async function published(run: (live: Published) => Promise<void>, line?: LossyLine) {
  const streamer = await register(system.url);
  const { streamKey } = await makeStreamKey(system.url, streamer);
  const publisher = await publishByWhip({ browser, url: whipUrl(), streamKey, ...(line && { via: line.via }) });
  try {
    const live = await until("a live channel", async () => {
      const now = (await getChannel(system.url, streamer.login)).live;
      return now?.phase === "live" ? now : null;
    });
    await run({ streamer, streamKey, publisher, broadcastId: live.broadcastId });
  } finally {
    await publisher.close();
  }
}
const recorded = async ({ streamer: { login, accessToken: token }, broadcastId }: Published) => {
  await call(`${system.url}/api/v1/channels/${login}/broadcast/stop`, { token, body: {} });
  const video = await until("the recording", async () => {
    const one = await call<{ status: string; durationMs: number; hlsUrl: string }>(
      `${system.url}/api/v1/videos/${broadcastId}`,
    );
    return one.status === "ready" ? one : null;
  });
  return { ...video, url: new URL(video.hlsUrl, system.url).href };
};
/** Of all publishers whose sessions have ended. */
async function packets(outcome: string): Promise<number> {
  const metrics = await (await fetch(`${system.internalUrl("relay-1")}/metrics`)).text();
  const line = new RegExp(`^relay_whip_packets_total\\{kind="video",outcome="${outcome}"\\} (\\d+)`, "m");
  return Number(line.exec(metrics)?.[1] ?? 0);
}
const ms = (values: readonly number[]) => values.toSorted((a, b) => a - b);

test(
  "sound and picture lie together",
  () =>
    published(async (live) => {
      await Bun.sleep(15_000);
      const apart = await lipSync((await recorded(live)).url);
      console.log(`from flash to beep, ms: ${apart.join(" ")}`);
      expect(apart.length).toBeGreaterThan(8);
      // The first reports come within a few seconds.
      const settled = ms(apart.slice(-6));
      expect(Math.abs(settled[3]!)).toBeLessThan(100);
      expect(Math.abs(settled[0]! - settled[5]!)).toBeLessThan(120);
    }),
  patient(90_000),
);

test(
  "with 2 % of its packets lost, what is published has no holes",
  async () => {
    const line = lossyLine(0.02);
    try {
      await published(async (live) => {
        await Bun.sleep(10_000);
        expect((await health(live.streamer)).warnings.map(({ code }) => code)).toEqual([]);
        const before = [await packets("recovered"), await packets("lost")] as const;
        expect(await live.publisher.end()).toBe(200);
        await until("the channel to wait", async () => (await health(live.streamer)).phase === "lost");
        const [recovered, lost] = [(await packets("recovered")) - before[0], (await packets("lost")) - before[1]];
        console.log(`dropped ${line.dropped}, sent again ${recovered}, lost ${lost}`);
        expect(recovered).toBeGreaterThan(10);
        expect(lost).toBeLessThanOrEqual(recovered / 10);
      }, line);
    } finally {
      line.close();
    }
  },
  patient(60_000),
);

test(
  "a picture that changes its size goes on under a new header",
  () =>
    published(async (live) => {
      const size = async () => {
        const { width, height } = await health(live.streamer);
        return `${width}x${height}`;
      };
      await until("the first size", async () => (await size()) === "640x360");
      await Bun.sleep(4_000);
      await live.publisher.resize(360, 640);
      await until("the other size", async () => (await size()) === "360x640");
      await Bun.sleep(4_000);
      const playlist = await (await fetch(`${system.url}/live/${live.streamer.login}/source.m3u8`)).text();
      expect(playlist.match(/^#EXT-X-MAP/gm)?.length).toBe(2);
      expect(playlist).toContain("#EXT-X-DISCONTINUITY\n");
      expect((await getChannel(system.url, live.streamer.login)).live?.broadcastId).toBe(live.broadcastId);
    }),
  patient(60_000),
);

test(
  "the newest publisher wins, and the other is sent away; a wrong key is refused",
  () =>
    published(async (live) => {
      const other = await publishByWhip({ browser, url: whipUrl(), streamKey: live.streamKey });
      try {
        await until("the first to end", async () => (await live.publisher.state()) !== "connected", {
          withinMs: 25_000,
        });
        expect(await other.state()).toBe("connected");
        expect((await getChannel(system.url, live.streamer.login)).live?.broadcastId).toBe(live.broadcastId);
      } finally {
        await other.close();
      }
      const wrong = publishByWhip({ browser, url: whipUrl(), streamKey: `live_${"a".repeat(32)}` });
      await expect(wrong).rejects.toThrow("401");
    }),
  patient(90_000),
);
