// Processes the upload: inspects, encodes and stores it.

import { type JobParts, startJob } from "#transcoding/uploads/job.ts";
import type { VideoChild } from "./child.ts";
import { counted, type UnderWay } from "./under-way.ts";
import type { Uploads } from "./uploads.ts";

export interface WorkerParts {
  job: JobParts;
  uploads: Uploads;
  jobs: UnderWay;
}

/** Tells `worked`. */
export const worker: VideoChild<WorkerParts, number> = {
  name: "worker",
  runs: (state) => (state.phase === "working" && state.retryAtMs === null ? state.tries : null),
  key: (tries) => `try ${tries}`,
  start(_, { parts: { job: parts, uploads, jobs }, video: { videoId, epoch, log }, self }) {
    const owner = { videoId, epoch };
    const job = startJob({
      ...{ parts, videoId, epoch, log },
      rows: {
        accepted: (warning) => uploads.accept(owner, warning),
        progress: (share) => uploads.progress(owner, share),
        ready: (renditions) => uploads.finish(owner, renditions),
      },
    });
    void counted(jobs, videoId, job.end).then((end) => {
      if (end) self.tell({ type: "worked", end });
    });
    return { stop: () => job.stop() };
  },
};
