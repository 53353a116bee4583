// Metrics of downloads.

import { Gauge } from "#runtime/base/metrics.ts";

export const downloadRunning = new Gauge({
  name: "downloads_running",
  help: "Downloads of videos and clips under way",
});
