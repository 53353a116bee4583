// Paths of live media below `/live/:channel/` on an edge and `/media/<broadcastId>/` on an origin. Relative URIs are the same on both.
//
//   index.m3u8                         multivariant playlist
//   <rendition>.m3u8                   media playlist
//   <rendition>/i<hash>.mp4            init segment, named by the hash of its bytes
//   <broadcast>/<rendition>/s<number>.m4s    segment; a number never gets two contents, also after a change of owner
//   <rendition>/p<epoch>-<take>-<n>.m4s      part; n rises within a take, so a preload hint always names the next part
//   <rendition>/g<number>-<n>.m4s      part of a gap: listed with GAP, never served
//   thumbnail-<width>.jpg              the newest thumbnail; edges have the narrowest as thumbnail.jpg too

export const RENDITION = /^[a-z0-9]{1,16}$/;

/** The rendition that every broadcast has, also where it is not offered. */
export const SOURCE_RENDITION = "source";

export const mediaPath = {
  playlist: (rendition: string) => `${rendition}.m3u8`,
  init: (rendition: string, hash: string) => `${rendition}/i${hash}.mp4`,
  segment: (broadcastId: string, rendition: string, number: number) => `${broadcastId}/${rendition}/s${number}.m4s`,
  part: (rendition: string, epoch: number, take: number, n: number) => `${rendition}/p${epoch}-${take}-${n}.m4s`,
  gapPart: (rendition: string, number: number, n: number) => `${rendition}/g${number}-${n}.m4s`,
  thumbnail: (width: ThumbnailWidth) => `thumbnail-${width}.jpg`,
} as const;

/** Widths of thumbnails in pixels, at most: for cards, and for link previews. */
export const THUMBNAIL_WIDTHS = [320, 1_280] as const;
export type ThumbnailWidth = (typeof THUMBNAIL_WIDTHS)[number];

/** The width in a thumbnail's path; null: another path. */
export function thumbnailWidth(path: string): ThumbnailWidth | null {
  return THUMBNAIL_WIDTHS.find((width) => path === mediaPath.thumbnail(width)) ?? null;
}

/** Header on playlists from an origin: the lowest segment number that the origin still holds. Only caches may have older ones. */
export const FIRST_HELD_HEADER = "x-first-held";
/** Header on playlists from an origin: the owner's epoch. */
export const EPOCH_HEADER = "x-epoch";
/** Header on playlists from an origin: the last listed (open) segment number. Edges never serve a lower one. */
export const HEAD_HEADER = "x-head-number";

/** How far `_HLS_msn` may be ahead of a playlist's last segment; requests further ahead are refused (RFC 8216bis §6.2.5.2). */
export const SEGMENTS_AHEAD_MAX = 2;
