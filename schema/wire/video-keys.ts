// Keys of objects. All that belongs to a video is below `videos/<id>/`, so that it can be found and removed by that prefix.
//
//   videos/<id>/<rendition>/i<hash>.mp4               init segment, named by the hash of its bytes
//   videos/<id>/<rendition>/<number>-<epoch>.m4s      segment, as the owner of that epoch wrote it: of the channel, or of the upload
//   videos/<id>/poster.jpg, thumbnail-<width>.jpg     pictures
//   videos/<id>/poster-<hash>-<width>.webp            the poster that its owner chose (pictures.ts)
//   videos/<id>/storyboard-<n>.jpg                    sheets of small pictures, from 0
//   uploads/<id>                                      an upload as it came, until it is processed
//   pictures/<owner>/<hash>-<width>.webp              pictures of people, banners of channels (pictures.ts)
//
// Clips and downloads have no objects: they are made of these segments as they are sent.

import type { ThumbnailWidth } from "./media.ts";

/** How segments and their init segments are kept. Private: a signed address may be of a video that not everybody may watch. */
export const MEDIA_OBJECT = { contentType: "video/mp4", cacheControl: "private, max-age=31536000, immutable" } as const;

export const videoPrefix = (videoId: string) => `videos/${videoId}/`;

export const videoKey = {
  init: (videoId: string, rendition: string, hash: string) => `${videoPrefix(videoId)}${rendition}/i${hash}.mp4`,
  segment: (videoId: string, rendition: string, { number, epoch }: { number: number; epoch: number }) =>
    `${videoPrefix(videoId)}${rendition}/${number}-${epoch}.m4s`,
  /** What the keys of all widths of a poster that its owner chose begin with. */
  ownPosterStem: (videoId: string, hash: string) => `${videoPrefix(videoId)}poster-${hash}`,
  poster: (videoId: string) => `${videoPrefix(videoId)}poster.jpg`,
  thumbnail: (videoId: string, width: ThumbnailWidth) => `${videoPrefix(videoId)}thumbnail-${width}.jpg`,
  storyboard: (videoId: string, sheet: number) => `${videoPrefix(videoId)}storyboard-${sheet}.jpg`,
} as const;

export const uploadKey = (videoId: string) => `uploads/${videoId}`;
