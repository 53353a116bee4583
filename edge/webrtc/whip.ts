// WHIP: a publisher's offer becomes a session at a relay (RFC 9725), which publishes by RTMP to an ingest like any encoder. The relay never has
// the stream key: it publishes with a ticket that is good for once.

import { Refusal } from "#runtime/actor/actor.ts";
import { type Clock, within } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import type { Random } from "#runtime/base/random.ts";
import type { RtmpApp } from "#runtime/config/webrtc.ts";
import { OFFER_BYTES_MAX, SDP_TYPE } from "#schema/wire/relay.ts";
import type { PublishTickets } from "../channels/publish-tickets.ts";
import { limitKey } from "../gateway/requests/client-address.ts";
import type { StreamKeyCheck } from "../hooks/stream-key-check.ts";
import type { Relays } from "../relays/relays.ts";
import { writeLabel } from "../relays/session-label.ts";
import { bearerIn } from "./bearer.ts";
import { checkHead, readText } from "./body.ts";
import { whipEncoderName } from "./encoder-name.ts";
import type { OfferLimits } from "./offer-limits.ts";
import { type OpenedSession, offerIn } from "./whep.ts";

/** For the look-up of a key. */
const KEY_WITHIN_MS = 3_000;

interface WhipParts {
  clock: Clock;
  log: Log;
  random: Random;
  /** Where relays publish; empty: nowhere. */
  targets: readonly RtmpApp[];
  keys: StreamKeyCheck;
  tickets: Pick<PublishTickets, "issue">;
  limits: OfferLimits;
  relays: Relays;
  /** Of the client, not of a trusted proxy. */
  addressOf(request: Request): string;
}

/** Throws Refusal. */
export function createWhip(parts: WhipParts) {
  const { clock, log, random, targets, keys, tickets, limits, relays, addressOf } = parts;

  return async (request: Request): Promise<OpenedSession> => {
    if (relays.isOff || targets.length === 0) throw new Refusal("webrtc_off");
    const from = addressOf(request);
    const address = limitKey(from);
    await limits.arrived(address);
    const key = bearerIn(request);
    if (key === null) throw new Refusal("publish_key_required");
    checkHead(request, { type: SDP_TYPE, bytesMax: OFFER_BYTES_MAX });
    const { channelId } = await channelOf(key, from);
    await limits.ofAccount(`channel ${channelId}`);
    const offer = offerIn(await readText(request, { bytesMax: OFFER_BYTES_MAX, clock }));
    const encoder = whipEncoderName(request.headers.get("user-agent") ?? "");
    const placed = await limits.within({ address, session: null }, async () => {
      const target = targets[Math.floor(random.next() * targets.length)]!;
      const name = await tickets.issue({ channelId, encoder });
      const label = writeLabel({ address, session: null, right: null });
      return relays.open({ kind: "whip", channelId, offer, publish: { ...target, name }, label });
    });
    log.info({ channel: channelId, relay: placed.relay, encoder }, "publisher by whip accepted");
    return { placed, endpoint: "/ingest/whip", credential: key };
  };

  /** Guesses count together with those by RTMP. */
  async function channelOf(streamKey: string, address: string) {
    const deadlineMonoMs = clock.monoMs() + KEY_WITHIN_MS;
    // A ticket is good for one session: this one.
    const session = `whip ${random.uuid(clock.wallMs())}`;
    const checking = keys.check({ streamKey, session, address, deadlineMonoMs });
    const late = () => new Refusal("unavailable", "the database does not answer");
    const channel = await within(clock, KEY_WITHIN_MS, checking, late);
    if (!channel) throw new Refusal("publish_key_required");
    if (channel.suspended) throw new Refusal("suspended");
    return channel;
  }
}
