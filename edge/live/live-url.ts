// Parses URLs below /live/:channel/. A malformed one never reaches an origin.

import { LOGIN_PATTERN, UUID_PATTERN } from "#schema/wire/ids.ts";
import { RENDITION, THUMBNAIL_WIDTHS, type ThumbnailWidth, thumbnailWidth } from "#schema/wire/media.ts";
import { isViewerName } from "#schema/wire/viewers.ts";
import { PLAYBACK_TOKEN_LENGTH } from "../playback/token.ts";

/** `_HLS_msn`, `_HLS_part`, `_HLS_skip` (RFC 8216bis §6.2.5). */
export interface Directives {
  msn: number | null;
  part: number | null;
  skip: boolean;
}

/** Of a part: its owner's epoch, its take, and its number there. */
export interface PartNumbers {
  epoch: number;
  take: number;
  n: number;
}

export type MediaAddress =
  /** `viewer`: who asks for playlists that name a session; null: the playlist that is the same for everybody. `dvr`: of the whole broadcast. */
  | { kind: "index"; viewer: string | null; dvr?: true }
  | { kind: "playlist"; rendition: string; directives: Directives }
  | { kind: "init"; path: string; rendition: string }
  | ({ kind: "part"; path: string; rendition: string } & PartNumbers)
  | { kind: "segment"; path: string; rendition: string; broadcastId: string; number: number }
  | { kind: "thumbnail"; width: ThumbnailWidth }
  /** Where players report how playback goes. */
  | { kind: "report" }
  /** The media as they are made, by WebSocket. `rendition` null: the best that the connection carries. */
  | { kind: "push"; viewer: string | null; rendition: string | null };

/** Of an init segment, a segment or a part. */
export type SegmentAddress = Extract<MediaAddress, { path: string }>;

export interface AddressedMedia {
  channel: string;
  /** The playback token in the path, or of a playlist in its query; null: none. */
  token: string | null;
  address: MediaAddress;
}

type Addressed =
  | AddressedMedia
  /** Below a channel, but none of the known paths. */
  | "unknown"
  | "bad_directive"
  /** Null: not below /live/. */
  | null;

/** A login, or the id of a channel in any case. */
export const CHANNEL_PATTERN = `(?:${LOGIN_PATTERN}|(?i:${UUID_PATTERN}))`;
/** A playback token. */
export const TOKEN_PATTERN = `[A-Za-z0-9_-]{${PLAYBACK_TOKEN_LENGTH}}`;
const CHANNEL = new RegExp(`^${CHANNEL_PATTERN}$`);
const TOKEN = new RegExp(`^${TOKEN_PATTERN}$`);
const PLAYLIST = /^([a-z0-9]{1,16})\.m3u8$/;
const INIT = /^([a-z0-9]{1,16})\/i[0-9a-f]{1,64}\.mp4$/;
/** In a path a number has one spelling: another one would be another thing to wait for. */
const PLAIN_NUMBER = "(0|[1-9]\\d{0,14})";
const PART = new RegExp(`^([a-z0-9]{1,16})/p${PLAIN_NUMBER}-${PLAIN_NUMBER}-${PLAIN_NUMBER}\\.m4s$`);
const SEGMENT = new RegExp(`^(${UUID_PATTERN})/([a-z0-9]{1,16})/s${PLAIN_NUMBER}\\.m4s$`);
/** In a query: the playlist of the whole broadcast is wanted. */
const DVR = /(?:^|&)dvr=1(?:&|$)/;
/** The narrowest. */
const THUMBNAIL = "thumbnail.jpg";
const NUMBER = /^\d{1,15}$/;
const PREFIX = "/live/";
/** Precedes a token in the path. */
const TILDE = "~";

/** Query parameter of a media playlist: the token of a session where the media need no right, so that all viewers share their URIs. */
export const SESSION_PARAMETER = "s";

/** `url` is absolute, as in Request.url. Query parameters that we do not know are ignored. */
export function parseAddress(url: string): Addressed {
  const pathAt = url.indexOf("/", url.indexOf("//") + 2);
  if (pathAt < 0 || !url.startsWith(PREFIX, pathAt)) return null;
  const queryAt = url.indexOf("?", pathAt);
  const end = queryAt < 0 ? url.length : queryAt;
  const channelAt = pathAt + PREFIX.length;
  const slashAt = url.indexOf("/", channelAt);
  if (slashAt < 0 || slashAt > end) return "unknown";
  const channel = url.slice(channelAt, slashAt);
  if (!CHANNEL.test(channel)) return "unknown";
  let path = url.slice(slashAt + 1, end);
  let token: string | null = null;
  if (path.startsWith(TILDE)) {
    const tokenEnd = path.indexOf("/");
    if (tokenEnd < 0) return "unknown";
    token = path.slice(TILDE.length, tokenEnd);
    if (!TOKEN.test(token)) return "unknown";
    path = path.slice(tokenEnd + 1);
  }
  const query = url.slice(end + 1);
  const address = parsePath(path, query);
  if (typeof address === "string") return address;
  if (token === null && address.kind === "playlist") token = sessionIn(query);
  return { channel: channel.toLowerCase(), token, address };
}

function parsePath(path: string, query: string): MediaAddress | "unknown" | "bad_directive" {
  if (path === "playback") return { kind: "report" };
  if (path === "live.ws") return { kind: "push", viewer: viewerIn(query), rendition: renditionIn(query) };
  if (path === "index.m3u8") {
    const index = { kind: "index", viewer: viewerIn(query) } as const;
    return DVR.test(query) ? { ...index, dvr: true } : index;
  }
  if (path.endsWith(".jpg")) {
    const width = path === THUMBNAIL ? THUMBNAIL_WIDTHS[0] : thumbnailWidth(path);
    return width ? { kind: "thumbnail", width } : "unknown";
  }
  if (path.endsWith(".m3u8")) {
    const rendition = PLAYLIST.exec(path)?.[1];
    if (!rendition) return "unknown";
    const directives = parseDirectives(query);
    return directives ? { kind: "playlist", rendition, directives } : "bad_directive";
  }
  const segment = SEGMENT.exec(path);
  if (segment)
    return { kind: "segment", path, broadcastId: segment[1]!, rendition: segment[2]!, number: Number(segment[3]) };
  const part = parsePart(path);
  if (part) return part;
  const init = INIT.exec(path);
  if (init) return { kind: "init", path, rendition: init[1]! };
  return "unknown";
}

/** The address of a part below its channel; null: another path. */
export function parsePart(path: string): Extract<MediaAddress, { kind: "part" }> | null {
  const [, rendition, epoch, take, n] = PART.exec(path) ?? [];
  if (rendition === undefined) return null;
  return { kind: "part", path, rendition, epoch: Number(epoch), take: Number(take), n: Number(n) };
}

/** Null for values outside the standard: a malformed number, a part without its segment, another kind of skip. */
function parseDirectives(query: string): Directives | null {
  const none = { msn: null, part: null, skip: false };
  if (!query.includes("_HLS_")) return none;
  const given = new URLSearchParams(query);
  const msn = given.get("_HLS_msn");
  const part = given.get("_HLS_part");
  const skip = given.get("_HLS_skip");
  if (msn !== null && !NUMBER.test(msn)) return null;
  if (part !== null && (msn === null || !NUMBER.test(part))) return null;
  if (skip !== null && skip !== "YES" && skip !== "v2") return null;
  return { msn: msn === null ? null : Number(msn), part: part === null ? null : Number(part), skip: skip !== null };
}

/** A malformed value counts as absent: it only names somebody. */
function viewerIn(query: string): string | null {
  if (!query.includes("viewer=")) return null;
  const viewer = new URLSearchParams(query).get("viewer") ?? "";
  return isViewerName(viewer) ? viewer : null;
}

/** A malformed value counts as absent: the best one. */
function renditionIn(query: string): string | null {
  if (!query.includes("rendition=")) return null;
  const name = new URLSearchParams(query).get("rendition") ?? "";
  return RENDITION.test(name) ? name : null;
}

function sessionIn(query: string): string | null {
  if (!query.includes(`${SESSION_PARAMETER}=`)) return null;
  const token = new URLSearchParams(query).get(SESSION_PARAMETER) ?? "";
  return TOKEN.test(token) ? token : null;
}
