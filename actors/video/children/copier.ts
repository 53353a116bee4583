// Copies the parts of a highlight.

import { type CopyParts, startCopying } from "../highlight/copying.ts";
import type { VideoChild } from "./child.ts";
import type { WorkerParts } from "./worker.ts";

export interface CopierParts extends Pick<WorkerParts, "jobs"> {
  copying: CopyParts;
}

/** Tells `copied`. */
export const copier: VideoChild<CopierParts, number> = {
  name: "copier",
  runs: (state) => (state.phase === "copying" && state.retryAtMs === null ? state.tries : null),
  key: (tries) => `try ${tries}`,
  start(_, { parts: { copying, jobs }, video: { videoId, epoch, log }, self }) {
    const job = startCopying({ videoId, epoch }, { parts: copying, log });
    const ended = job.end.then((end) => {
      if (jobs.get(videoId) === ended) jobs.delete(videoId);
      if (end) self.tell({ type: "copied", end });
    });
    jobs.set(videoId, ended);
    return { stop: () => job.stop() };
  },
};
