// Checks of nginx-rtmp: its http block answers, its hooks reach every edge, and RTMPS works.

import { existsSync, readFileSync } from "node:fs";
import type { DataFolder } from "#ops/up/data-folder.ts";
import { httpHealthy } from "#ops/up/health.ts";
import { listEdges } from "../edge-status.ts";
import { type Check, fault, ok, warning } from "./check.ts";
import { rtmpsChecks } from "./rtmps.ts";

const ANSWER_WITHIN_MS = 5_000;

/** Checks every ingest that runs, and the first one even if it does not run. */
export async function nginxChecks(folder: DataFolder): Promise<Check[]> {
  const names = new Set(["nginx", ...folder.runNames().filter((name) => /^nginx-\d+$/.test(name))]);
  return (await Promise.all([...names].map((name) => checksOf(folder, name)))).flat();
}

async function checksOf(folder: DataFolder, name: string): Promise<Check[]> {
  const run = folder.readRunFile(name);
  const control = `http://127.0.0.1:${run?.internalPort}`;
  const log = `see ${folder.logFile(name)}`;
  const titled = (what: string) => (name === "nginx" ? what : `${what} of ${name}`);
  if (!run || !(await httpHealthy(`${control}/healthz`).catch(() => false)))
    return [fault("nginx", titled("http block"), "does not answer", `${log}: encoders cannot publish`)];
  const file = folder.file(name, "nginx.conf");
  const conf = existsSync(file) ? readFileSync(file, "utf8") : "";
  const checks = [
    ok("nginx", "http block", "answers"),
    await upstreams(folder, conf),
    await hook(control, log),
    ...(await rtmpsChecks({ conf, log, nowMs: Date.now() })),
  ];
  return checks.map((check) => ({ ...check, name: titled(check.name) }));
}

/** Compares the edges in nginx' configuration with those that run, and asks each of those. */
async function upstreams(folder: DataFolder, conf: string): Promise<Check> {
  const named = [...conf.matchAll(/^\s+server (127\.0\.0\.1:\d+) max_fails/gm)].map(
    ([, address]) => `http://${address}`,
  );
  const edges = await listEdges(folder);
  const well = await Promise.all(
    edges.map(async (edge) => httpHealthy(`${edge.internalAddress}/healthz`).catch(() => false)),
  );
  const unnamed = edges.filter(({ internalAddress }) => !named.includes(internalAddress));
  const silent = edges.filter((_, index) => !well[index]);
  if (unnamed.length > 0)
    return fault("nginx", "hooks", `not sent to ${names(unnamed)}`, "restart nginx: it then knows all edges");
  if (silent.length > 0)
    return warning(
      "nginx",
      "hooks",
      `${names(silent)} does not answer on its internal port`,
      "the other edges take its hooks; see its log",
    );
  return edges.length === 0
    ? fault("nginx", "hooks", "no edge runs", "start an edge: encoders are refused")
    : ok("nginx", "hooks", `sent to ${names(edges)}`);
}

/** Sends a hook without a client id, which an edge answers with 400 and ignores. */
async function hook(control: string, log: string): Promise<Check> {
  const startMs = performance.now();
  const { status } = await fetch(`${control}/hooks/rtmp/publish?ingest=doctor&boot=doctor`, {
    method: "POST",
    body: "call=publish",
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  const found = `answered ${status} in ${(performance.now() - startMs).toFixed(0)} ms`;
  return status === 400
    ? ok("nginx", "hook through nginx", found)
    : fault("nginx", "hook through nginx", found, `${log}: no edge took the hook`);
}

const names = (edges: { name: string }[]) => edges.map(({ name }) => name).join(", ");
