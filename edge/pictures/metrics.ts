// Metrics of pictures that people send.

import { Counter } from "#runtime/base/metrics.ts";

export const picturesDrawn = new Counter({
  name: "pictures_drawn_total",
  help: "Pictures that people sent, by kind and by what became of them",
  labelNames: ["kind", "outcome"],
});

export const pictureObjectsRemoved = new Counter({
  name: "picture_objects_removed_total",
  help: "Objects of pictures that were replaced, taken away, or of deleted accounts",
});
