// Metrics of packagers.

import { Counter } from "#runtime/base/metrics.ts";

export const partsMade = new Counter({
  name: "packager_parts_total",
  help: "Parts made, over all broadcasts and renditions of this node",
});

export const segmentsMade = new Counter({
  name: "packager_segments_total",
  help: "Segments of sources closed, over all broadcasts of this node",
});
