// The ladder (FFmpeg) of a channel, found by the pid that its node has logged for it.

import { descendantsOf, type Relative } from "./descendants.ts";
import type { TestSystem } from "./system.ts";

/** Ladders of a node for a channel that run now. */
export function laddersOf(system: Pick<TestSystem, "logs" | "pidOf">, node: string, channelId: string): Relative[] {
  const pids = startedPids(system.logs(node), channelId);
  if (pids.size === 0) return [];
  return descendantsOf(system.pidOf(node)).filter(({ pid }) => pids.has(pid));
}

function startedPids(log: string, channelId: string): Set<number> {
  const lines = log.split("\n").filter((line) => line.includes('"ladder started"') && line.includes(channelId));
  return new Set(lines.map((line) => (JSON.parse(line) as { pid: number }).pid));
}
