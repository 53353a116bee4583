// The pictures of a video, out of its stored segments: poster, thumbnails and storyboard. For recordings and uploads alike.

import type { Objects } from "#runtime/objects/objects.ts";
import type { Storyboard } from "#schema/tables/videos.ts";
import { THUMBNAIL_WIDTHS } from "#schema/wire/media.ts";
import { videoKey } from "#schema/wire/video-keys.ts";
import { takePicture } from "../pictures/picture.ts";
import type { Picture } from "../pictures/thumbnails.ts";
import { type DrawnSegment, posterMoments } from "./choice.ts";
import type { DrawingParts } from "./jpegs.ts";
import { Keyframes } from "./keyframes.ts";
import { drawStoryboard } from "./storyboard.ts";

export interface DrawnRendition {
  name: string;
  width: number;
  height: number;
  /** In order of numbers. */
  segments: readonly DrawnSegment[];
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

/** A small picture is drawn from the smallest rendition that is not smaller. */
const STORYBOARD_HEIGHT = 90;
const JPEG = { contentType: "image/jpeg", cacheControl: "public, max-age=3600" };
const POSTER_WIDTH = 1_280;

/** Stores them, and tells what there is. May run again: the same pictures have the same keys. Throws DrawingFailed, Mp4Error, and what the
 *  store throws. */
export async function makeVideoPictures(
  { videoId, renditions }: { videoId: string; renditions: readonly DrawnRendition[] },
  parts: PicturesParts,
): Promise<MadePictures> {
  const [largest] = renditions.toSorted((a, b) => b.height - a.height);
  const small = renditions
    .toSorted((a, b) => a.height - b.height)
    .find(({ width, height }) => Math.min(width, height) >= STORYBOARD_HEIGHT);
  if (!largest) return { storyboard: null, pictures: [] };
  const { objects } = parts;
  const picture = await bestPicture(largest, { videoId, parts });
  const [poster] = picture ? [picture.get(POSTER_WIDTH)] : [];
  if (picture && poster) {
    for (const width of THUMBNAIL_WIDTHS)
      await objects.put(videoKey.thumbnail(videoId, width), picture.get(width)!, JPEG);
    await objects.put(videoKey.poster(videoId), poster, JPEG);
  }
  const { name, segments } = small ?? largest;
  const keyframes = new Keyframes({ objects, videoId, rendition: name });
  const board = await drawStoryboard(segments, { ...parts, keyframes });
  for (const [i, sheet] of board?.sheets.entries() ?? [])
    await objects.put(videoKey.storyboard(videoId, i), sheet, JPEG);
  return { storyboard: board?.storyboard ?? null, pictures: picture ? ["poster", "thumbnail"] : [] };
}

/** The one with the most to see: a black picture has the fewest bytes. */
async function bestPicture(
  { name, segments }: DrawnRendition,
  { videoId, parts }: { videoId: string; parts: PicturesParts },
): Promise<Picture | null> {
  const keyframes = new Keyframes({ objects: parts.objects, videoId, rendition: name });
  let best: Picture | null = null;
  for (const moment of posterMoments(segments)) {
    const found = await keyframes.at(moment);
    if (!found) continue;
    const { init, fragment } = found;
    const outcome = await takePicture(
      { init, fragment: fragment.data, newest: () => [] },
      { ...parts, withinMs: WITHIN_MS },
    ).outcome;
    if (outcome.type === "made" && bytesOf(outcome.picture) > (best ? bytesOf(best) : 0)) best = outcome.picture;
  }
  return best;
}

/** Longer than for a thumbnail of what is live: nobody waits for it. */
const WITHIN_MS = 60_000;
const bytesOf = (picture: Picture) => picture.get(THUMBNAIL_WIDTHS[0])?.length ?? 0;
