// Metrics of the commits of chat lines.

import { Counter, Histogram } from "#runtime/base/metrics.ts";

export const commitSeconds = new Histogram({
  name: "chat_commit_seconds",
  help: "Time from the sending of a batch of lines, or of an act, until its outcome was known",
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

export const entriesStored = new Counter({
  name: "chat_entries_stored_total",
  help: "Entries of rooms that were stored: lines and acts",
});
