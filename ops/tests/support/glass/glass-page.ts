// Reads the clock in the picture in a browser, frame by frame.

import type { BrowserContext, Page } from "playwright-core";
import { quantile } from "#ops/tests/support/quantiles.ts";
import { ageMs, BLOCKS, MIDDLE, ROW_SHARE, timeOf } from "./clock-code.ts";

declare global {
  interface Window {
    __glass?: { frames: [wallMs: number, value: number][]; firstMs: number | null; reading: boolean };
  }
}

export interface Glass {
  /** From the navigation to the first frame, ms; null: none was shown. */
  firstPictureMs: number | null;
  /** Of each frame whose clock was read: time of the page, age of the picture. */
  frames: { wallMs: number; ageMs: number }[];
  /** Frames that were shown, read or not. */
  shown: number;
}

/** A longer time without a frame is a stall. */
const STALL_MS = 500;

/** Pages of this context note their frames from the beginning. Call before they are opened. */
export async function watchGlass(context: BrowserContext) {
  await context.addInitScript(
    ({ blocks, middle, rowShare }) => {
      const glass: NonNullable<Window["__glass"]> = { frames: [], firstMs: null, reading: false };
      window.__glass = glass;
      const scale = 4;
      const canvas = new OffscreenCanvas(blocks * scale, scale);
      const context = canvas.getContext("2d", { willReadFrequently: true });
      const read = (video: HTMLVideoElement): number => {
        const { videoWidth, videoHeight } = video;
        // Blocks were as wide as whole pixels of the first picture allow, which a smaller rendition keeps in proportion.
        const width = (videoWidth * blocks * Math.floor(1_280 / blocks)) / 1_280;
        const height = videoHeight * rowShare;
        context?.drawImage(video, 0, height / 4, width, height / 2, 0, 0, blocks * scale, scale);
        const data = context?.getImageData(0, 0, blocks * scale, scale).data ?? new Uint8ClampedArray();
        let value = 0;
        for (let n = 0; n < blocks; n++) {
          const at = (2 * blocks * scale + n * scale + 2) * 4;
          value = value * 2 + ((data[at + 1] ?? 0) > middle ? 1 : 0);
        }
        return value;
      };
      let watched: HTMLVideoElement | null = null;
      const look = setInterval(() => {
        const video = document.querySelector("video");
        if (!video || video === watched) return;
        watched = video;
        const seen = (nowMs: number) => {
          glass.firstMs ??= nowMs;
          const wallMs = Date.now() - (performance.now() - nowMs);
          if (glass.reading) glass.frames.push([wallMs, read(video)]);
          video.requestVideoFrameCallback(seen);
        };
        video.requestVideoFrameCallback(seen);
      }, 10);
      addEventListener("pagehide", () => clearInterval(look));
    },
    { blocks: BLOCKS, middle: MIDDLE, rowShare: ROW_SHARE },
  );
}

/** Reads the clock for `forMs`. */
export async function readGlass(page: Page, { forMs }: { forMs: number }): Promise<Glass> {
  await page.evaluate(() => {
    if (window.__glass) Object.assign(window.__glass, { frames: [], reading: true });
  });
  await Bun.sleep(forMs);
  const { frames, firstMs } = await page.evaluate(() => {
    const glass = window.__glass!;
    glass.reading = false;
    return { frames: glass.frames, firstMs: glass.firstMs };
  });
  const read = frames.flatMap(([wallMs, value]) => {
    const time = timeOf(value);
    return time === null ? [] : [{ wallMs, ageMs: ageMs(time, wallMs) }];
  });
  return { firstPictureMs: firstMs, frames: read, shown: frames.length };
}

/** From the navigation to the first frame, ms; null when none comes in time. */
export async function firstPictureMs(page: Page, { withinMs }: { withinMs: number }): Promise<number | null> {
  const endMs = performance.now() + withinMs;
  while (performance.now() < endMs) {
    const first = await page.evaluate(() => window.__glass?.firstMs ?? null).catch(() => null);
    if (first !== null) return first;
    await Bun.sleep(20);
  }
  return null;
}

/** `ms (p50) / ms (p95)`. */
export const ages = ({ frames }: Pick<Glass, "frames">): string => {
  const of = (share: number) =>
    Math.round(
      quantile(
        frames.map((frame) => frame.ageMs),
        share,
      ),
    );
  return frames.length === 0 ? "–" : `${of(0.5)} / ${of(0.95)}`;
};

/** Times without a frame: how many, and how long together. */
export function stalls(frames: readonly { wallMs: number }[]): { count: number; ms: number } {
  const gaps = frames.slice(1).map(({ wallMs }, n) => wallMs - frames[n]!.wallMs);
  const long = gaps.filter((ms) => ms > STALL_MS);
  return { count: long.length, ms: Math.round(long.reduce((sum, ms) => sum + ms, 0)) };
}
