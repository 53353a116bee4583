// Plays a video from its beginning to its end in Chromium with hls.js as it comes, faster than its time.

import { patient } from "#schema/testing-slowness.ts";
import { openBrowser } from "../support/browser.ts";
import { servePlainPage } from "../support/plain-page.ts";

const RATE = 4;
/** Without progress for so long, playing has ended. */
const STUCK_MS = 60_000;
const LOOK_MS = 500;

interface PlayedInBrowser {
  endedAtS: number;
  /** hls.js' words; null: it met nothing that it could not mend. */
  fatal: string | null;
  /** What it mended, by kind. */
  mended: Record<string, number>;
  tookMs: number;
}

declare global {
  /** Of the plain page. */
  var hls: { on(event: string, heard: (event: string, data: { details: string; fatal: boolean }) => void): void };
  interface Window {
    __heard?: { details: string; fatal: boolean }[];
  }
}

/** Throws when it gets stuck. */
export async function playInBrowser(playlist: string): Promise<PlayedInBrowser> {
  const [page, browser] = [servePlainPage(), await openBrowser()];
  const beganMs = performance.now();
  try {
    const tab = await browser.open(page.url(playlist));
    await tab.evaluate((rate) => {
      const heard: NonNullable<Window["__heard"]> = [];
      window.__heard = heard;
      hls.on("hlsError", (_, { details, fatal }) => heard.push({ details, fatal }));
      const video = document.querySelector("video")!;
      video.playbackRate = rate;
      // A new source has the usual rate.
      video.addEventListener("loadedmetadata", () => {
        video.playbackRate = rate;
      });
    }, RATE);
    const look = () =>
      tab.evaluate(() => {
        const { currentTime, ended } = document.querySelector("video")!;
        return { atS: currentTime, ended, heard: window.__heard! };
      });
    let [seen, movedMs] = [await look(), performance.now()];
    while (!seen.ended && !seen.heard.some(({ fatal }) => fatal)) {
      await Bun.sleep(LOOK_MS);
      const now = await look();
      if (now.atS > seen.atS) movedMs = performance.now();
      seen = now;
      if (performance.now() - movedMs > patient(STUCK_MS))
        throw new Error(`stuck at ${seen.atS} s: ${JSON.stringify(seen.heard)}`);
    }
    const mended: Record<string, number> = {};
    for (const { details } of seen.heard) mended[details] = (mended[details] ?? 0) + 1;
    const fatal = seen.heard.find((one) => one.fatal)?.details ?? null;
    return { endedAtS: seen.atS, fatal, mended, tookMs: Math.round(performance.now() - beganMs) };
  } finally {
    await browser.close();
    await page.stop();
  }
}
