// Copies the parts of a highlight.

import { type CopyParts, startCopying } from "../highlight/copying.ts";
import type { VideoChild } from "./child.ts";
import { counted, type UnderWay } from "./under-way.ts";

export interface CopierParts {
  copying: CopyParts;
  jobs: UnderWay;
}

/** Tells `copied`. */
export const copier: VideoChild<CopierParts, number> = {
  name: "copier",
  runs: (state) => (state.phase === "copying" && state.retryAtMs === null ? state.tries : null),
  key: (tries) => `try ${tries}`,
  start(_, { parts: { copying, jobs }, video: { videoId, epoch, log }, self }) {
    const job = startCopying({ videoId, epoch }, { parts: copying, log });
    void counted(jobs, videoId, job.end).then((end) => {
      if (end) self.tell({ type: "copied", end });
    });
    return { stop: () => job.stop() };
  },
};
