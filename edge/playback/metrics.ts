// Metrics of playback, as players report it.

import { Counter, Histogram } from "#runtime/base/metrics.ts";

/** One observation for each report, which a player sends each 10 s. */
export const playerLatency = new Histogram({
  name: "player_latency_seconds",
  help: "How far players are behind the live edge, by their reports",
  buckets: [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 10, 20, 60],
});

export const playerStalls = new Counter({
  name: "player_stalls_total",
  help: "Times that a picture stood still at a viewer, by the players' reports",
});

export const playerStalledSeconds = new Counter({
  name: "player_stalled_seconds_total",
  help: "Time that pictures stood still at viewers, by the players' reports",
});
