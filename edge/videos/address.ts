// Addresses below /videos/:id/, spelt and parsed. A malformed one never reaches the object store.
//
//   index.m3u8                           multivariant playlist
//   <rendition>.m3u8                     media playlist
//   <rendition>/i<hash>.mp4              init segment
//   <rendition>/s<number>-<epoch>.m4s    segment
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
} as const;

export type VideoThing =
  /** `viewer`: who asks for playlists that name a session; null: the playlist that is the same for everybody. */
  | { kind: "index"; viewer: string | null }
  | { kind: "playlist"; rendition: string }
  /** An object that never changes. */
  | { kind: "media"; key: string; contentType: string }
  /** An object that may be made anew. */
  | { kind: "picture"; key: string; contentType: string }
  | { kind: "storyboard" };

export interface VideoAddress {
  videoId: string;
  /** The playback token in the path, or of a playlist in its query; null: none. */
  token: string | null;
  thing: VideoThing;
}

/** Query parameter of a media playlist: the token of a session where the media need no right. As of live media. */
export const SESSION_PARAMETER = "s";

const VIDEO = new RegExp(
  `^/videos/(?<videoId>(?i:${UUID_PATTERN}))/(?:~(?<token>[A-Za-z0-9_-]{${PLAYBACK_TOKEN_LENGTH}})/)?(?<path>.+)$`,
);
const RENDITION = "[a-z0-9]{1,16}";
/** One spelling each: another one would be another thing to caches. */
const PLAIN_NUMBER = "(0|[1-9]\\d{0,14})";
const PLAYLIST = new RegExp(`^(${RENDITION})\\.m3u8$`);
const INIT = new RegExp(`^(${RENDITION})/i([0-9a-f]{1,64})\\.mp4$`);
const SEGMENT = new RegExp(`^(${RENDITION})/s${PLAIN_NUMBER}-${PLAIN_NUMBER}\\.m4s$`);
const SHEET = /^storyboard-(\d{1,5})\.jpg$/;
const TOKEN = new RegExp(`^[A-Za-z0-9_-]{${PLAYBACK_TOKEN_LENGTH}}$`);

/** "unknown": below a video, but none of the known paths. Null: not below /videos/:id/. */
export function parseVideoAddress(url: string): VideoAddress | "unknown" | null {
  const pathAt = url.indexOf("/", url.indexOf("//") + 2);
  if (pathAt < 0 || !url.startsWith("/videos/", pathAt)) return null;
  const queryAt = url.indexOf("?", pathAt);
  const end = queryAt < 0 ? url.length : queryAt;
  const { videoId, token = null, path } = VIDEO.exec(url.slice(pathAt, end))?.groups ?? {};
  // `/videos/:id` is a page, with or without a slash behind it.
  if (videoId === undefined || path === undefined) return null;
  const id = videoId.toLowerCase();
  const query = new URLSearchParams(url.slice(end + 1));
  const thing = thingAt(id, path, query);
  if (!thing) return "unknown";
  const named = query.get(SESSION_PARAMETER);
  const session = thing.kind === "playlist" && named !== null && TOKEN.test(named) ? named : null;
  return { videoId: id, token: token ?? session, thing };
}

function thingAt(id: string, path: string, query: URLSearchParams): VideoThing | null {
  if (path === "index.m3u8") {
    const viewer = query.get("viewer") ?? "";
    return { kind: "index", viewer: isViewerName(viewer) ? viewer : null };
  }
  if (path === "storyboard.vtt") return { kind: "storyboard" };
  const rendition = PLAYLIST.exec(path)?.[1];
  if (rendition) return { kind: "playlist", rendition };
  const segment = SEGMENT.exec(path);
  if (segment) {
    const key = videoKey.segment(id, segment[1]!, { number: Number(segment[2]), epoch: Number(segment[3]) });
    return { kind: "media", key, contentType: "video/mp4" };
  }
  const init = INIT.exec(path);
  const poster = ownPosterIn(path);
  if (poster) {
    const key = pictureKey(videoKey.ownPosterStem(id, poster.hash), poster.width);
    return { kind: "media", key, contentType: PICTURE_OBJECT.contentType };
  }
  if (init) return { kind: "media", key: videoKey.init(id, init[1]!, init[2]!), contentType: "video/mp4" };
  const key = madePictureKey(id, path);
  return key === null ? null : { kind: "picture", key, contentType: "image/jpeg" };
}

function madePictureKey(id: string, path: string): string | null {
  if (path === "poster.jpg") return videoKey.poster(id);
  const width = path === "thumbnail.jpg" ? THUMBNAIL_WIDTHS[0] : thumbnailWidth(path);
  if (width) return videoKey.thumbnail(id, width);
  const sheet = SHEET.exec(path)?.[1];
  return sheet === undefined ? null : videoKey.storyboard(id, Number(sheet));
}
