// Media of videos: GET, HEAD, OPTIONS /videos/:id/*.

import { Refusal } from "#runtime/actor/actor.ts";
import { reason } from "#runtime/base/log.ts";
import { errors } from "#schema/api/error-codes.ts";
import type { PlayableVideo } from "#schema/queries/videos/playable.ts";
import { problemResponse, troubleOf } from "../gateway/problems/problem-details.ts";
import { limitKey } from "../gateway/requests/client-address.ts";
import { HotLinks } from "../live/hot-links.ts";
import { MediaLimits, type MediaLimitsConfig } from "../live/media-limits.ts";
import { CORS, preflight, TAKES_GZIP } from "../live/respond.ts";
import type { PlaybackTokens } from "../playback/token.ts";
import type { EdgeWorld } from "../world.ts";
import { parseVideoAddress, SESSION_PARAMETER, type VideoAddress, type VideoThing } from "./address.ts";
import type { Delivery } from "./delivery.ts";
import { playlistRows, videoRequests } from "./metrics.ts";
import { PlaylistBody } from "./playlist-body.ts";
import { multivariantPlaylist, type VideoPlaylists } from "./playlists.ts";
import { isOpenVideo, type MediaRight, mediaRight, videoVersion } from "./rights.ts";
import { storyboardText } from "./storyboard.ts";
import type { ViewCounter } from "./views.ts";

/** The bytes of a segment never change. */
const MEDIA_CACHED_S = 31_536_000;
/** A playlist may be cached for this long after its video was deleted, and its segments stay for longer. */
const PLAYLIST_CACHED_S = 60;
const PICTURE_CACHED_S = 300;
/** A smaller body costs more to compress than to send. */
const GZIP_BYTES_MIN = 1_024;

export interface VideoMediaDeps {
  /** Null: no such video, or none that can be played. */
  findVideo(id: string): Promise<PlayableVideo | null>;
  playlists: Pick<VideoPlaylists, "media" | "timeline" | "rows">;
  delivery: Pick<Delivery, "answer">;
  views: Pick<ViewCounter, "watched">;
  tokens: PlaybackTokens;
  /** Of the client, not of a trusted proxy. */
  addressOf(request: Request): string;
}

export interface VideoMedia {
  /** Null for another path or method. Never rejects. */
  fetch(request: Request): Promise<Response> | null;
}

type MediaWorld = Pick<EdgeWorld, "clock" | "log" | "random"> & {
  config: Pick<EdgeWorld["config"], "playbackOrigins" | "publicUrl"> & { limits: MediaLimitsConfig };
};

export function createVideoMedia(world: MediaWorld, deps: VideoMediaDeps): VideoMedia {
  const { clock, log, random, config } = world;
  const { tokens, playlists, delivery, views } = deps;
  const limits = new MediaLimits(clock, config.limits, deps.addressOf);
  const hotLinks = new HotLinks(config.playbackOrigins, config.publicUrl);

  return {
    fetch(request) {
      const { method } = request;
      if (method !== "GET" && method !== "HEAD" && method !== "OPTIONS") return null;
      const address = parseVideoAddress(request.url);
      if (address === null) return null;
      const response = method === "OPTIONS" ? Promise.resolve(preflight()) : answer(request, address);
      return response.then((one) => hotLinks.mark(request, one));
    },
  };

  async function answer(request: Request, address: VideoAddress | "unknown"): Promise<Response> {
    const kind = address === "unknown" ? "none" : address.thing.kind;
    try {
      if (address === "unknown") throw new Refusal("not_found");
      const limitedAs = limits.arrived(request);
      hotLinks.check(request);
      const video = await deps.findVideo(address.videoId);
      if (!video) throw new Refusal("not_found");
      const right = mediaRight({ tokens, clock }, video, address.token);
      const limited = { request, address: limitedAs, session: right.session, spendsBytes: kind === "media" };
      const response = await limits.within(limited, () => answerRight(request, video, right, address));
      videoRequests.inc({ kind, status: response.status });
      return response;
    } catch (error) {
      return refuse(request, kind, error);
    }
  }

  async function answerRight(
    request: Request,
    video: PlayableVideo,
    right: MediaRight,
    { thing, token }: VideoAddress,
  ): Promise<Response> {
    const scope = isOpenVideo(video) ? "public" : "private";
    const cached = (forS: number) => `${scope}, max-age=${forS}`;
    switch (thing.kind) {
      case "index":
        return playlistResponse(request, new PlaylistBody(indexText(video, thing, token)), cached(PLAYLIST_CACHED_S));
      case "playlist": {
        const body = await playlists.media(video, thing.rendition);
        playlistRows.set(playlists.rows);
        if (request.method === "GET")
          views.watched({ of: "video", id: video.id, session: right.session ?? plainSession(request, video.id) });
        return playlistResponse(request, body, video.status === "ready" ? cached(PLAYLIST_CACHED_S) : "no-cache");
      }
      case "storyboard":
        return answerStoryboard(request, video, cached(PICTURE_CACHED_S));
      case "picture":
        return delivery.answer(request, { ...thing, cacheControl: cached(PICTURE_CACHED_S) });
      default:
        return delivery.answer(request, { ...thing, cacheControl: `${cached(MEDIA_CACHED_S)}, immutable` });
    }
  }

  /** Playlists of a viewer who is named carry a session, which is counted. Where a token is in the path, it is that of the session. */
  function indexText(
    video: PlayableVideo,
    { viewer }: Extract<VideoThing, { kind: "index" }>,
    token: string | null,
  ): string {
    if (video.renditions.length === 0) throw new Refusal("not_found", "nothing of it is stored yet");
    if (viewer === null || token !== null) return multivariantPlaylist(video, null);
    const session = tokens.sessionOf(video.id, viewer);
    const { text } = tokens.issue({
      channelId: video.id,
      grant: "count",
      version: videoVersion(video.visibility),
      session,
    });
    return multivariantPlaylist(video, `${SESSION_PARAMETER}=${text}`);
  }

  async function answerStoryboard(request: Request, video: PlayableVideo, cacheControl: string): Promise<Response> {
    if (!video.storyboard) throw new Refusal("not_found");
    const { durationMs } = await playlists.timeline(video);
    const body = new PlaylistBody(storyboardText(video.storyboard, durationMs));
    return playlistResponse(request, body, cacheControl, "text/vtt; charset=utf-8");
  }

  /** A player that names no session counts by its address and its kind, as far as these tell people apart. */
  function plainSession(request: Request, videoId: string): string {
    const address = limitKey(deps.addressOf(request));
    return tokens.sessionOf(videoId, `plain ${address} ${request.headers.get("user-agent") ?? ""}`);
  }

  function refuse(request: Request, kind: string, error: unknown): Response {
    const requestId = random.uuid(clock.wallMs());
    const trouble = request.signal.aborted ? { code: "unavailable" as const, bug: false } : troubleOf(error);
    if (trouble.bug) log.error({ request: requestId, reason: reason(error) }, "request for a video failed");
    videoRequests.inc({ kind, status: errors[trouble.code].status });
    return problemResponse(trouble, requestId, CORS);
  }
}

async function playlistResponse(
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
