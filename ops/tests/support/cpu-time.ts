// Processor time of the processes of a system, by the name of the process that started them (Linux).

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { cpuMs } from "#runtime/process/process-bun.ts";
import { descendantsOf } from "./descendants.ts";
import type { TestSystem } from "./system.ts";

/** By name (`edge-1`, `actor-1`, `nginx`, …, `supervisor`): the process, and all that it started. */
function processesOf(system: TestSystem): Map<string, number[]> {
  const names = readdirSync(join(system.data, "run"))
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length));
  const groups = new Map(
    names.map((name) => [name, [system.pidOf(name), ...descendantsOf(system.pidOf(name)).map(({ pid }) => pid)]]),
  );
  const named = new Set([...groups.values()].flat());
  const rest = [system.supervisorPid, ...descendantsOf(system.supervisorPid).map(({ pid }) => pid)];
  return groups.set(
    "supervisor",
    rest.filter((pid) => !named.has(pid)),
  );
}

/** Percent of a core by name over a window. `more`: further processes, whose children are not counted. */
export async function cpuShares(
  system: TestSystem,
  { windowMs, more = {} }: { windowMs: number; more?: Record<string, number> },
): Promise<Map<string, number>> {
  const groups = processesOf(system);
  for (const [name, pid] of Object.entries(more)) groups.set(name, [pid]);
  const sum = (pids: number[]) => pids.reduce((total, pid) => total + (cpuMs(pid) ?? 0), 0);
  const before = new Map([...groups].map(([name, pids]) => [name, sum(pids)]));
  const startMs = performance.now();
  await Bun.sleep(windowMs);
  const tookMs = performance.now() - startMs;
  return new Map([...groups].map(([name, pids]) => [name, ((sum(pids) - before.get(name)!) / tookMs) * 100]));
}
