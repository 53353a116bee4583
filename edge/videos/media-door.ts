// What all requests for media of videos and of clips pass: limits, foreign sites, and errors as problems.

import { Refusal } from "#runtime/actor/actor.ts";
import { reason } from "#runtime/base/log.ts";
import { errors } from "#schema/api/error-codes.ts";
import { problemResponse, troubleOf } from "../gateway/problems/problem-details.ts";
import { HotLinks } from "../live/hot-links.ts";
import { MediaLimits, type MediaLimitsConfig } from "../live/media-limits.ts";
import { CORS, preflight, TAKES_GZIP } from "../live/respond.ts";
import type { EdgeWorld } from "../world.ts";
import { videoRequests } from "./metrics.ts";
import type { PlaylistBody } from "./playlist-body.ts";

/** A smaller body costs more to compress than to send. */
const GZIP_BYTES_MIN = 1_024;

export type MediaWorld = Pick<EdgeWorld, "clock" | "log" | "random"> & {
  config: Pick<EdgeWorld["config"], "playbackOrigins" | "publicUrl"> & { limits: MediaLimitsConfig };
};

/** A request whose right was checked. */
export interface Entered {
  /** Counted as a view; null: the request names none. */
  session: string | null;
  answer(): Promise<Response>;
}

export interface MediaKind {
  /** Of the things below the address; for metrics. */
  kind: string;
  /** Checks the right. Throws Refusal. */
  enter(request: Request): Promise<Entered>;
}

interface DoorParts {
  /** "unknown": below a video or a clip, but none of the known paths. Null: another path. */
  find(url: string): MediaKind | "unknown" | null;
  /** Of the client, not of a trusted proxy. */
  addressOf(request: Request): string;
}

export interface VideoMedia {
  /** Null for another path or method. Never rejects. */
  fetch(request: Request): Promise<Response> | null;
}

export function createMediaDoor(world: MediaWorld, { find, addressOf }: DoorParts): VideoMedia {
  const { clock, log, random, config } = world;
  const limits = new MediaLimits(clock, config.limits, addressOf);
  const hotLinks = new HotLinks(config.playbackOrigins, config.publicUrl);

  return {
    fetch(request) {
      const { method } = request;
      if (method !== "GET" && method !== "HEAD" && method !== "OPTIONS") return null;
      const found = find(request.url);
      if (found === null) return null;
      const response = method === "OPTIONS" ? Promise.resolve(preflight()) : answer(request, found);
      return response.then((one) => hotLinks.mark(request, one));
    },
  };

  async function answer(request: Request, found: MediaKind | "unknown"): Promise<Response> {
    const kind = found === "unknown" ? "none" : found.kind;
    try {
      if (found === "unknown") throw new Refusal("not_found");
      const limitedAs = limits.arrived(request);
      hotLinks.check(request);
      const { session, answer } = await found.enter(request);
      // A download may be longer than any budget; how many run at once is bounded instead.
      const limited = { request, address: limitedAs, session, spendsBytes: kind === "media" };
      const response = await limits.within(limited, answer);
      videoRequests.inc({ kind, status: response.status });
      return response;
    } catch (error) {
      return refuse(request, kind, error);
    }
  }

  function refuse(request: Request, kind: string, error: unknown): Response {
    const requestId = random.uuid(clock.wallMs());
    const trouble = request.signal.aborted ? { code: "unavailable" as const, bug: false } : troubleOf(error);
    if (trouble.bug) log.error({ request: requestId, reason: reason(error) }, "request for a video failed");
    videoRequests.inc({ kind, status: errors[trouble.code].status });
    return problemResponse(trouble, requestId, CORS);
  }
}

export async function playlistResponse(
  request: Request,
  body: PlaylistBody,
  cacheControl: string,
  contentType = "application/vnd.apple.mpegurl",
): Promise<Response> {
  const headers = { ...CORS, "cache-control": cacheControl, etag: body.etag, vary: "accept-encoding" };
  if (request.headers.get("if-none-match")?.includes(body.etag)) return new Response(null, { status: 304, headers });
  const isLong = body.plain.byteLength >= GZIP_BYTES_MIN;
  const gzip = isLong && TAKES_GZIP.test(request.headers.get("accept-encoding") ?? "");
  const bytes = gzip ? await body.gzip : body.plain;
  return new Response(bytes, {
    headers: {
      ...headers,
      "content-type": contentType,
      "content-length": String(bytes.byteLength),
      ...(gzip && { "content-encoding": "gzip" }),
    },
  });
}
