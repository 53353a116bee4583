// Metrics of live media.

import { Counter, Gauge } from "#runtime/base/metrics.ts";

export const mediaRequests = new Counter({
  name: "media_requests_total",
  help: "Media requests answered, by kind of thing and status",
  labelNames: ["kind", "status"],
});

export const originRequests = new Counter({
  name: "media_origin_requests_total",
  help: "Requests to origins after collapsing, by outcome",
  labelNames: ["outcome"],
});

export const keptSegments = new Counter({
  name: "media_segments_kept_total",
  help: "Closed segments kept so that they survive their owner, by how",
  labelNames: ["how"],
});

export const cacheBytes = new Gauge({ name: "media_cache_bytes", help: "Media kept in memory" });
export const waitingRequests = new Gauge({
  name: "media_requests_waiting",
  help: "Media requests that wait for an origin",
});
