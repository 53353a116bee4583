// Parses URLs below /live/:channel/. A malformed one never reaches an origin.

import { LOGIN_PATTERN, UUID_PATTERN } from "#schema/wire/ids.ts";

/** `_HLS_msn`, `_HLS_part`, `_HLS_skip` (RFC 8216bis §6.2.5). */
export interface Directives {
  msn: number | null;
  part: number | null;
  skip: boolean;
}

export type MediaAddress =
  | { kind: "index" }
  | { kind: "playlist"; rendition: string; directives: Directives }
  | { kind: "init"; path: string; rendition: string }
  | { kind: "part"; path: string; rendition: string; epoch: number }
  | { kind: "segment"; path: string; rendition: string; broadcastId: string; number: number };

type Addressed =
  | { channel: string; address: MediaAddress }
  /** Below a channel, but none of the known paths. */
  | "unknown"
  | "bad_directive"
  /** Null: not below /live/. */
  | null;

/** A login, or the id of a channel in any case. */
const CHANNEL = new RegExp(`^(?:${LOGIN_PATTERN}|(?i:${UUID_PATTERN}))$`);
const PLAYLIST = /^([a-z0-9]{1,16})\.m3u8$/;
const INIT = /^([a-z0-9]{1,16})\/i[0-9a-f]{1,64}\.mp4$/;
const PART = /^([a-z0-9]{1,16})\/p(\d{1,15})-\d{1,15}-\d{1,15}\.m4s$/;
const SEGMENT = new RegExp(`^(${UUID_PATTERN})/([a-z0-9]{1,16})/s(\\d{1,15})\\.m4s$`);
const NUMBER = /^\d{1,15}$/;
const PREFIX = "/live/";

/** `url` is absolute, as in Request.url. Query parameters that are not delivery directives are ignored. */
export function parseAddress(url: string): Addressed {
  const pathAt = url.indexOf("/", url.indexOf("//") + 2);
  if (pathAt < 0 || !url.startsWith(PREFIX, pathAt)) return null;
  const queryAt = url.indexOf("?", pathAt);
  const channelAt = pathAt + PREFIX.length;
  const slashAt = url.indexOf("/", channelAt);
  if (slashAt < 0 || (queryAt >= 0 && slashAt > queryAt)) return "unknown";
  const channel = url.slice(channelAt, slashAt);
  if (!CHANNEL.test(channel)) return "unknown";
  const path = url.slice(slashAt + 1, queryAt < 0 ? undefined : queryAt);
  const address = parsePath(path, queryAt < 0 ? "" : url.slice(queryAt + 1));
  return typeof address === "string" ? address : { channel: channel.toLowerCase(), address };
}

function parsePath(path: string, query: string): MediaAddress | "unknown" | "bad_directive" {
  if (path === "index.m3u8") return { kind: "index" };
  if (path.endsWith(".m3u8")) {
    const rendition = PLAYLIST.exec(path)?.[1];
    if (!rendition) return "unknown";
    const directives = parseDirectives(query);
    return directives ? { kind: "playlist", rendition, directives } : "bad_directive";
  }
  const segment = SEGMENT.exec(path);
  if (segment)
    return { kind: "segment", path, broadcastId: segment[1]!, rendition: segment[2]!, number: Number(segment[3]) };
  const part = PART.exec(path);
  if (part) return { kind: "part", path, rendition: part[1]!, epoch: Number(part[2]) };
  const init = INIT.exec(path);
  if (init) return { kind: "init", path, rendition: init[1]! };
  return "unknown";
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
