// Metrics of the object store, as this process meets it.

import { Histogram } from "../base/metrics.ts";

export const requestSeconds = new Histogram({
  name: "object_store_request_seconds",
  help: "Requests to the object store until their answer, waiting for a connection included, by outcome: ok, missing, refused, away",
  labelNames: ["request", "outcome"] as const,
  buckets: [0.01, 0.05, 0.2, 1, 5, 20],
});
