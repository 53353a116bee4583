// Reads what there is to do for the video, once: an upload may sleep until it expires.

import type { Clock } from "#runtime/base/clock.ts";
import type { VideoChild } from "./child.ts";
import { patiently } from "./patient.ts";
import type { Uploads } from "./uploads.ts";

export interface ReaderParts {
  clock: Clock;
  uploads: Uploads;
}

/** Tells `read`. */
export const reader: VideoChild<ReaderParts, "reader"> = {
  name: "reader",
  runs: (state) => (state.phase === "uploading" && state.expiresAtMs === null ? "reader" : null),
  key: (of) => of,
  start: (_, { parts: { clock, uploads }, video: { videoId, log }, self }) =>
    patiently(() => uploads.task(videoId), {
      ...{ clock, log, what: "task" },
      tell: (task) => self.tell({ type: "read", task }),
    }),
};
