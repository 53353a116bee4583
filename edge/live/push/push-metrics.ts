// Metrics of live media by WebSocket.

import { Counter, Gauge } from "#runtime/base/metrics.ts";

export const pushSockets = new Gauge({
  name: "live_sockets",
  help: "Viewers at this edge who watch live media by WebSocket",
});

export const relaySockets = new Gauge({
  name: "live_relay_sockets",
  help: "Renditions that WebRTC relays take from this edge by WebSocket",
});

export const pushSkips = new Counter({
  name: "live_socket_skips_total",
  help: "Times that a viewer by WebSocket was too slow and went on at a later keyframe",
});

export const pushCloses = new Counter({
  name: "live_socket_closes_total",
  help: "Sockets of live media closed by this edge, by code",
  labelNames: ["code"],
});
