// A session by WHIP: an offer, a connection, and what comes by it published to nginx-rtmp.

import type { Clock } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import type { Random } from "#runtime/base/random.ts";
import type { ProcessHost } from "#runtime/process/process.ts";
import type { PeerState, RtcEngine, RtcPeer } from "../engine.ts";
import { RelayRefusal } from "../refusal.ts";
import { finishedAnswer } from "../sdp/answer.ts";
import { isRefused, readOffer } from "../sdp/offer.ts";
import { isChosen, type Offer } from "../sdp/offered.ts";
import type { OpenSession, SessionOpener } from "../session.ts";
import { type WhipMedia, WhipSession } from "./session.ts";

interface WhipParts {
  clock: Clock;
  random: Random;
  log: Log;
  engine: RtcEngine;
  processes: ProcessHost;
  ffmpegPath: string;
  publicAddresses: readonly string[];
}

const WANTED = { role: "whip" } as const;

export function whipOpener(parts: WhipParts): SessionOpener {
  return async ({ id, channelId, offer: sdp, publish }, onClose) => {
    const { engine, publicAddresses } = parts;
    const log = parts.log.child({ session: id, channel: channelId });
    if (!publish) throw new RelayRefusal(422, "validation_failed", "publish is missing");
    const offer = readOffer(sdp, WANTED);
    if (isRefused(offer)) throw new RelayRefusal(offer.status, offer.code, offer.detail);
    let session: WhipSession | null = null;
    const peer = await engine
      .open({
        ...{ id, offer, direction: "receive" },
        onState: (state) => entered(session, state),
        onPacket: (_track, packet) => session?.packet(packet),
      })
      .catch((error: unknown) => {
        log.warn({ reason: reason(error) }, "offer that the library does not take");
        throw new RelayRefusal(406, "sdp_unacceptable", "the offer cannot be answered");
      });
    try {
      const answer = finishedAnswer(peer.answer, offer, WANTED, { publicAddresses });
      session = new WhipSession({
        ...parts,
        ...{ log, to: publish, media: mediaOf(offer), onEnd: onClose },
        peer: { send: (rtcp) => sendBy(peer, rtcp), close: () => peer.close() },
      });
      // The connection may stand already.
      entered(session, peer.state);
      return opened({ offer, answer, session });
    } catch (error) {
      peer.close();
      log.error({ reason: reason(error) }, "session by whip could not be opened");
      throw new RelayRefusal(500, "internal", "the answer could not be made");
    }
  };
}

function opened({ offer, answer, session }: { offer: Offer; answer: string; session: WhipSession }): OpenSession {
  return {
    offer,
    answer,
    get report() {
      const { connected, bytes } = session.facts;
      return { rendition: null, connected, bytes };
    },
    tick: () => {}, // It has a clock of its own.
    close: () => void session.stop(),
  };
}

function entered(session: WhipSession | null, state: PeerState) {
  if (state === "connected") session?.connected();
  else if (state === "failed" || state === "closed") session?.peerGone();
}

/** All media share one connection, so that any of its tracks will do. */
function sendBy({ tracks }: RtcPeer, rtcp: Uint8Array) {
  tracks.find(({ isOpen }) => isOpen)?.send(rtcp);
}

function mediaOf({ media }: Offer): WhipMedia {
  const chosen = media.filter(isChosen);
  const video = chosen.find((one) => one.kind === "video");
  const audio = chosen.find((one) => one.kind === "audio");
  // The parser takes no offer without a picture.
  if (!video) throw new Error("no picture in a publisher's offer");
  return { video: video.choice, audio: audio ? { payloadType: audio.choice.payloadType } : null };
}
