// Keys of objects. All that belongs to a video is below `videos/<id>/`, so that it can be found and removed by that prefix.
//
//   videos/<id>/<rendition>/i<hash>.mp4               init segment, named by the hash of its bytes
//   videos/<id>/<rendition>/<number>-<epoch>.m4s      segment, as the owner of that epoch wrote it: of the channel, or of the upload
//   videos/<id>/poster.jpg, thumbnail-<width>.jpg     pictures
//   videos/<id>/clip-<clip>-<width>.jpg               picture of a clip
//   videos/<id>/poster-<hash>-<width>.webp            the poster that its owner chose (pictures.ts)
//   videos/<id>/storyboard-<n>.jpg                    sheets of small pictures, from 0
//   uploads/<id>                                      an upload as it came, until it is processed
//   pictures/<owner>/<hash>-<width>.webp              pictures of people, banners of channels (pictures.ts)
//
// Media of clips and downloads are no objects: they are made of these segments as they are sent.

import { RENDITION, type ThumbnailWidth } from "./media.ts";
import { OBJECT_PREFIX } from "./object-prefixes.ts";

/** How segments and their init segments are kept. Private: a signed address may be of a video that not everybody may watch. */
export const MEDIA_OBJECT = { contentType: "video/mp4", cacheControl: "private, max-age=31536000, immutable" } as const;

export const videoPrefix = (videoId: string) => `${OBJECT_PREFIX.videos}${videoId}/`;
/** Behind every key of the video, and before those of the next one: `0` follows `/`. */
export const behindVideo = (videoId: string) => `${OBJECT_PREFIX.videos}${videoId}0`;

export const videoKey = {
  init: (videoId: string, rendition: string, hash: string) => `${videoPrefix(videoId)}${rendition}/i${hash}.mp4`,
  segment: (videoId: string, rendition: string, { number, epoch }: { number: number; epoch: number }) =>
    `${videoPrefix(videoId)}${rendition}/${number}-${epoch}.m4s`,
  /** What the keys of all widths of a poster that its owner chose begin with. */
  ownPosterStem: (videoId: string, hash: string) => `${videoPrefix(videoId)}poster-${hash}`,
  poster: (videoId: string) => `${videoPrefix(videoId)}poster.jpg`,
  thumbnail: (videoId: string, width: ThumbnailWidth) => `${videoPrefix(videoId)}thumbnail-${width}.jpg`,
  clipThumbnail: (videoId: string, clipId: string, width: ThumbnailWidth) =>
    `${videoPrefix(videoId)}clip-${clipId}-${width}.jpg`,
  storyboard: (videoId: string, sheet: number) => `${videoPrefix(videoId)}storyboard-${sheet}.jpg`,
} as const;

export const uploadKey = (videoId: string) => `${OBJECT_PREFIX.uploads}${videoId}`;

/** What a key below a video's prefix is. */
export type VideoObject =
  | { kind: "segment"; rendition: string; number: number; epoch: number }
  | { kind: "init"; rendition: string; hash: string }
  | { kind: "picture" };

const MEDIA = /^([a-z0-9]+)\/(?:(0|[1-9]\d{0,14})-([1-9]\d{0,14})\.m4s|i([A-Za-z0-9._-]+)\.mp4)$/;
const PICTURE = /^(?:poster|thumbnail-\d+|storyboard-\d+|clip-[0-9a-f-]{36}-\d+)\.jpg$/;

/** Null: nothing that the rows of a video name. */
export function readVideoKey(videoId: string, key: string): VideoObject | null {
  const name = key.slice(videoPrefix(videoId).length);
  if (PICTURE.test(name)) return { kind: "picture" };
  const [, rendition = "", number, epoch, hash] = MEDIA.exec(name) ?? [];
  if (!RENDITION.test(rendition)) return null;
  if (hash !== undefined) return { kind: "init", rendition, hash };
  return { kind: "segment", rendition, number: Number(number), epoch: Number(epoch) };
}
