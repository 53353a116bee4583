// Metrics of WHEP and WHIP at this edge.

import { Counter, Histogram } from "#runtime/base/metrics.ts";

export const offers = new Counter({
  name: "webrtc_offers_total",
  help: "Offers by WHEP and WHIP, by outcome: taken, or the code of the refusal",
  labelNames: ["kind", "outcome"],
});

export const answerSeconds = new Histogram({
  name: "webrtc_answer_seconds",
  help: "Time until an offer that was taken had its answer",
  labelNames: ["kind"],
  buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
});

export const sessionsClosed = new Counter({
  name: "webrtc_sessions_closed_total",
  help: "WebRTC sessions that this edge ended, by reason: the client asked, the right to watch ended, the channel is gone",
  labelNames: ["reason"],
});
