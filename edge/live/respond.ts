// HTTP answers for media: cache and CORS headers, byte ranges, compression. HEAD gets the answer to GET: Bun sends its head alone, with the
// length of the body.

import type { PlaylistBody } from "./version.ts";

export const CORS = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "content-length, content-range, date, retry-after",
  // Sites with cross-origin isolation may embed media too.
  "cross-origin-resource-policy": "cross-origin",
  "x-content-type-options": "nosniff",
};
/** A smaller body costs more to compress than to send. */
const GZIP_BYTES_MIN = 1_024;
/** The bytes of a media URI never change; an hour is longer than any live window. */
const MEDIA_CACHE = "public, max-age=3600, immutable";
export const TAKES_GZIP = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/;

export const preflight = () =>
  new Response(null, {
    status: 204,
    headers: {
      ...CORS,
      "access-control-allow-methods": "GET, HEAD, POST, OPTIONS",
      "access-control-allow-headers": "range, content-type",
      "access-control-max-age": "86400",
    },
  });

/** `cacheS`: how long caches may keep this answer; null: not at all.
 *
 *  RFC 8216bis appendix B.1 allows six target durations for blocking answers and half of one for others. A channel's playlist URIs are the
 *  same in its next broadcast, so blocking answers get one target duration: enough for a cache in front of the edge to collapse requests.
 *  Other answers are not cached: max-age counts whole seconds, and a player that joins wants the newest playlist. */
export function playlistResponse(request: Request, body: PlaylistBody, cacheS: number | null): Response {
  const isLong = body.plain.byteLength >= GZIP_BYTES_MIN;
  const gzip = isLong && TAKES_GZIP.test(request.headers.get("accept-encoding") ?? "");
  const bytes = gzip ? body.gzip : body.plain;
  return new Response(bytes, {
    headers: {
      ...CORS,
      "content-type": "application/vnd.apple.mpegurl",
      "cache-control": cacheS === null ? "no-cache" : `public, max-age=${cacheS}`,
      "content-length": String(bytes.byteLength),
      vary: "accept-encoding",
      ...(gzip && { "content-encoding": "gzip" }),
    },
  });
}

/** A thumbnail: its URI gets a new picture each 10 s. */
export const thumbnailResponse = (bytes: Uint8Array<ArrayBuffer>) =>
  new Response(bytes, {
    headers: {
      ...CORS,
      "content-type": "image/jpeg",
      "cache-control": "public, max-age=5",
      "content-length": String(bytes.byteLength),
    },
  });

/** 206 for a single range, 416 for one outside the bytes, 200 with all bytes for several ranges, a malformed one, or with If-Range, since
 *  our answers have no validator that it could name (RFC 9110 §13.1.5, §14). */
export function mediaResponse(
  request: Request,
  bytes: Uint8Array<ArrayBuffer>,
  { contentType = "video/mp4", cacheControl = MEDIA_CACHE } = {},
): Response {
  const length = bytes.byteLength;
  const headers = {
    ...CORS,
    "content-type": contentType,
    "cache-control": cacheControl,
    "accept-ranges": "bytes",
    "content-length": String(length),
  };
  // RFC 9110 §14.2: ranges are for GET alone.
  const wanted = request.method === "HEAD" || request.headers.has("if-range") ? null : request.headers.get("range");
  const range = wanted === null ? null : rangeOf(wanted, length);
  if (range === null) return new Response(bytes, { headers });
  if (range === "outside") {
    const refused = { ...headers, "cache-control": "no-store", "content-length": "0" };
    return new Response(null, { status: 416, headers: { ...refused, "content-range": `bytes */${length}` } });
  }
  const { from, to } = range;
  const partial = {
    ...headers,
    "content-length": String(to - from + 1),
    "content-range": `bytes ${from}-${to}/${length}`,
  };
  return new Response(bytes.subarray(from, to + 1), { status: 206, headers: partial });
}

/** A single range of RFC 9110 §14.2; null: several, or a malformed one. */
export function rangeOf(header: string, length: number): { from: number; to: number } | "outside" | null {
  const [, first = "", last = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header.trim()) ?? [];
  if (first === "" && last === "") return null;
  if (first !== "" && last !== "" && Number(last) < Number(first)) return null;
  const from = first === "" ? Math.max(0, length - Number(last)) : Number(first);
  const to = first === "" || last === "" ? length - 1 : Math.min(Number(last), length - 1);
  return from > to ? "outside" : { from, to };
}
