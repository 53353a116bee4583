// The edges of a data folder. They own nothing and register nowhere: their run files and their own answers are all there is.

import { metricIn, readMetrics } from "#edge/operator/metrics-text.ts";
import type { DataFolder } from "#ops/up/data-folder.ts";
import { lives } from "#ops/up/processes.ts";

export interface EdgeView {
  name: string;
  kind: "edge";
  /** Its public address. */
  address: string;
  internalAddress: string;
  /** As it says itself: `up`, `degraded` (a store is away), `starting`, `draining`; `silent` when it says nothing. */
  standing: string;
  /** Stores that it cannot reach. */
  away: string[];
  /** Null when it does not tell. */
  sockets: number | null;
  rooms: number | null;
  /** How often it was started since the supervisor was. */
  starts: number;
}

const ANSWER_WITHIN_MS = 1_000;

/** Asks all at once, a second at most. */
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
    return null; // `silent` says it.
  }
}
