// A session by WHEP: the channel's media, a connection, a viewer.

import type { Clock } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import type { Random } from "#runtime/base/random.ts";
import type { RelayChannel } from "../channel/relay-channel.ts";
import type { RelayChannels } from "../channel/relay-channels.ts";
import type { RtcEngine, RtcPeer } from "../engine.ts";
import type { LineFormat } from "../live/video-line.ts";
import { firstPackets } from "../metrics.ts";
import { RelayRefusal } from "../refusal.ts";
import { finishedAnswer } from "../sdp/answer.ts";
import { profileName } from "../sdp/h264-profile.ts";
import { isChosen, type Offer } from "../sdp/offered.ts";
import type { OpenSession, SessionOpener, SessionRequest } from "../session.ts";
import { type ChosenLine, checkOffer, chooseLine, isForBrowsers } from "./choose-line.ts";
import { Viewer } from "./viewer.ts";

interface WhepParts {
  clock: Clock;
  random: Random;
  log: Log;
  engine: RtcEngine;
  channels: RelayChannels;
  publicAddresses: readonly string[];
}

export function whepOpener(parts: WhepParts): SessionOpener {
  return async (request, onClose) => {
    const startedMs = parts.clock.monoMs();
    // Before anything is read for it.
    const any = checkOffer(request.offer);
    const { channel, leave } = parts.channels.enter(request.channelId, onClose);
    try {
      const chosen = await chooseLine({ channel, sdp: request.offer, any, clock: parts.clock });
      return await open(parts, { request, channel, chosen, leave, onClose, startedMs });
    } catch (error) {
      leave();
      throw error;
    }
  };
}

interface Opening {
  request: SessionRequest;
  channel: RelayChannel;
  chosen: ChosenLine;
  leave(): void;
  onClose(reason: string): void;
  startedMs: number;
}

async function open(parts: WhepParts, opening: Opening): Promise<OpenSession> {
  const { clock, random, engine, log } = parts;
  const { request, channel, chosen, leave, onClose, startedMs } = opening;
  const { offer, line } = chosen;
  let viewer: Viewer | null = null;
  const peer: RtcPeer = await engine
    .open({
      ...{ id: request.id, offer, direction: "send" },
      onState: (state) => viewer?.state(state),
      onPacket: (track, packet) => viewer?.packet(track, packet),
    })
    .catch((error: unknown) => {
      log.warn({ session: request.id, reason: reason(error) }, "offer that the library does not take");
      throw new RelayRefusal(406, "sdp_unacceptable", "the offer cannot be answered");
    });
  const answer = finish(peer, { ...parts, offer, session: request.id });
  const payloads = videoPayloads(offer);
  const made = new Viewer({
    ...{ clock, random, channel, peer, line },
    payloadTypeOf: (format: LineFormat) =>
      isForBrowsers(format) ? (payloads.types.get(profileName(format.profile)) ?? null) : null,
    rtxPayloadTypes: payloads.rtx,
    onFirst: () => firstPackets.observe((clock.monoMs() - startedMs) / 1_000),
    onClose,
  });
  viewer = made;
  // The connection may stand already.
  made.state(peer.state);
  return {
    offer,
    answer,
    get report() {
      return { ...made.report, connected: peer.state === "connected" };
    },
    tick: (nowMs) => made.tick(nowMs),
    close() {
      made.stop();
      peer.close();
      leave();
    },
  };
}

function finish(
  peer: RtcPeer,
  {
    offer,
    publicAddresses,
    log,
    session,
  }: Pick<WhepParts, "publicAddresses" | "log"> & { offer: Offer; session: string },
): string {
  try {
    return finishedAnswer(peer.answer, offer, { role: "whep", profiles: [] }, { publicAddresses });
  } catch (error) {
    peer.close();
    log.error({ session, reason: reason(error) }, "answer that may not leave");
    throw new RelayRefusal(500, "internal", "the answer could not be made");
  }
}

/** Payload types of the answer by the name of their profile, and those of their retransmissions. */
function videoPayloads(offer: Offer) {
  const types = new Map<string, number>();
  const rtx = new Map<number, number>();
  for (const media of offer.media.filter(isChosen)) {
    if (media.kind !== "video") continue;
    for (const { profile, payloadType, rtxPayloadType } of [media.choice, ...media.choice.others]) {
      types.set(profileName(profile), payloadType);
      if (rtxPayloadType !== null) rtx.set(payloadType, rtxPayloadType);
    }
  }
  return { types, rtx };
}
