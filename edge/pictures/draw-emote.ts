// In the process that draws: an emote as WebP in the heights of lines, animated ones with their frames, and their first frame beside them.

import sharp from "sharp";
import { EMOTE_HEIGHTS, EMOTE_PIXELS_MAX } from "#schema/wire/emotes.ts";
import type { DrawnSize } from "./drawing.ts";

const WEBP = { quality: 90, effort: 4 };
/** Pixels of all frames together. */
const READ = { limitInputPixels: EMOTE_PIXELS_MAX, failOn: "error" } as const;
/** Browsers play a frame of less than 20 ms as one of 100 ms. */
const DELAY_MIN_MS = 20;
const DELAY_MS = 100;

export async function drawEmote(
  file: Uint8Array,
): Promise<{ sizes: DrawnSize[]; animated: boolean; pictures: Buffer[] }> {
  const facts = await sharp(file, { ...READ, animated: true }).metadata();
  const { pages = 1, delay = [], loop = 0, pageHeight, autoOrient } = facts;
  const animated = pages > 1;
  const own = pageHeight ?? autoOrient.height;
  // What is lower than the lowest stays as it is: nothing is enlarged.
  const heights = EMOTE_HEIGHTS.filter((one) => one <= own);
  const delays = Array.from({ length: pages }, (_, i) => ((delay[i] ?? 0) < DELAY_MIN_MS ? DELAY_MS : delay[i]!));
  const drawn: { picture: Buffer; size: DrawnSize }[] = [];
  for (const one of heights.length > 0 ? heights : [own]) {
    const options = animated ? { ...WEBP, loop, delay: delays } : WEBP;
    const upright = animated ? sharp(file, { ...READ, animated: true }) : sharp(file, READ).autoOrient();
    const { data, info } = await upright
      .resize({ height: one })
      .toColourspace("srgb")
      .webp(options)
      .toBuffer({ resolveWithObject: true });
    drawn.push({ picture: data, size: { width: info.width, height: one } });
  }
  // One after the other: each takes threads, of which the sandbox has few.
  const stills: Buffer[] = [];
  for (const { size } of animated ? drawn : [])
    stills.push(await sharp(file, READ).resize({ height: size.height }).toColourspace("srgb").webp(WEBP).toBuffer());
  return {
    sizes: drawn.map(({ size }) => size),
    animated,
    pictures: [...drawn.map(({ picture }) => picture), ...stills],
  };
}
