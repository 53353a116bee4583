// Checks of the processes of a data folder: each runs, is ready, does not restart again and again, and has spare file descriptors.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { DataFolder, RunFile } from "#ops/up/data-folder.ts";
import { parseFlags } from "#ops/up/flags.ts";
import { httpHealthy } from "#ops/up/health.ts";
import { lives } from "#ops/up/processes.ts";
import { nginxName } from "#ops/up/services/nginx.ts";
import { listEdges } from "../edge-status.ts";
import { type Check, fault, ok, warning } from "./check.ts";

/** More starts than this are a warning, even when the process is ready now. */
const STARTS_MAX = 3;
const DESCRIPTORS_SHARE_MAX = 0.8;

export async function processChecks(folder: DataFolder): Promise<Check[]> {
  const supervisor = supervisorOf(folder);
  const names = [...new Set([...expectedNames(supervisor), ...folder.runNames()])].sort();
  const edges = await listEdges(folder);
  const checks = await Promise.all(
    names.map(async (name): Promise<Check> => {
      const run = folder.readRunFile(name);
      const log = `see ${folder.logFile(name)}`;
      if (!run || !lives(run.pid, run.birth))
        return fault("processes", name, "does not run", `${log}; the supervisor restarts it`);
      const edge = edges.find((each) => each.name === name);
      const trouble = edge ? troubleOfEdge(edge.standing, edge.away) : await troubleOfNode(name, run);
      if (trouble) return fault("processes", name, `pid ${run.pid}: ${trouble}`, log);
      const found = `pid ${run.pid}, started ${run.starts === 1 ? "once" : `${run.starts} times`}${descriptors(run.pid).text}`;
      if (edge?.standing === "degraded")
        return warning("processes", name, `${found}, cannot reach ${edge.away.join(", ")}`, "see their checks below");
      if (descriptors(run.pid).share > DESCRIPTORS_SHARE_MAX)
        return warning("processes", name, found, "raise the limit of file descriptors");
      return run.starts > STARTS_MAX
        ? warning("processes", name, found, `${log}: why did it end?`)
        : ok("processes", name, found);
    }),
  );
  const supervision = supervisor
    ? ok("processes", "supervisor", `pid ${supervisor.pid}`)
    : fault(
        "processes",
        "supervisor",
        "does not run",
        "processes that end are not restarted: run `npm start`, which replaces what is left",
      );
  return [supervision, ...checks];
}

interface SupervisorFacts {
  pid: number;
  edges: number;
  actors: number;
  ingests: number;
  relays: number;
}

function supervisorOf(folder: DataFolder): SupervisorFacts | null {
  const file = folder.file("run", "supervisor.lock");
  if (!existsSync(file)) return null;
  const { pid, birth } = JSON.parse(readFileSync(file, "utf8")) as { pid: number; birth: string | null };
  if (!lives(pid, birth)) return null;
  const words = existsSync(`/proc/${pid}/cmdline`) ? readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0") : [];
  const from = words.findIndex((word) => word.endsWith("up/main.ts"));
  const flags = from < 0 ? null : parseFlags(words.slice(from + 1).filter(Boolean));
  const { edges = 0, actors = 0, ingests = 1, relays = 0 } = flags ?? {};
  return { pid, edges, actors, ingests, relays: edges > 0 ? relays : 0 };
}

function expectedNames(supervisor: SupervisorFacts | null): string[] {
  const numbered = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}-${index + 1}`);
  const nodes = supervisor
    ? (["edge", "actor", "relay"] as const).flatMap((name) => numbered(name, supervisor[`${name}s`]))
    : [];
  const ingests = Array.from({ length: supervisor?.ingests ?? 1 }, (_, index) => nginxName(index + 1));
  return ["postgres", "nats", "redis", ...ingests, ...nodes]; // Not s3, in whose place another server may be used.
}

const troubleOfEdge = (standing: string, away: string[]) =>
  standing === "silent" ? "does not answer /readyz" : standing === "up" || away.length > 0 ? null : standing;

/** Null for a store, which has checks of its own. */
async function troubleOfNode(name: string, { internalPort }: RunFile): Promise<string | null> {
  if (!/^(actor|edge|relay)-\d+$/.test(name)) return null;
  const well = await httpHealthy(`http://127.0.0.1:${internalPort}/readyz`).catch(() => false);
  return well ? null : "is not ready";
}

function descriptors(pid: number): { text: string; share: number } {
  try {
    const used = readdirSync(`/proc/${pid}/fd`).length;
    const soft = Number(/Max open files\s+(\S+)/.exec(readFileSync(`/proc/${pid}/limits`, "utf8"))?.[1]);
    if (!Number.isFinite(soft)) return { text: "", share: 0 };
    return { text: `, ${used} of ${soft} file descriptors`, share: used / soft };
  } catch {
    return { text: "", share: 0 }; // Not Linux, or a process of another user.
  }
}
