// WHEP: a viewer's offer becomes a session at a relay (draft-ietf-wish-whep). Rights and previews as for playlists.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import { OFFER_BYTES_MAX, SDP_TYPE } from "#schema/wire/relay.ts";
import type { Floods } from "../gateway/floods/floods.ts";
import { limitKey } from "../gateway/requests/client-address.ts";
import type { Admission } from "../live/admission.ts";
import type { HotLinks } from "../live/hot-links.ts";
import type { PlaybackTokens } from "../playback/token.ts";
import type { PlacedSession, Relays } from "../relays/relays.ts";
import { writeLabel } from "../relays/session-label.ts";
import { bearerIn } from "./bearer.ts";
import { checkHead, readText } from "./body.ts";
import type { OfferLimits } from "./offer-limits.ts";
import type { WebRtcAddress } from "./webrtc-url.ts";

/** When a player asks again for a channel that is not live yet. */
const NOT_LIVE_RETRY_MS = 2_000;

export interface OpenedSession {
  placed: PlacedSession;
  /** Path of the endpoint, without a slash at the end. */
  endpoint: string;
  /** That is needed to end the session; null: none. */
  credential: string | null;
}

interface WhepParts {
  clock: Clock;
  admission: Admission;
  tokens: Pick<PlaybackTokens, "read" | "sessionOf" | "newSession">;
  hotLinks: HotLinks;
  floods: Pick<Floods, "admitPlain">;
  limits: OfferLimits;
  relays: Relays;
  /** Of the client, not of a trusted proxy. */
  addressOf(request: Request): string;
}

type Address = Extract<WebRtcAddress, { kind: "whep" }>;

/** Throws Refusal. */
export function createWhep({ clock, admission, tokens, hotLinks, floods, limits, relays, addressOf }: WhepParts) {
  return async (request: Request, { channel: name, token: inPath, viewer }: Address): Promise<OpenedSession> => {
    if (relays.isOff) throw new Refusal("webrtc_off");
    const address = limitKey(addressOf(request));
    await limits.arrived(address);
    hotLinks.check(request);
    checkHead(request, { type: SDP_TYPE, bytesMax: OFFER_BYTES_MAX });
    const shown = inPath ?? bearerIn(request);
    const { channel, right } = await admission.find(name, shown);
    if (right.session === null) floods.admitPlain();
    const token = shown === null ? null : tokens.read(shown, channel.id);
    await admission.broadcast(channel.id, right).catch(notLive);
    const isNamed = right.session !== null || viewer !== null;
    const session = right.session ?? tokens.sessionOf(channel.id, viewer ?? tokens.newSession());
    if (isNamed) await limits.ofAccount(session);
    const offer = offerIn(await readText(request, { bytesMax: OFFER_BYTES_MAX, clock }));
    const label = writeLabel({ address, session, right: token && rightIn(token) });
    const placed = await limits.within({ address, session }, () =>
      relays.open({ kind: "whep", channelId: channel.id, offer, label }),
    );
    const endpoint = `/live/${name}${inPath === null ? "" : `/~${inPath}`}/whep`;
    return { placed, endpoint, credential: token ? shown : null };
  };
}

/** What is none is refused here: no relay is bothered. Throws Refusal `sdp_malformed`. */
export function offerIn(text: string): string {
  if (!text.startsWith("v=0")) throw new Refusal("sdp_malformed", "it does not begin with v=0");
  return text;
}

const rightIn = ({ grant, version, expiresAtMs }: NonNullable<ReturnType<PlaybackTokens["read"]>>) => ({
  grant,
  version,
  expiresAtMs,
});

function notLive(error: unknown): never {
  const isOff = error instanceof Refusal && error.code === "offline";
  throw isOff ? new Refusal("not_live", undefined, NOT_LIVE_RETRY_MS) : error;
}
