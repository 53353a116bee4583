// Plays a video in Chromium with a player as it comes: from its beginning to its end, and on from places to which a viewer goes.

import { patient } from "#schema/testing-slowness.ts";
import { openBrowser } from "../support/browser.ts";
import { type PlayerName, servePlainPage } from "../support/plain-page.ts";

/** A place counts as played when this much was shown from it on. */
const SHOWN_S = 0.7;
const WITHIN_MS = 30_000;
const LOOK_MS = 100;

interface Shown {
  /** Of the picture that is shown. */
  size: string;
  atS: number;
}

export interface Watched {
  endedAtS: number;
  /** Sizes of the picture in the order in which they were shown, from the beginning to the end. */
  sizes: string[];
  /** By the places, in their order. */
  places: Shown[];
}

declare global {
  /** Of the plain page. */
  var fatalErrors: string[];
}

/** Throws the player's words, or when it gets stuck. */
export async function watchInBrowser(
  player: PlayerName,
  { playlist, placesS }: { playlist: string; placesS: readonly number[] },
): Promise<Watched> {
  const [page, browser] = [servePlainPage(player), await openBrowser()];
  try {
    const tab = await browser.open(page.url(playlist));
    const look = () =>
      tab.evaluate(() => {
        const { currentTime, ended, videoWidth, videoHeight, seeking, readyState } = document.querySelector("video")!;
        const size = `${videoWidth}x${videoHeight}`;
        return { atS: currentTime, ended, size, isShown: readyState >= 2 && !seeking, errors: fatalErrors };
      });
    /** Looks until it is so. */
    const watch = async (what: string, isSo: (now: Awaited<ReturnType<typeof look>>) => boolean) => {
      let [seen, movedMs] = [await look(), performance.now()];
      while (!isSo(seen)) {
        await Bun.sleep(LOOK_MS);
        const now = await look();
        if (now.errors.length > 0) throw new Error(`${player}, ${what}: ${now.errors.join(", ")}`);
        if (now.atS !== seen.atS) movedMs = performance.now();
        if (performance.now() - movedMs > patient(WITHIN_MS))
          throw new Error(`${player}, ${what}: stuck at ${now.atS} s`);
        seen = now;
      }
      return seen;
    };
    const sizes: string[] = [];
    const { atS: endedAtS } = await watch("from its beginning", ({ ended, isShown, size }) => {
      if (isShown && size !== sizes.at(-1)) sizes.push(size);
      return ended;
    });
    const places: Shown[] = [];
    for (const toS of placesS) {
      await tab.evaluate((toS) => {
        const video = document.querySelector("video")!;
        video.pause();
        video.currentTime = toS;
      }, toS);
      const { size } = await watch(`at ${toS} s`, ({ isShown }) => isShown);
      await tab.evaluate(() => void document.querySelector("video")!.play());
      await watch(`behind ${toS} s`, ({ atS, ended }) => ended || atS >= toS + SHOWN_S);
      places.push({ size, atS: toS });
    }
    return { endedAtS, sizes, places };
  } finally {
    await browser.close();
    await page.stop();
  }
}
