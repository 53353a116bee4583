// Metrics of live media.

import { beginAt0, Counter, Gauge, Histogram } from "#runtime/base/metrics.ts";

export const mediaRequests = new Counter({
  name: "media_requests_total",
  help: "Media requests answered, by kind of thing and status",
  labelNames: ["kind", "status"],
});

const durations = new Histogram({
  name: "media_request_seconds",
  help: "Time until a media request was answered, by kind of thing; playlists and parts include the time until what was asked for is made",
  labelNames: ["kind"],
  buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.2, 0.5, 1, 2, 4, 8],
});
/** By kind: prom-client's own look-up costs more than the observation. */
const observers = new Map<string, { observe(seconds: number): void }>();
export function observeMedia(kind: string, seconds: number) {
  let observer = observers.get(kind);
  if (!observer) {
    observer = durations.labels({ kind });
    observers.set(kind, observer);
  }
  observer.observe(seconds);
}

export const originRequests = new Counter({
  name: "media_origin_requests_total",
  help: "Requests to origins after collapsing, by outcome",
  labelNames: ["outcome"],
});
beginAt0(originRequests, "outcome", ["found", "absent", "away"]);

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
