// The pictures of a video, out of its stored segments: poster, thumbnails and storyboard. For recordings and uploads alike.

import type { Objects } from "#runtime/objects/objects.ts";
import type { Storyboard } from "#schema/tables/videos.ts";
import { THUMBNAIL_WIDTHS } from "#schema/wire/media.ts";
import { videoKey } from "#schema/wire/video-keys.ts";
import { takePicture } from "../pictures/picture.ts";
import type { Picture } from "../pictures/thumbnails.ts";
import { type DrawnSegment, posterMoments } from "./choice.ts";
import { type DrawingParts, DrawingStopped } from "./jpegs.ts";
import { Keyframes, type StoredKeyframe } from "./keyframes.ts";
import { drawStoryboard } from "./storyboard.ts";

export interface DrawnVideo {
  videoId: string;
  /** Of its segments, in order: those that poster and thumbnails are drawn from, and those for the storyboard. */
  large: readonly DrawnSegment[];
  small: readonly DrawnSegment[];
}

export interface PicturesParts extends DrawingParts {
  objects: Objects;
}

export interface MadePictures {
  /** Null: there is none. */
  storyboard: Storyboard | null;
  /** Those that are stored: `poster`, `thumbnail`. */
  pictures: string[];
}

export const JPEG = { contentType: "image/jpeg", cacheControl: "public, max-age=3600" };
const POSTER_WIDTH = 1_280;

/** Stores them, and tells what there is: what does not decode has none. May run again: the same pictures have the same keys. Throws
 *  DrawingFailed for a storyboard without sheets, DrawingStopped, and what the store throws. */
export async function makeVideoPictures(
  { videoId, large, small }: DrawnVideo,
  parts: PicturesParts,
): Promise<MadePictures> {
  const { objects } = parts;
  const keyframes = new Keyframes({ objects, videoId });
  const picture = (await bestPicture(large, keyframes, parts)) ?? (await bestPicture(small, keyframes, parts));
  const poster = picture?.get(POSTER_WIDTH);
  if (picture && poster) {
    for (const width of THUMBNAIL_WIDTHS)
      await objects.put(videoKey.thumbnail(videoId, width), picture.get(width)!, JPEG);
    await objects.put(videoKey.poster(videoId), poster, JPEG);
  }
  const board = await drawStoryboard(small, { ...parts, keyframes });
  for (const [i, sheet] of board?.sheets.entries() ?? [])
    await objects.put(videoKey.storyboard(videoId, i), sheet, JPEG);
  return { storyboard: board?.storyboard ?? null, pictures: picture ? ["poster", "thumbnail"] : [] };
}

/** The one with the most to see: a black picture has the fewest bytes. */
async function bestPicture(
  segments: readonly DrawnSegment[],
  keyframes: Keyframes,
  parts: PicturesParts,
): Promise<Picture | null> {
  let best: Picture | null = null;
  for (const moment of posterMoments(segments)) {
    const found = await keyframes.at(moment);
    const picture = found && (await take(found, parts));
    if (picture && bytesOf(picture) > (best ? bytesOf(best) : 0)) best = picture;
  }
  return best;
}

/** Null: it does not decode. Throws DrawingStopped. */
export async function take({ init, fragment }: StoredKeyframe, parts: PicturesParts): Promise<Picture | null> {
  const { signal } = parts;
  if (signal.aborted) throw new DrawingStopped();
  const run = takePicture({ init, fragment: fragment.data, newest: () => [] }, { ...parts, withinMs: WITHIN_MS });
  const stop = () => void run.stop();
  signal.addEventListener("abort", stop);
  const outcome = await run.outcome;
  signal.removeEventListener("abort", stop);
  if (signal.aborted) throw new DrawingStopped();
  return outcome.type === "made" ? outcome.picture : null;
}

/** Longer than for a thumbnail of what is live: nobody waits for it. */
const WITHIN_MS = 60_000;
const bytesOf = (picture: Picture) => picture.get(THUMBNAIL_WIDTHS[0])?.length ?? 0;
