// Reads when the upload is given up, once: the actor may sleep until then.

import type { Clock } from "#runtime/base/clock.ts";
import type { VideoChild } from "./child.ts";
import { patiently } from "./patient.ts";
import type { Uploads } from "./uploads.ts";

export interface ExpiryParts {
  clock: Clock;
  uploads: Uploads;
}

/** Tells `expiryRead`, or `unknown`. */
export const expiry: VideoChild<ExpiryParts, "expiry"> = {
  name: "expiry",
  runs: (state) => (state.phase === "uploading" && state.expiresAtMs === null ? "expiry" : null),
  key: (of) => of,
  start: (_, { parts: { clock, uploads }, video: { videoId, log }, self }) =>
    patiently(() => uploads.find(videoId), {
      ...{ clock, log, what: "expiry" },
      tell: (upload) =>
        self.tell(upload ? { type: "expiryRead", expiresAtMs: upload.expiresAt.getTime() } : { type: "unknown" }),
    }),
};
