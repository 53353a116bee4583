// Live media: GET, HEAD, OPTIONS /live/:channel/*. Requests are collapsed, answers cached, and both wait while a channel changes owners.

import { Refusal } from "#runtime/actor/actor.ts";
import { every } from "#runtime/base/clock.ts";
import { reason } from "#runtime/base/log.ts";
import { type Code, errors } from "#schema/api/error-codes.ts";
import type { ThumbnailWidth } from "#schema/wire/media.ts";
import type { ChannelWatches } from "../channels/status-watch.ts";
import type { Floods } from "../gateway/floods/floods.ts";
import { problemResponse, type Trouble, troubleOf } from "../gateway/problems/problem-details.ts";
import type { PlaybackAudience } from "../playback/audience.ts";
import { isOpen, type PlaybackRight } from "../playback/rights.ts";
import type { PlaybackTokens } from "../playback/token.ts";
import type { Dvr } from "../videos/dvr.ts";
import type { EdgeWorld } from "../world.ts";
import { Admission, type RightsChannel } from "./admission.ts";
import type { Broadcast } from "./broadcast.ts";
import { MediaCache } from "./cache.ts";
import { WaitingRequests } from "./collapse.ts";
import { HotLinks } from "./hot-links.ts";
import {
  type AddressedMedia,
  type MediaAddress,
  parseAddress,
  SESSION_PARAMETER,
  type SegmentAddress,
} from "./live-url.ts";
import { MediaLimits, type MediaLimitsConfig } from "./media-limits.ts";
import { cacheBytes, mediaRequests, observeMedia, waitingRequests } from "./metrics.ts";
import { OriginReader } from "./origin-reader.ts";
import { contains } from "./playlist.ts";
import { Playlists } from "./playlists.ts";
import { createPushEntrances, type PushEntrances } from "./push/entrance.ts";
import { Broadcasts } from "./registry.ts";
import { CORS, mediaResponse, playlistResponse, preflight, thumbnailResponse } from "./respond.ts";
import { SegmentKeeper } from "./segment-keeper.ts";
import { Segments } from "./segments.ts";
import { Thumbnails } from "./thumbnails.ts";
import { PlaylistBody } from "./version.ts";

const HOLD_MS = 8_000;
/** Requests of this edge that wait for an origin; over it 503 `busy`. */
const WAITING_MAX = 20_000;
const SWEEP_MS = 10_000;

interface MediaDeps {
  watches: ChannelWatches;
  /** Null: no such channel. The name is a login in lower case or an id. */
  findChannel(loginOrId: string): Promise<RightsChannel | null>;
  tokens: PlaybackTokens;
  audience: PlaybackAudience;
  /** Of the client, not of a trusted proxy. */
  addressOf(request: Request): string;
  /** The request's id in logs and in its problem. Default: a new one. */
  requestIdOf?: (request: Request) => string;
  /** Of people who are not signed in. */
  floods: Pick<Floods, "admitPlain">;
  /** Default: no broadcast can be rewound. */
  dvr?: Dvr;
  /** For tests: how long requests wait for an owner. Default 8 s. */
  holdMs?: number;
}

export interface Media {
  /** Null for another path or method. Never rejects. */
  fetch(request: Request): Promise<Response> | null;
  /** For media by other ways: who may watch what. */
  readonly admission: Admission;
  /** For media by WebSocket. */
  readonly entrances: PushEntrances;
  /** Answers waiting requests at once, with the last playlist where there is one. Ends all timers. */
  stop(): void;
}

type MediaWorld = Pick<EdgeWorld, "clock" | "log" | "random"> & {
  config: Pick<EdgeWorld["config"], "playbackOrigins" | "publicUrl"> & {
    limits: MediaLimitsConfig & Pick<EdgeWorld["config"]["limits"], "mediaCacheBytes">;
  };
};

export function createMedia(world: MediaWorld, deps: MediaDeps): Media {
  const { clock, log, random } = world;
  const { watches, holdMs = HOLD_MS } = deps;
  const closing = new AbortController();
  const cache = new MediaCache(world.config.limits.mediaCacheBytes, () => clock.monoMs());
  const waiting = new WaitingRequests(WAITING_MAX);
  const broadcasts = new Broadcasts(cache, waiting);
  const reader = new OriginReader({ clock, watches, holdMs, closing: closing.signal });
  const segments = new Segments({ cache, reader });
  const thumbnails = new Thumbnails({ cache, reader });
  const keeper = new SegmentKeeper({ clock, cache, segments, closing: closing.signal });
  const playlists = new Playlists({
    clock,
    log,
    reader,
    onVersion: (broadcast, rendition) => keeper.keepSoon(broadcast, rendition),
  });
  const limits = new MediaLimits(clock, world.config.limits, deps.addressOf);
  const hotLinks = new HotLinks(world.config.playbackOrigins, world.config.publicUrl);
  const admission = new Admission({ clock, ...deps, waiting, broadcasts });
  const entrances = createPushEntrances({ ...deps, admission, playlists, limits, hotLinks });
  const stopSweeping = every(clock, SWEEP_MS, sweep);

  return {
    fetch(request) {
      const { method } = request;
      if (method !== "GET" && method !== "HEAD" && method !== "OPTIONS" && method !== "POST") return null;
      const addressed = parseAddress(request.url);
      if (addressed === null) return null;
      const isReport = typeof addressed === "object" && addressed.address.kind === "report";
      if (method === "POST" && !isReport) return null;
      const response = method === "OPTIONS" ? Promise.resolve(preflight()) : answer(request, addressed);
      return response.then((one) => hotLinks.mark(request, one));
    },
    admission,
    entrances,
    stop() {
      closing.abort();
      stopSweeping();
      keeper.stop();
    },
  };

  async function answer(request: Request, addressed: AddressedMedia | "unknown" | "bad_directive"): Promise<Response> {
    if (addressed === "unknown") return refuse(request, "none", new Refusal("not_found"));
    if (addressed === "bad_directive") return refuse(request, "playlist", new Refusal(addressed));
    const { channel: name, token, address } = addressed;
    const fromMs = clock.monoMs();
    try {
      const limitedAs = limits.arrived(request);
      hotLinks.check(request);
      const { channel, right } = await admission.find(name, token);
      if (right.session === null && address.kind === "index") deps.floods.admitPlain();
      const spendsBytes = "path" in address || address.kind === "thumbnail";
      const response = await limits.within({ request, address: limitedAs, session: right.session, spendsBytes }, () =>
        answerRight(request, channel, right, { token, address }),
      );
      mediaRequests.inc({ kind: address.kind, status: response.status });
      observeMedia(address.kind, (clock.monoMs() - fromMs) / 1_000);
      return response;
    } catch (error) {
      return refuse(request, address.kind, error);
    }
  }

  function answerRight(
    request: Request,
    channel: RightsChannel,
    right: PlaybackRight,
    { token, address }: Pick<AddressedMedia, "token" | "address">,
  ): Promise<Response> {
    switch (address.kind) {
      case "index":
        if (address.dvr) return answerDvr(channel, right, address.viewer);
        return answerIndex(request, channel, right, token === null ? address.viewer : null);
      case "playlist":
        return answerPlaylist(request, channel.id, right, address);
      case "report":
        return answerReport(request, channel.id, right);
      case "thumbnail":
        return answerThumbnail(request, channel.id, right, address.width);
      case "push":
        throw new Refusal("validation_failed", "this is not a WebSocket handshake");
      default:
        return answerSegment(request, channel.id, right, address);
    }
  }

  async function answerReport(request: Request, channelId: string, right: PlaybackRight): Promise<Response> {
    if (request.method !== "POST") throw new Refusal("method_not_allowed");
    const broadcast = await admission.broadcast(channelId, right);
    // A preview has no viewers: its player's report is not counted either.
    if (!broadcast.isPreview) await deps.audience.report(request, channelId, right);
    return new Response(null, { status: 204, headers: CORS });
  }

  async function answerIndex(
    request: Request,
    channel: RightsChannel,
    right: PlaybackRight,
    viewer: string | null,
  ): Promise<Response> {
    const broadcast = await admission.broadcast(channel.id, right);
    const { body } = await playlists.index(broadcast, request.signal);
    if (viewer === null || !isOpen(channel)) return playlistResponse(request, body, null);
    const session = deps.tokens.sessionOf(channel.id, viewer);
    const { text } = deps.tokens.issue({
      channelId: channel.id,
      grant: "count",
      version: channel.playbackVersion,
      session,
    });
    return playlistResponse(request, withParameter(body, `${SESSION_PARAMETER}=${text}`), null);
  }

  /** A recording has addresses of its own, below which all URIs are relative. */
  async function answerDvr(channel: RightsChannel, right: PlaybackRight, viewer: string | null): Promise<Response> {
    const { id: broadcastId, isPreview } = await admission.broadcast(channel.id, right);
    const location = isPreview ? null : await deps.dvr?.({ channel, broadcastId, right, viewer });
    if (!location) throw new Refusal("not_found", "this broadcast cannot be rewound");
    return new Response(null, { status: 302, headers: { ...CORS, location, "cache-control": "no-store" } });
  }

  async function answerPlaylist(
    request: Request,
    channelId: string,
    right: PlaybackRight,
    address: Extract<MediaAddress, { kind: "playlist" }>,
  ): Promise<Response> {
    const broadcast = await admission.broadcast(channelId, right);
    if (!broadcast.isPreview) deps.audience.watches(request, channelId, right);
    const { directives } = address;
    const version = await playlists.media(broadcast, address.rendition, directives, request.signal);
    const isAnswer = directives.msn !== null && contains(version.playlist, directives.msn, directives.part);
    const cacheS = isAnswer && !version.playlist.ended ? Math.ceil(version.playlist.targetDurationS) : null;
    return playlistResponse(request, version.body(directives.skip), cacheS);
  }

  async function answerSegment(
    request: Request,
    channelId: string,
    right: PlaybackRight,
    address: SegmentAddress,
  ): Promise<Response> {
    deps.audience.plays(request, channelId, right);
    for (const broadcast of broadcasts.of(channelId)) {
      if (broadcast.isPreview && !right.mayPreview) continue;
      if (address.kind === "segment" && address.broadcastId !== broadcast.id) continue;
      const bytes = segments.cached(broadcast, address);
      if (!bytes) continue;
      broadcast.usedMs = clock.monoMs();
      return mediaResponse(request, bytes);
    }
    const broadcast = await broadcastOf(channelId, right, address);
    return mediaResponse(request, await segments.get(broadcast, address, request.signal));
  }

  async function answerThumbnail(
    request: Request,
    channelId: string,
    right: PlaybackRight,
    width: ThumbnailWidth,
  ): Promise<Response> {
    const broadcast = await admission.broadcast(channelId, right);
    return thumbnailResponse(await thumbnails.get(broadcast, width, request.signal));
  }

  /** The address of a segment names its broadcast, which may be an earlier one. Everything else is of the present broadcast. */
  async function broadcastOf(channelId: string, right: PlaybackRight, address: SegmentAddress): Promise<Broadcast> {
    const known = broadcasts.of(channelId);
    const before = address.kind === "segment" ? known.find(({ id }) => id === address.broadcastId) : undefined;
    if (before && !before.isPreview) return before;
    const current = await admission.broadcast(channelId, right);
    if (address.kind === "segment" && address.broadcastId !== current.id) throw new Refusal("not_found");
    return current;
  }

  function refuse(request: Request, kind: string, error: unknown): Response {
    const requestId = deps.requestIdOf?.(request) ?? random.uuid(clock.wallMs());
    const trouble = request.signal.aborted ? { code: "unavailable" as Code, bug: false } : troubleFor(error);
    if (trouble.bug) log.error({ request: requestId, reason: reason(error) }, "media request failed");
    mediaRequests.inc({ kind, status: errors[trouble.code].status });
    const response = problemResponse(trouble, requestId);
    for (const [header, value] of Object.entries(CORS)) response.headers.set(header, value);
    return response;
  }

  /** To a viewer, a code that only actors use means `unavailable`. */
  function troubleFor(error: unknown): Trouble {
    const isInternal = error instanceof Refusal && !(error.code in errors);
    return isInternal ? { code: "unavailable", detail: error.detail, bug: false } : troubleOf(error);
  }

  function sweep() {
    broadcasts.sweep(clock.monoMs());
    cacheBytes.set(cache.bytes);
    waitingRequests.set(waiting.count);
  }
}

/** The multivariant playlist, each URI of a media playlist with this parameter. */
const withParameter = ({ plain }: PlaylistBody, parameter: string) =>
  new PlaylistBody(
    new TextDecoder().decode(plain).replace(/(^|")([a-z0-9]{1,16}\.m3u8)(?="|$)/gm, `$1$2?${parameter}`),
  );
