// The list of edges for admins: this one, and those of OBSERVE_EDGES.

import type { EdgeView } from "#schema/api/cluster.ts";
import { metricIn, readMetrics } from "../operator/metrics-text.ts";
import type { FiguresReader } from "../operator/process-figures.ts";
import type { Target } from "./collector.ts";

/** Asks all at once, for a second at most. */
export const edgeViews = (edges: readonly Target[], figures: FiguresReader, nowMs: number): Promise<EdgeView[]> =>
  Promise.all(
    edges.map(async ({ name, address }): Promise<EdgeView> => {
      const text = await readMetrics(address);
      const startSeconds = metricIn(text, "process_start_time_seconds");
      return {
        name,
        standing: text === null ? "silent" : metricIn(text, "edge_draining") === 1 ? "draining" : "up",
        chatSockets: metricIn(text, "chat_sockets"),
        chatSocketsMax: metricIn(text, "chat_sockets_max"),
        viewers: metricIn(text, "viewers"),
        ...figures.read(address, text),
        upMs: startSeconds ? Math.max(0, Math.round(nowMs - startSeconds * 1_000)) : null,
      };
    }),
  );
