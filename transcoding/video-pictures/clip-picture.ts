// The picture of a clip: one keyframe of its middle, in the widths of thumbnails.

import { THUMBNAIL_WIDTHS } from "#schema/wire/media.ts";
import { videoKey } from "#schema/wire/video-keys.ts";
import type { DrawnSegment } from "./choice.ts";
import { Keyframes } from "./keyframes.ts";
import { JPEG, type PicturesParts, take } from "./video-pictures.ts";

interface DrawnClip {
  id: string;
  videoId: string;
  segment: Omit<DrawnSegment, "positionMs">;
}

/** Stores it. False: the segment has no picture that decodes. Throws DrawingStopped, and what the store throws. */
export async function makeClipPicture({ id, videoId, segment }: DrawnClip, parts: PicturesParts): Promise<boolean> {
  const keyframes = new Keyframes({ objects: parts.objects, videoId });
  const found = await keyframes.at({ segment: { ...segment, positionMs: 0 }, offsetMs: segment.durationMs });
  const picture = found && (await take(found, parts));
  if (!picture) return false;
  for (const width of THUMBNAIL_WIDTHS)
    await parts.objects.put(videoKey.clipThumbnail(videoId, id, width), picture.get(width)!, JPEG);
  return true;
}
