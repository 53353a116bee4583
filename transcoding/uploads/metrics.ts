// Metrics of uploads that this node processes.

import { beginAt0, Counter, Histogram } from "#runtime/base/metrics.ts";

export const uploadOutcomes = new Counter({
  name: "upload_jobs_total",
  help: "Uploads that were processed, by outcome",
  labelNames: ["outcome"],
});
beginAt0(uploadOutcomes, "outcome", ["ready", "refused", "gone", "broke"]);

export const uploadSeconds = new Histogram({
  name: "upload_job_seconds",
  help: "From the start of a job, waiting for its turn included, until the video is ready",
  buckets: [1, 5, 15, 60, 300, 900, 3_600, 14_400],
});
