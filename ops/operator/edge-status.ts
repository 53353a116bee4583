// Status of the edges of a data folder. Edges register nowhere, so it comes from their run files, `/readyz` and `/metrics`.

import { metricIn, readMetrics } from "#edge/operator/metrics-text.ts";
import type { DataFolder } from "#ops/up/data-folder.ts";
import { lives } from "#ops/up/processes.ts";

export interface EdgeView {
  name: string;
  kind: "edge";
  /** Its public address. */
  address: string;
  internalAddress: string;
  /** What `/readyz` answers: `up`, `degraded` (a store is away), `starting`, `draining`; `silent` without an answer. */
  standing: string;
  /** Stores that the edge cannot reach. */
  away: string[];
  /** Null when `/metrics` does not answer; so is `rooms`. */
  sockets: number | null;
  rooms: number | null;
  /** Starts under the present supervisor; 1 = never died. */
  starts: number;
}

const ANSWER_WITHIN_MS = 1_000;

/** Asks all edges at once; takes one second at most. Empty without a folder. */
export function listEdges(folder: DataFolder | null): Promise<EdgeView[]> {
  const names = folder?.runNames().filter((name) => /^edge-\d+$/.test(name)) ?? [];
  const sorted = names.sort((a, b) => Number(a.slice(5)) - Number(b.slice(5)));
  return Promise.all(sorted.map((name) => edgeView(folder!, name))).then((views) =>
    views.flatMap((view) => view ?? []),
  );
}

async function edgeView(folder: DataFolder, name: string): Promise<EdgeView | null> {
  const run = folder.readRunFile(name);
  if (!run || !lives(run.pid, run.birth)) return null;
  const address = `http://${run.host ?? "127.0.0.1"}:${run.port}`;
  const internalAddress = `http://127.0.0.1:${run.internalPort}`;
  const [ready, metrics] = await Promise.all([readiness(address), readMetrics(internalAddress)]);
  return {
    name,
    kind: "edge",
    address,
    internalAddress,
    standing: ready === null ? "silent" : ready.status === "ok" ? "up" : ready.status,
    away: ready?.away ?? [],
    sockets: metricIn(metrics, "chat_sockets"),
    rooms: metricIn(metrics, "chat_rooms"),
    starts: run.starts,
  };
}

async function readiness(address: string): Promise<{ status: string; away?: string[] } | null> {
  try {
    const response = await fetch(`${address}/readyz`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return (await response.json()) as { status: string; away?: string[] };
  } catch {
    return null; // Shown as `silent`.
  }
}
