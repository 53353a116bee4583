// Metrics of an edge as a whole, read when somebody asks for them.

import { Gauge } from "#runtime/base/metrics.ts";
import type { Readiness } from "./gateway/readiness.ts";

interface EdgeParts {
  readiness: Pick<Readiness, "stage">;
  /** Chat sockets that this edge takes; 0: no limit. */
  socketsMax: number;
}

/** To be called once in a process. */
export function collectEdgeMetrics({ readiness, socketsMax }: EdgeParts) {
  new Gauge({
    name: "edge_draining",
    help: "1 from the moment that the edge was asked to stop",
    collect() {
      this.set(readiness.stage === "draining" ? 1 : 0);
    },
  });
  new Gauge({
    name: "chat_sockets_max",
    help: "Chat sockets that this edge takes (SOCKETS_PER_EDGE); 0: no limit",
    collect() {
      this.set(socketsMax);
    },
  });
}
