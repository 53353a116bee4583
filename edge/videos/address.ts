// Addresses below /videos/:id/, spelt and parsed. A malformed one never reaches the object store.
//
//   index.m3u8                           multivariant playlist
//   <rendition>.m3u8                     media playlist
//   <rendition>/i<hash>.mp4              init segment
//   <rendition>/s<number>-<epoch>.m4s    segment
//   download-<n>.mp4                     file for downloading, from 1: one, unless the sessions of a recording have other tracks
//   poster-<hash>-<width>.webp           the poster that its owner chose
//   thumbnail.jpg, thumbnail-<width>.jpg, poster.jpg, storyboard-<n>.jpg, storyboard.vtt
//
// A playback token may stand before each of them, `~<token>/`. All URIs in playlists are relative, so that media carry it.

import { UUID_PATTERN } from "#schema/wire/ids.ts";
import { THUMBNAIL_WIDTHS, thumbnailWidth } from "#schema/wire/media.ts";
import { ownPosterIn, PICTURE_OBJECT, pictureKey } from "#schema/wire/pictures.ts";
import { videoKey } from "#schema/wire/video-keys.ts";
import { isViewerName } from "#schema/wire/viewers.ts";
import { PLAYBACK_TOKEN_LENGTH } from "../playback/token.ts";

export const videoPath = {
  /** `token` null: what anybody may have. */
  root: (videoId: string, token: string | null) => `/videos/${videoId}/${token === null ? "" : `~${token}/`}`,
  playlist: (rendition: string) => `${rendition}.m3u8`,
  init: (rendition: string, hash: string) => `${rendition}/i${hash}.mp4`,
  segment: (rendition: string, { number, epoch }: { number: number; epoch: number }) =>
    `${rendition}/s${number}-${epoch}.m4s`,
  sheet: (n: number) => `storyboard-${n}.jpg`,
  download: (part: number) => `download-${part}.mp4`,
} as const;

export type VideoThing =
  /** `viewer`: who asks for playlists that name a session; null: the playlist that is the same for everybody. */
  | { kind: "index"; viewer: string | null }
  | { kind: "playlist"; rendition: string }
  | MediaObject
  /** A file for downloading, from 1. */
  | { kind: "download"; part: number }
  /** An object that may be made anew. */
  | { kind: "picture"; key: string; contentType: string }
  | { kind: "storyboard" };

/** An object that never changes. */
interface MediaObject {
  kind: "media";
  key: string;
  contentType: string;
}

export interface VideoAddress {
  videoId: string;
  /** The playback token in the path, or of a playlist in its query; null: none. */
  token: string | null;
  thing: VideoThing;
}

/** Query parameter of a media playlist: the token of a session where the media need no right. As of live media. */
export const SESSION_PARAMETER = "s";

const THING = new RegExp(
  `^(?<id>(?i:${UUID_PATTERN}))/(?:~(?<token>[A-Za-z0-9_-]{${PLAYBACK_TOKEN_LENGTH}})/)?(?<path>.+)$`,
);
const RENDITION = "[a-z0-9]{1,16}";
/** One spelling each: another one would be another thing to caches. */
const PLAIN_NUMBER = "(0|[1-9]\\d{0,14})";
const PLAYLIST = new RegExp(`^(${RENDITION})\\.m3u8$`);
const INIT = new RegExp(`^(${RENDITION})/i([0-9a-f]{1,64})\\.mp4$`);
const SEGMENT = new RegExp(`^(${RENDITION})/s${PLAIN_NUMBER}-${PLAIN_NUMBER}\\.m4s$`);
export const DOWNLOAD = /^download-([1-9]\d{0,3})\.mp4$/;
const SHEET = /^storyboard-(\d{1,5})\.jpg$/;
const TOKEN = new RegExp(`^[A-Za-z0-9_-]{${PLAYBACK_TOKEN_LENGTH}}$`);

/** "unknown": below a video, but none of the known paths. Null: not below /videos/:id/. */
export function parseVideoAddress(url: string): VideoAddress | "unknown" | null {
  const found = parseMediaAddress(url, "/videos/");
  if (!found) return null;
  const { id, token, path, query } = found;
  const thing = thingAt(id, path, query);
  if (!thing) return "unknown";
  return { videoId: id, token: token ?? (thing.kind === "playlist" ? sessionIn(query) : null), thing };
}

/** What stands below `<folder>:id/`. Null: nothing, or another folder; `/videos/:id` is a page, with or without a slash behind it. */
export function parseMediaAddress(
  url: string,
  folder: string,
): { id: string; token: string | null; path: string; query: URLSearchParams } | null {
  const pathAt = url.indexOf("/", url.indexOf("//") + 2);
  if (pathAt < 0 || !url.startsWith(folder, pathAt)) return null;
  const queryAt = url.indexOf("?", pathAt);
  const end = queryAt < 0 ? url.length : queryAt;
  const { id, token = null, path } = THING.exec(url.slice(pathAt + folder.length, end))?.groups ?? {};
  if (id === undefined || path === undefined) return null;
  return { id: id.toLowerCase(), token, path, query: new URLSearchParams(url.slice(end + 1)) };
}

export function sessionIn(query: URLSearchParams): string | null {
  const named = query.get(SESSION_PARAMETER);
  return named !== null && TOKEN.test(named) ? named : null;
}

export function indexAt(path: string, query: URLSearchParams): Extract<VideoThing, { kind: "index" }> | null {
  if (path !== "index.m3u8") return null;
  const viewer = query.get("viewer") ?? "";
  return { kind: "index", viewer: isViewerName(viewer) ? viewer : null };
}

export function playlistAt(path: string): Extract<VideoThing, { kind: "playlist" }> | null {
  const rendition = PLAYLIST.exec(path)?.[1];
  return rendition === undefined ? null : { kind: "playlist", rendition };
}

/** Of a segment, or of an init segment: its key within a video. */
export type MediaPath =
  | { rendition: string; number: number; epoch: number; hash?: never }
  | { rendition: string; hash: string; number?: never };

export function mediaPathAt(path: string): MediaPath | null {
  const [, of, number, epoch] = SEGMENT.exec(path) ?? [];
  if (of !== undefined) return { rendition: of, number: Number(number), epoch: Number(epoch) };
  const [, rendition, hash] = INIT.exec(path) ?? [];
  return rendition === undefined ? null : { rendition, hash: hash! };
}

export const mediaObject = (videoId: string, media: MediaPath): MediaObject => ({
  kind: "media",
  key:
    media.hash === undefined
      ? videoKey.segment(videoId, media.rendition, media)
      : videoKey.init(videoId, media.rendition, media.hash),
  contentType: "video/mp4",
});

function thingAt(id: string, path: string, query: URLSearchParams): VideoThing | null {
  if (path === "storyboard.vtt") return { kind: "storyboard" };
  const part = DOWNLOAD.exec(path)?.[1];
  if (part !== undefined) return { kind: "download", part: Number(part) };
  const found = indexAt(path, query) ?? playlistAt(path);
  if (found) return found;
  const poster = ownPosterIn(path);
  if (poster) {
    const key = pictureKey(videoKey.ownPosterStem(id, poster.hash), poster.width);
    return { kind: "media", key, contentType: PICTURE_OBJECT.contentType };
  }
  const media = mediaPathAt(path);
  if (media) return mediaObject(id, media);
  const sheet = SHEET.exec(path)?.[1];
  if (sheet !== undefined) return pictureObject(videoKey.storyboard(id, Number(sheet)));
  const picture = pictureAt(path);
  return picture && pictureObject(picture(id));
}

/** The poster or a thumbnail: its key, by the id of the video. */
export function pictureAt(path: string): ((videoId: string) => string) | null {
  if (path === "poster.jpg") return videoKey.poster;
  const width = thumbnailAt(path);
  return width ? (videoId) => videoKey.thumbnail(videoId, width) : null;
}

/** Null: no thumbnail. */
export const thumbnailAt = (path: string) =>
  path === "thumbnail.jpg" ? THUMBNAIL_WIDTHS[0] : (thumbnailWidth(path) ?? null);

export const pictureObject = (key: string) => ({ kind: "picture" as const, key, contentType: "image/jpeg" });
