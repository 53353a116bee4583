// Metrics of the relay. ops/README.md says what to do about them.

import { Counter, Gauge, Histogram } from "#runtime/base/metrics.ts";

export const sessions = new Gauge({
  name: "relay_open_sessions",
  help: "Open sessions of WebRTC, by kind",
  labelNames: ["kind"],
});
export const offers = new Counter({
  name: "relay_offers_total",
  help: "Offers, by kind and by code of the refusal or `answered`",
  labelNames: ["kind", "outcome"],
});
export const closes = new Counter({
  name: "relay_session_closes_total",
  help: "Sessions that ended, by kind and reason",
  labelNames: ["kind", "reason"],
});
export const firstPackets = new Histogram({
  name: "relay_first_packet_seconds",
  help: "From an offer to the first packet of picture to that viewer",
  buckets: [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 4, 8],
});
export const packets = new Counter({
  name: "relay_packets_total",
  help: "RTP packets sent to viewers, by kind: video, audio, again",
  labelNames: ["kind"],
});
export const bytes = new Counter({
  name: "relay_bytes_total",
  help: "Bytes of RTP packets sent to viewers, without SRTP, UDP and IP",
});
export const unsent = new Counter({
  name: "relay_unsent_packets_total",
  help: "Packets that the library or the socket did not take",
});
export const requests = new Counter({
  name: "relay_requested_packets_total",
  help: "Packets that viewers asked for again, by outcome: sent, old, soon, much",
  labelNames: ["outcome"],
});
export const keyframeRequests = new Counter({
  name: "relay_keyframe_requests_total",
  help: "Requests of viewers for a keyframe, which an RTMP encoder cannot be asked for",
});
export const layerSteps = new Counter({
  name: "relay_rendition_changes_total",
  help: "Viewers who were given another rendition, by direction",
  labelNames: ["direction"],
});
export const channels = new Gauge({
  name: "relay_channels",
  help: "Channels that this relay reads from edges",
});
export const sourceConnects = new Counter({
  name: "relay_source_connects_total",
  help: "Connections to edges for live media, by outcome: open, failed, silent",
  labelNames: ["outcome"],
});
export const encoders = new Gauge({
  name: "relay_encoders",
  help: "FFmpeg processes, by what they encode: opus, baseline",
  labelNames: ["encoder"],
});
export const encoderExits = new Counter({
  name: "relay_encoder_exits_total",
  help: "FFmpeg processes that ended without being asked to, by what they encode",
  labelNames: ["encoder"],
});
export const strayChecks = new Counter({
  name: "relay_stray_checks_total",
  help: "Connection checks of ICE for sessions that are not there: clients of sessions that have ended, or scanners",
});
