// Addresses below /clips/:id/, as those of videos: the same names, of the segments of the clip alone.
//
//   index.m3u8                           multivariant playlist
//   <rendition>.m3u8                     media playlist, from the segment in which the clip begins to the one in which it ends
//   <rendition>/i<hash>.mp4, <rendition>/s<number>-<epoch>.m4s
//   thumbnail.jpg, thumbnail-<width>.jpg                 its picture, or that of its video
//   poster.jpg                                           poster of its video
//   download-<n>.mp4                     file for downloading, from 1
//
// A playback token may stand before each of them, `~<token>/`.

import {
  DOWNLOAD,
  indexAt,
  mediaPathAt,
  parseMediaAddress,
  playlistAt,
  sessionIn,
  thumbnailAt,
} from "../videos/address.ts";

export const clipPath = {
  /** `token` null: what anybody may have. */
  root: (clipId: string, token: string | null) => `/clips/${clipId}/${token === null ? "" : `~${token}/`}`,
} as const;

export type ClipThing =
  | NonNullable<ReturnType<typeof indexAt>>
  | NonNullable<ReturnType<typeof playlistAt>>
  /** Below the clip's video. */
  | { kind: "media"; media: NonNullable<ReturnType<typeof mediaPathAt>> }
  /** `width` null: the poster of its video. */
  | { kind: "picture"; width: NonNullable<ReturnType<typeof thumbnailAt>> | null }
  | { kind: "download"; part: number };

export interface ClipAddress {
  clipId: string;
  /** The playback token in the path, or of a playlist in its query; null: none. */
  token: string | null;
  thing: ClipThing;
}

/** "unknown": below a clip, but none of the known paths. Null: not below /clips/:id/. */
export function parseClipAddress(url: string): ClipAddress | "unknown" | null {
  const found = parseMediaAddress(url, "/clips/");
  if (!found) return null;
  const { id: clipId, token, path, query } = found;
  const thing = thingAt(path, query);
  if (!thing) return "unknown";
  return { clipId, token: token ?? (thing.kind === "playlist" ? sessionIn(query) : null), thing };
}

function thingAt(path: string, query: URLSearchParams): ClipThing | null {
  const found = indexAt(path, query) ?? playlistAt(path);
  if (found) return found;
  const part = DOWNLOAD.exec(path)?.[1];
  if (part !== undefined) return { kind: "download", part: Number(part) };
  const media = mediaPathAt(path);
  if (media) return { kind: "media", media };
  if (path === "poster.jpg") return { kind: "picture", width: null };
  const width = thumbnailAt(path);
  return width && { kind: "picture", width };
}
