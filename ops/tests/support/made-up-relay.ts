// A relay without WebRTC that reads offers as the real one does: by the strict parser, and with answers that it has finished.

import { TestRelay } from "#edge/relays/testing.ts";
import type { OpenRelaySession } from "#schema/wire/relay.ts";
import { finishedAnswer } from "#transcoding/relay/sdp/answer.ts";
import { isRefused, readOffer, type Wanted } from "#transcoding/relay/sdp/offer.ts";
import { CONSTRAINED_BASELINE, libraryAnswer } from "#transcoding/relay/sdp/testing.ts";

/** Nobody listens there. */
const CANDIDATE = "1 1 UDP 2122317823 127.0.0.1 40000 typ host";

export const startMadeUpRelay = ({ sessionsMax = 100 } = {}) => new TestRelay({ sessionsMax, answer });

function answer({ kind, offer: sdp }: OpenRelaySession) {
  const wanted: Wanted = kind === "whep" ? { role: "whep", profiles: [CONSTRAINED_BASELINE] } : { role: "whip" };
  const offer = readOffer(sdp, wanted);
  if (isRefused(offer)) return offer;
  const setup = offer.setup === "active" ? "passive" : "active";
  const given = libraryAnswer(offer.sdp, { setup, candidates: [CANDIDATE] });
  return { answer: finishedAnswer(given, offer, wanted) };
}
