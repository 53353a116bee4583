// What this edge knows of the running system, for admins: the collector of metrics, and the edges that it may ask.

import { SILENT_MS } from "#runtime/cluster/judge.ts";
import { livingAddresses } from "#schema/queries/operator/cluster.ts";
import type { EdgeWorld } from "../world.ts";
import { Collector, type Target } from "./collector.ts";

export interface Observation {
  /** Null: nothing is collected. */
  collector: Pick<Collector, "view"> | null;
  /** This edge, and those of OBSERVE_EDGES. */
  edges: readonly Target[];
  stop(): void;
}

/** Collects from now on if OBSERVE_EDGES names edges. */
export function createObservation({
  config,
  clock,
  database,
}: Pick<EdgeWorld, "config" | "clock" | "database">): Observation {
  const { name, internalHost, internalPort, observeEdges: given } = config;
  const host = internalHost === "0.0.0.0" ? "127.0.0.1" : internalHost;
  const here: Target = { name, address: `http://${host}:${internalPort}` };
  const edges = given.some((edge) => edge.name === name) ? given : [here, ...given];
  if (given.length === 0) return { collector: null, edges, stop: () => {} };
  const collector = new Collector({ clock, edges, findNodes: () => livingAddresses(database.sql, SILENT_MS) });
  return { collector, edges, stop: () => collector.stop() };
}
