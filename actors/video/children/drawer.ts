// Draws the pictures of a recording that has ended.

import { type NodeDrawingParts, startDrawing } from "#transcoding/video-pictures/drawing.ts";
import type { VideoChild } from "./child.ts";

export interface DrawerParts {
  drawing: NodeDrawingParts;
}

/** Tells `drawn`. */
export const drawer: VideoChild<DrawerParts, number> = {
  name: "drawer",
  runs: (state) => (state.phase === "drawing" && state.retryAtMs === null ? state.tries : null),
  key: (tries) => `try ${tries}`,
  start(_, { parts, video: { videoId, log }, self }) {
    const drawing = startDrawing(videoId, { parts: parts.drawing, log });
    void drawing.end.then((end) => {
      if (end) self.tell({ type: "drawn", end });
    });
    return { stop: () => drawing.stop() };
  },
};
