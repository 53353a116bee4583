// What the pictures of an upload are drawn from, before its rows are written.

import type { RenditionRows } from "#schema/queries/videos/upload-media.ts";
import type { UploadOwner } from "#schema/queries/videos/uploads.ts";
import { type DrawnSegment, drawnRenditions } from "./choice.ts";
import type { DrawnVideo } from "./video-pictures.ts";

export function uploadToDraw({ videoId, epoch }: UploadOwner, renditions: readonly RenditionRows[]): DrawnVideo {
  const chosen = drawnRenditions(renditions);
  const drawn = (rendition: RenditionRows | undefined): DrawnSegment[] =>
    (rendition?.segments ?? []).map((segment) => ({
      ...segment,
      ...{ epoch, rendition: rendition!.name, positionMs: segment.atMs },
    }));
  return { videoId, large: drawn(chosen?.large), small: drawn(chosen?.small) };
}
