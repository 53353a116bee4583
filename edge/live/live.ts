// Live media at the edge: GET, HEAD, OPTIONS /live/:channel/* (contract §3), collapsed, cached, held while a channel changes owners.

import { Refusal } from "#runtime/actor/actor.ts";
import { every } from "#runtime/base/clock.ts";
import { reason } from "#runtime/base/log.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";
import { type Code, errors } from "#schema/wire/errors.ts";
import type { ChannelWatches } from "../channels/status-watch.ts";
import { problemResponse, type Trouble, troubleOf } from "../gateway/problems/problem.ts";
import type { EdgeWorld } from "../world.ts";
import type { Broadcast } from "./broadcast.ts";
import { MediaCache } from "./cache.ts";
import { Waiting } from "./collapse.ts";
import { type MediaAddress, parseAddress } from "./live-url.ts";
import { cacheBytes, mediaRequests, waitingRequests } from "./metrics.ts";
import { isWatchable } from "./origin-of.ts";
import { contains } from "./playlist.ts";
import { Playlists } from "./playlists.ts";
import { Broadcasts } from "./registry.ts";
import { CORS, mediaResponse, playlistResponse, preflight } from "./respond.ts";
import { type PieceAddress, Pieces } from "./segments.ts";

const HOLD_MS = 8_000;
/** Requests that wait for an origin; over it 503 `busy`. */
const WAITING_MAX = 20_000;
const SWEEP_MS = 10_000;
/** Who asks for a channel that is just starting waits this long for its first segment. */
const STARTING_MS = 1_000;

interface MediaDeps {
  watches: ChannelWatches;
  /** Null: no such channel. The name is a login in lower case or an id. */
  findChannel(loginOrId: string): Promise<{ id: string } | null>;
  /** The id under which the request is known in logs. Default: a new one. */
  requestIdOf?: (request: Request) => string;
  /** For tests: how long requests wait for an owner. Default 8 s. */
  holdMs?: number;
}

export interface Media {
  /** Null when the path or the method is not its own. Never rejects. */
  fetch(request: Request): Promise<Response> | null;
  /** Lets those who wait go with what there is, and ends its timers. */
  stop(): void;
}

type MediaWorld = Pick<EdgeWorld, "clock" | "log" | "random"> & {
  config: { limits: Pick<EdgeWorld["config"]["limits"], "mediaCacheBytes"> };
};

export function createMedia(world: MediaWorld, deps: MediaDeps): Media {
  const { clock, log, random } = world;
  const { watches, holdMs = HOLD_MS } = deps;
  const closing = new AbortController();
  const cache = new MediaCache(world.config.limits.mediaCacheBytes, () => clock.monoMs());
  const waiting = new Waiting(WAITING_MAX);
  const broadcasts = new Broadcasts(cache, waiting);
  const pieces = new Pieces({ clock, watches, cache, holdMs, closing: closing.signal });
  const playlists = new Playlists({
    clock,
    log,
    watches,
    holdMs,
    closing: closing.signal,
    onVersion: (broadcast, rendition) => pieces.keepSoon(broadcast, rendition),
  });
  const stopSweeping = every(clock, SWEEP_MS, sweep);

  return {
    fetch(request) {
      const { method } = request;
      if (method !== "GET" && method !== "HEAD" && method !== "OPTIONS") return null;
      const addressed = parseAddress(request.url);
      if (addressed === null) return null;
      if (method === "OPTIONS") return Promise.resolve(preflight());
      if (addressed === "unknown") return Promise.resolve(refuse(request, "none", new Refusal("not_found")));
      if (addressed === "bad_directive") return Promise.resolve(refuse(request, "playlist", new Refusal(addressed)));
      return answer(request, addressed.channel, addressed.address);
    },
    stop() {
      closing.abort();
      stopSweeping();
      pieces.stop();
    },
  };

  async function answer(request: Request, name: string, address: MediaAddress): Promise<Response> {
    try {
      const channel = await deps.findChannel(name);
      if (!channel) throw new Refusal("not_found");
      const response =
        address.kind === "index" || address.kind === "playlist"
          ? await answerPlaylist(request, channel.id, address)
          : await answerPiece(request, channel.id, address);
      mediaRequests.inc({ kind: address.kind, status: response.status });
      return response;
    } catch (error) {
      return refuse(request, address.kind, error);
    }
  }

  async function answerPlaylist(
    request: Request,
    channelId: string,
    address: Extract<MediaAddress, { kind: "index" | "playlist" }>,
  ): Promise<Response> {
    const broadcast = await currentBroadcast(channelId);
    if (address.kind === "index")
      return playlistResponse(request, (await playlists.index(broadcast, request.signal)).body, null);
    const { directives } = address;
    const version = await playlists.media(broadcast, address.rendition, directives, request.signal);
    const isAnswer = directives.msn !== null && contains(version.playlist, directives.msn, directives.part);
    const cacheS = isAnswer && !version.playlist.ended ? Math.ceil(version.playlist.targetDurationS) : null;
    return playlistResponse(request, version.body(directives.skip), cacheS);
  }

  async function answerPiece(request: Request, channelId: string, address: PieceAddress): Promise<Response> {
    for (const broadcast of broadcasts.of(channelId)) {
      if (address.kind === "segment" && address.broadcastId !== broadcast.id) continue;
      const bytes = pieces.cached(broadcast, address);
      if (!bytes) continue;
      broadcast.usedMs = clock.monoMs();
      return mediaResponse(request, bytes);
    }
    const broadcast = await broadcastOf(channelId, address);
    return mediaResponse(request, await pieces.get(broadcast, address, request.signal));
  }

  /** A segment names its broadcast, which may be one before the present one; everything else is of the present one. */
  async function broadcastOf(channelId: string, address: PieceAddress): Promise<Broadcast> {
    const known = broadcasts.of(channelId);
    const before = address.kind === "segment" ? known.find(({ id }) => id === address.broadcastId) : undefined;
    if (before) return before;
    const current = await currentBroadcast(channelId);
    if (address.kind === "segment" && address.broadcastId !== current.id) throw new Refusal("not_found");
    return current;
  }

  /** Throws Refusal `offline`, or why the channel cannot be asked. */
  async function currentBroadcast(channelId: string): Promise<Broadcast> {
    let status = await watches.status(channelId);
    if (status.phase === "starting" && !isWatchable(status)) status = await soonWatchable(channelId, status);
    if (!isWatchable(status)) throw new Refusal("offline");
    return broadcasts.use(channelId, status.broadcastId!, clock.monoMs());
  }

  /** The directory may say `live` a moment before the channel's own word is heard here. */
  function soonWatchable(channelId: string, known: ChannelStatus): Promise<ChannelStatus> {
    if (waiting.count >= WAITING_MAX) return Promise.resolve(known);
    waiting.count++;
    return new Promise((resolve) => {
      const done = (status: ChannelStatus) => {
        waiting.count--;
        cancel();
        stop();
        resolve(status);
      };
      const cancel = clock.timer(STARTING_MS, () => done(known));
      const stop = watches.watch(channelId, (status) => isWatchable(status) && done(status));
    });
  }

  function refuse(request: Request, kind: string, error: unknown): Response {
    const requestId = deps.requestIdOf?.(request) ?? random.uuid(clock.wallMs());
    const trouble = request.signal.aborted ? { code: "unavailable" as Code, bug: false } : troubleFor(error);
    if (trouble.bug) log.error({ request: requestId, reason: reason(error) }, "media request failed");
    mediaRequests.inc({ kind, status: errors[trouble.code].status });
    const response = problemResponse(trouble, requestId);
    for (const [header, value] of Object.entries(CORS)) response.headers.set(header, value);
    return request.method === "HEAD" ? new Response(null, response) : response;
  }

  /** What a channel that cannot be asked says of itself is, to a viewer, unavailable. */
  function troubleFor(error: unknown): Trouble {
    const isOurs = error instanceof Refusal && !(error.code in errors);
    return isOurs ? { code: "unavailable", detail: error.detail, bug: false } : troubleOf(error);
  }

  function sweep() {
    broadcasts.sweep(clock.monoMs());
    cacheBytes.set(cache.bytes);
    waitingRequests.set(waiting.count);
  }
}
