// WHEP and WHIP at this edge: `/live/:channel/whep` and `/ingest/whip`, and their sessions. Media go between client and relay; an edge decides who
// may have a session, and at which relay.

import { Refusal } from "#runtime/actor/actor.ts";
import { reason } from "#runtime/base/log.ts";
import { FRAGMENT_BYTES_MAX, FRAGMENT_TYPE, type RelayKind } from "#schema/wire/relay.ts";
import type { PublishTickets } from "../channels/publish-tickets.ts";
import type { ChannelWatches } from "../channels/status-watch.ts";
import type { Floods } from "../gateway/floods/floods.ts";
import type { Limiter } from "../gateway/limits/limiter.ts";
import { troubleOf } from "../gateway/problems/problem-details.ts";
import { limitKey } from "../gateway/requests/client-address.ts";
import type { StreamKeyCheck } from "../hooks/stream-key-check.ts";
import type { KeyRing } from "../identity/tokens/key-ring.ts";
import { HotLinks } from "../live/hot-links.ts";
import type { Media } from "../live/live.ts";
import type { PlaybackAudience } from "../playback/audience.ts";
import type { PlaybackTokens } from "../playback/token.ts";
import { createIceServers } from "../relays/ice-servers.ts";
import { Relays, type SessionPlace } from "../relays/relays.ts";
import type { EdgeWorld } from "../world.ts";
import { bearerIn } from "./bearer.ts";
import { checkHead, readText } from "./body.ts";
import { checkIfMatch, etagOf } from "./etag.ts";
import { answerSeconds, offers, sessionsClosed } from "./metrics.ts";
import { OfferLimits } from "./offer-limits.ts";
import { candidatesTaken, created, ended, options, type Place, problem, restarted } from "./respond.ts";
import { createSessionAddresses } from "./session-address.ts";
import { SessionKeeper } from "./session-keeper.ts";
import { parseWebRtcUrl, type WebRtcAddress } from "./webrtc-url.ts";
import { createWhep, type OpenedSession } from "./whep.ts";
import { createWhip } from "./whip.ts";

export interface WebRtc {
  /** Null for another path. Never rejects. */
  fetch(request: Request): Promise<Response> | null;
  /** Ends every session of a channel that was suspended or deleted. */
  closeChannel(channelId: string): void;
  stop(): void;
}

type WebRtcWorld = Pick<EdgeWorld, "clock" | "log" | "random"> & {
  config: Pick<EdgeWorld["config"], "playbackOrigins" | "publicUrl" | "webRtc"> & {
    limits: ConstructorParameters<typeof OfferLimits>[0]["config"];
  };
};

interface WebRtcParts {
  keyRing: KeyRing;
  limiter: Pick<Limiter, "enforce">;
  floods: Pick<Floods, "admitPlain">;
  media: Pick<Media, "admission">;
  tokens: PlaybackTokens;
  audience: Pick<PlaybackAudience, "stays">;
  watches: Pick<ChannelWatches, "status">;
  keys: StreamKeyCheck;
  tickets: Pick<PublishTickets, "issue">;
  /** Of the client, not of a trusted proxy. */
  addressOf(request: Request): string;
}

export function createWebRtc(world: WebRtcWorld, parts: WebRtcParts): WebRtc {
  const { clock, log, random, config } = world;
  const { admission } = parts.media;
  const relays = new Relays({ ...world, urls: config.webRtc.relayUrls });
  const limits = new OfferLimits({
    ...parts,
    clock,
    config: config.limits,
    sessions: () => relays.sessions(),
  });
  const hotLinks = new HotLinks(config.playbackOrigins, config.publicUrl);
  const addresses = createSessionAddresses(parts.keyRing);
  const iceServers = createIceServers({ config: config.webRtc, clock, random });
  const keeper = new SessionKeeper({ ...parts, clock, relays, admission });
  const whep = createWhep({ ...parts, clock, admission, hotLinks, limits, relays });
  const whip = createWhip({ ...world, ...parts, targets: config.webRtc.whipTargets, limits, relays });

  return {
    fetch(request) {
      const address = parseWebRtcUrl(request.url);
      if (!address) return null;
      const answer = respond(request, address);
      // A stream key is no cookie: whoever has it may publish from any page.
      return address.kind === "whep" ? answer.then((response) => hotLinks.mark(request, response)) : answer;
    },
    closeChannel: (channelId) => keeper.closeChannel(channelId),
    stop() {
      relays.stop();
      keeper.stop();
    },
  };

  async function respond(request: Request, address: WebRtcAddress): Promise<Response> {
    const place: Place = address.session === null ? "endpoint" : "session";
    try {
      if (request.method === "OPTIONS") return options(request, place);
      if (address.session === null) return await openSession(request, address);
      return await changeSession(request, { ...address, session: address.session });
    } catch (error) {
      const requestId = random.uuid(clock.wallMs());
      const trouble = troubleOf(error);
      // Never the URL: some people put their key into it.
      if (trouble.bug) log.error({ request: requestId, reason: reason(error) }, "webrtc request failed");
      if (place === "endpoint" && request.method === "POST") offers.inc({ kind: address.kind, outcome: trouble.code });
      return problem(trouble, { requestId, place });
    }
  }

  async function openSession(request: Request, address: WebRtcAddress): Promise<Response> {
    if (request.method !== "POST") throw new Refusal("method_not_allowed");
    const startMs = clock.monoMs();
    const opened = address.kind === "whep" ? await whep(request, address) : await whip(request);
    const { placed, endpoint, credential } = opened;
    const place = placeOf(opened);
    if (request.signal.aborted) relays.close(place).catch(() => {}); // Nobody will ever hear where it is.
    offers.inc({ kind: address.kind, outcome: "taken" });
    answerSeconds.observe({ kind: address.kind }, (clock.monoMs() - startMs) / 1_000);
    return created({
      answer: placed.answer,
      location: `${endpoint}/${addresses.write(place, { kind: address.kind, credential })}`,
      etag: etagOf({ id: place.id, restarts: 0 }),
      links: iceServers.links(),
    });
  }

  async function changeSession(request: Request, address: WebRtcAddress & { session: string }): Promise<Response> {
    const { method } = request;
    if (method !== "PATCH" && method !== "DELETE") throw new Refusal("method_not_allowed");
    limits.changed(limitKey(parts.addressOf(request)));
    const place = ownSession(request, address);
    if (method === "PATCH") return patchSession(request, place);
    await relays.close(place);
    sessionsClosed.inc({ reason: "asked" });
    return ended();
  }

  /** Throws Refusal: `not_found`, `publish_key_required`, `forbidden`. */
  function ownSession(request: Request, address: WebRtcAddress & { session: string }): SessionPlace {
    const { kind, session } = address;
    const shown = (kind === "whep" ? address.token : null) ?? bearerIn(request);
    if (kind === "whip" && shown === null) throw new Refusal("publish_key_required");
    const found = addresses.read(session, { kind, credential: shown });
    if (!found) throw new Refusal("not_found");
    if (found.isOwner || isOpenTo(kind, session)) return found.place;
    throw new Refusal("forbidden", "this is not your session");
  }

  /** A session that was opened without a credential belongs to whoever knows its address. */
  function isOpenTo(kind: RelayKind, session: string) {
    return kind === "whep" && addresses.read(session, { kind, credential: null })?.isOwner === true;
  }

  async function patchSession(request: Request, place: SessionPlace): Promise<Response> {
    checkHead(request, { type: FRAGMENT_TYPE, bytesMax: FRAGMENT_BYTES_MAX });
    const { restarts } = relays.known(place) ?? { restarts: 0 };
    checkIfMatch(request.headers.get("if-match"), { id: place.id, restarts });
    const patched = await relays.patch(place, await readText(request, { bytesMax: FRAGMENT_BYTES_MAX, clock }));
    if (patched.kind === "taken") return candidatesTaken();
    return restarted({ fragment: patched.fragment, etag: etagOf({ id: place.id, restarts: restarts + 1 }) });
  }
}

const placeOf = ({ placed: { relay, sessionId } }: OpenedSession): SessionPlace => ({ relay, id: sessionId });
