// A viewer in a real browser: measures frames shown, freezes and latency.

import type { Page } from "playwright-core";
import { until } from "./until.ts";

interface Sampled {
  /** performance.now() of each shown frame. */
  framesMs: number[];
  latencies: number[];
  /** Set once; missing after a reload of the page. */
  bornMs: number;
}

declare global {
  interface Window {
    __sampled?: Sampled;
  }
}

export interface Viewer {
  page: Page;
  /** Number of frames shown since `sinceMs`, a time from `now()`. */
  frames(sinceMs: number): Promise<number>;
  /** Longest time without a new frame up to now, ms. */
  longestStillMs(sinceMs: number): Promise<number>;
  /** Median distance from the newest media in seconds, sampled every 250 ms. */
  latencySeconds(sinceMs: number): Promise<number>;
  /** When the first frame after `sinceMs` was shown; null: none yet. */
  firstFrameAfterMs(sinceMs: number): Promise<number | null>;
  /** The page's clock. */
  now(): Promise<number>;
  /** False once the page was reloaded. */
  sameDocument(): Promise<boolean>;
}

/** Opens a watch page; resolves when it shows its first frame. */
export async function startViewing(page: Page, withinMs = 20_000): Promise<Viewer> {
  await page.evaluate(() => {
    const sampled: Sampled = { framesMs: [], latencies: [], bornMs: performance.now() };
    window.__sampled = sampled;
    let video: HTMLVideoElement | undefined;
    const seen = (nowMs: number) => {
      sampled.framesMs.push(nowMs);
      video?.requestVideoFrameCallback(seen);
    };
    setInterval(() => {
      const player = window.__player;
      if (player && player.video !== video) {
        video = player.video;
        video.requestVideoFrameCallback(seen);
      }
      if (player?.stats) sampled.latencies.push(player.stats.behindEdgeSeconds);
    }, 250);
  });
  await until("the first picture", () => page.evaluate(() => (window.__sampled?.framesMs.length ?? 0) > 0), {
    withinMs,
  });
  const bornMs = await page.evaluate(() => window.__sampled?.bornMs);
  const framesMs = (sinceMs: number) =>
    page.evaluate((since) => (window.__sampled?.framesMs ?? []).filter((at) => at >= since), sinceMs);
  const now = () => page.evaluate(() => performance.now());
  return {
    page,
    now,
    frames: async (sinceMs) => (await framesMs(sinceMs)).length,
    async longestStillMs(sinceMs) {
      const times = [sinceMs, ...(await framesMs(sinceMs)), await now()];
      return Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? at)));
    },
    async latencySeconds() {
      const latencies = await page.evaluate(() => (window.__sampled?.latencies ?? []).slice(-80));
      return latencies.sort((a, b) => a - b)[Math.floor(latencies.length / 2)] ?? Number.NaN;
    },
    firstFrameAfterMs: async (sinceMs) => (await framesMs(sinceMs))[0] ?? null,
    sameDocument: async () => (await page.evaluate(() => window.__sampled?.bornMs)) === bornMs,
  };
}
