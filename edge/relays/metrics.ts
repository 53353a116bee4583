// Metrics of WebRTC relays, as an edge sees them.

import { Counter, Gauge } from "#runtime/base/metrics.ts";

export const relayRequests = new Counter({
  name: "relay_requests_total",
  help: "Requests to WebRTC relays, by call and status; full: the relay had no room; away: no answer in time",
  labelNames: ["call", "outcome"],
});

export const relayUp = new Gauge({
  name: "relay_up",
  help: "1 while a WebRTC relay answers this edge, by its place in RELAY_URLS",
  labelNames: ["relay"],
});

export const relaySessions = new Gauge({
  name: "relay_sessions",
  help: "WebRTC sessions of all relays, by kind, and by whether media can flow",
  labelNames: ["kind", "connected"],
});
