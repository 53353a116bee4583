// Addresses of live media below `/live/:channel/` on an edge and `/media/<broadcastId>/` on an origin. Relative URIs are the same on both.
//
//   index.m3u8                         multivariant playlist
//   <rendition>.m3u8                   media playlist
//   <rendition>/i<hash>.mp4            init segment; the hash is of its bytes
//   <broadcast>/<rendition>/s<number>.m4s    segment: never means two things, whoever the owner is
//   <rendition>/p<epoch>-<take>-<n>.m4s      part: n runs on within what one attempt adds, its take, so a hint is always true
//   <rendition>/g<number>-<n>.m4s      part of a gap: listed as one, never there

export const RENDITION = /^[a-z0-9]{1,16}$/;

export const mediaPath = {
  playlist: (rendition: string) => `${rendition}.m3u8`,
  init: (rendition: string, hash: string) => `${rendition}/i${hash}.mp4`,
  segment: (broadcastId: string, rendition: string, number: number) => `${broadcastId}/${rendition}/s${number}.m4s`,
  part: (rendition: string, epoch: number, take: number, n: number) => `${rendition}/p${epoch}-${take}-${n}.m4s`,
  gapPart: (rendition: string, number: number, n: number) => `${rendition}/g${number}-${n}.m4s`,
} as const;

/** Header on playlists from an origin: the lowest segment number whose bytes the origin holds. Older ones live in caches or nowhere. */
export const FIRST_HELD_HEADER = "x-first-held";
/** Header on playlists from an origin. */
export const EPOCH_HEADER = "x-epoch";
/** Header on playlists from an origin: the last listed (open) segment number. Edges never serve a lower one. */
export const HEAD_HEADER = "x-head-number";

/** RFC 8216bis §6.2.5.2: a playlist may be asked for this many segments ahead of its last; further ahead is refused. */
export const SEGMENTS_AHEAD_MAX = 2;
