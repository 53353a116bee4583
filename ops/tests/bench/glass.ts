// Glass to glass: a clock in each frame, written when the frame is drawn and read in a browser when it is shown; nginx' own HLS in the same run.

import type { Page } from "playwright-core";
import { type Account, getChannel, makeStreamKey, register } from "#ops/tests/support/api.ts";
import { openBrowser, type TestBrowser } from "#ops/tests/support/browser.ts";
import { startEncoder } from "#ops/tests/support/encoder/encoder.ts";
import { programme } from "#ops/tests/support/encoder/programme.ts";
import { source } from "#ops/tests/support/encoder/sources.ts";
import {
  ages,
  firstPictureMs,
  type Glass,
  readGlass,
  stalls,
  watchGlass,
} from "#ops/tests/support/glass/glass-page.ts";
import { startClockEncoder } from "#ops/tests/support/glass/start-clock-encoder.ts";
import { quantile } from "#ops/tests/support/quantiles.ts";
import { bootSystem, type TestSystem } from "#ops/tests/support/system.ts";
import { until } from "#ops/tests/support/until.ts";
import { servePlainPage } from "../support/plain-page.ts";
import { makeRoughLink } from "./glass/rough-link.ts";
import { type PlainNginx, startPlainNginx } from "./plain-nginx.ts";
import type { BenchOptions, BenchResult } from "./result.ts";

/** The same page, by both ways of delivery. */
const WAYS = [
  { name: "LL-HLS", latency: "normal" },
  { name: "WebSocket", latency: "low" },
] as const;
const SETTLE_MS = 10_000;
const SECONDS = 20;
/** The last frames of a long look are shown apart. */
const LATE_MS = 60_000;
const FRESH_PAGES = 10;
const PUBLISHES = 5;
const PICTURE_WITHIN_MS = 20_000;
/** The stream has run for a while before pages are opened. */
const WARM_UP_MS = 12_000;

export async function benchGlass(options: BenchOptions): Promise<BenchResult> {
  const forMs = Number(options.seconds ?? SECONDS) * 1_000;
  const ladders = { "0": ["none"], "1": ["480p"] }[options.rungs ?? ""] ?? ["none", "480p"];
  const nginx = await startPlainNginx();
  const rows: string[][] = [];
  try {
    for (const [n, ladder] of ladders.entries()) {
      const system = await bootSystem({ env: { LADDER: ladder } });
      try {
        const what = ladder === "none" ? "source only" : "source and one rung";
        const last = n === ladders.length - 1;
        rows.push(
          ...(await measure(system, nginx, {
            what,
            forMs,
            last,
            bframes: options.bframes ?? "0",
            link: options.link ?? false,
          })),
        );
      } finally {
        await system.stop();
      }
    }
  } finally {
    await nginx.stop();
  }
  return {
    title: "Glass to glass",
    target:
      "LL-HLS p50 ≤ 1.1 s, p95 ≤ 1.4 s, no stall; first picture ≤ 0.8 s; publish → playable ≤ GOP (2 s) + 0.3 s; WebSocket p50 ≤ 0.55 s, p95 ≤ 0.7 s, no stall; first picture ≤ 0.5 s",
    method: `720p30 with ${options.bframes ?? "0"} B-frames, keyframe every 2 s, x264 ultrafast; the time is written into a frame when it is drawn, and read in headless Chromium when it is shown, ${SETTLE_MS / 1_000} s after the first picture, for ${forMs / 1_000} s; first picture: from the navigation, ${FRESH_PAGES} fresh pages; publish → playable: from the server's leave to publish to a media playlist with a segment, ${PUBLISHES} times; encoder, system and browser on one machine`,
    header: [
      "what",
      "glass p50 / p95 ms",
      "last minute",
      "stalls",
      "first picture p50 / max ms",
      "publish → playable ms",
      "frames read",
    ],
    rows,
  };
}

interface Plan {
  what: string;
  forMs: number;
  /** nginx and the rough link are measured with the last system alone. */
  last: boolean;
  bframes: string;
  link: boolean;
}

async function measure(
  system: TestSystem,
  nginx: PlainNginx,
  { what, forMs, last, bframes, link }: Plan,
): Promise<string[][]> {
  const streamer = await register(system.url);
  const playable = await publishToPlayable(system);
  const { streamKey } = await makeStreamKey(system.url, streamer);
  const encoder = startClockEncoder({ bframes, urls: [`${system.rtmpUrl}/${streamKey}`, `${nginx.rtmpUrl}/clock`] });
  const browser = await openBrowser();
  const plain = servePlainPage();
  try {
    await watchGlass(browser.context);
    await until("a live channel", () => isLive(system, streamer), { withinMs: 60_000 });
    await Bun.sleep(WARM_UP_MS);
    const rows: string[][] = [];
    for (const way of WAYS) {
      const url = `${system.url}/${streamer.login}?latency=${way.latency}`;
      rows.push(await row({ what: `${way.name}, ${what}`, browser, url, forMs, playable, latency: way.latency }));
    }
    if (!last) return rows;
    if (link)
      for (const way of WAYS)
        rows.push(await overRoughLink(system, streamer, { what: `${way.name}, ${what}`, forMs, ...way }));
    const url = plain.url(nginx.hlsUrl("clock"));
    rows.push(await row({ what: "nginx-rtmp's own HLS, hls.js", browser, url, forMs, playable: "–" }));
    return rows;
  } finally {
    await browser.close();
    await plain.stop();
    await encoder.stop();
  }
}

async function overRoughLink(
  system: TestSystem,
  streamer: Account,
  { what, forMs, latency }: { what: string; forMs: number; latency: "normal" | "low" },
) {
  const link = await makeRoughLink({ edgePort: system.edgePort });
  const browser = await openBrowser({ prefix: link.prefix, trusted: [link.origin] });
  try {
    await watchGlass(browser.context);
    const url = `${link.origin}/${streamer.login}?latency=${latency}`;
    return await row({ what: `${what}, 5 Mbit/s with 60 ms and pauses`, browser, url, forMs, playable: "–", latency });
  } finally {
    await browser.close();
    await link.stop();
  }
}

interface Row {
  what: string;
  browser: TestBrowser;
  url: string;
  forMs: number;
  playable: string;
  /** What the page must play in the end. Default: any. */
  latency?: "normal" | "low";
}

async function row({ what, browser, url, forMs, playable, latency }: Row): Promise<string[]> {
  const firsts: number[] = [];
  let page: Page | null = null;
  for (let n = 0; n < FRESH_PAGES; n++) {
    await page?.close();
    page = await browser.open(url);
    firsts.push((await firstPictureMs(page, { withinMs: PICTURE_WITHIN_MS })) ?? Number.POSITIVE_INFINITY);
  }
  await Bun.sleep(SETTLE_MS);
  const glass = await readGlass(page!, { forMs });
  const played = await page!.evaluate(() => document.querySelector("[data-latency]")?.getAttribute("data-latency"));
  const fellBack = latency !== undefined && played !== latency ? `, but ${played} played` : "";
  await page!.close();
  const still = stalls(glass.frames);
  return [
    `${what}${fellBack}`,
    ages(glass),
    forMs >= 2 * LATE_MS ? ages(lastOf(glass)) : "–",
    still.count === 0 ? "0" : `${still.count}, ${still.ms} ms`,
    `${Math.round(quantile(firsts, 0.5))} / ${Math.round(Math.max(...firsts))}`,
    playable,
    `${glass.frames.length} of ${glass.shown}`,
  ];
}

function lastOf({ frames }: Glass): Pick<Glass, "frames"> {
  const endMs = frames.at(-1)?.wallMs ?? 0;
  return { frames: frames.filter(({ wallMs }) => wallMs > endMs - LATE_MS) };
}

/** Median of some channels' starts: from the server's leave to publish to a media playlist that lists a segment. */
async function publishToPlayable(system: TestSystem): Promise<string> {
  const tags = await source("plain", { seconds: 60 });
  const tookMs: number[] = [];
  for (let n = 0; n < PUBLISHES; n++) {
    const streamer = await register(system.url);
    const { streamKey: key } = await makeStreamKey(system.url, streamer);
    const encoder = await startEncoder({ server: system.rtmpUrl, key, tags: programme(tags) });
    const startMs = performance.now();
    const playlist = `${system.url}/live/${streamer.login}/source.m3u8`;
    await until("a playlist", async () => (await (await fetch(playlist)).text()).includes("#EXTINF"), {
      withinMs: 20_000,
      everyMs: 10,
    });
    tookMs.push(performance.now() - startMs);
    await encoder.close();
  }
  return String(Math.round(quantile(tookMs, 0.5)));
}

const isLive = async (system: TestSystem, { login }: Account) =>
  (await getChannel(system.url, login)).live?.phase === "live";
