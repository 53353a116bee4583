// A page for those who want less motion: nothing moves by itself, and no picture plays unasked.

import type { Page } from "playwright-core";

/** A preview begins after a second. */
const REST_MS = 1_200;

/** The page was loaded with this wish. */
export async function motionFaults(page: Page): Promise<string[]> {
  // Where a pointer rests, other visitors see a picture that moves.
  const picture = await page.evaluate(() => document.querySelector(".card-picture")?.getBoundingClientRect().toJSON());
  if (picture) {
    await page.mouse.move(picture.x + picture.width / 2, picture.y + picture.height / 2);
    await Bun.sleep(REST_MS);
  }
  return page.evaluate(() => [
    ...document.getAnimations().flatMap(({ effect, playState }) => {
      const { duration = 0, iterations = 1 } = effect?.getComputedTiming() ?? {};
      const isShort = Number(duration) <= 1 && iterations <= 1;
      return playState !== "running" || isShort
        ? []
        : [`moves: ${(effect as KeyframeEffect).target?.outerHTML.slice(0, 140)}`];
    }),
    ...[...document.querySelectorAll<HTMLVideoElement>(".preview-video")].flatMap((video) =>
      video.src || video.classList.contains("moving") ? ["a preview plays"] : [],
    ),
  ]);
}
