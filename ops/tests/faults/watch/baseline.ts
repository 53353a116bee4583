// Resources of an idle system: memory, heap, file descriptors, processes, connections, subscriptions, awake actors. After any number of
// faults they must return to the baseline within a minute (I6); growth is a leak.

import { readdirSync, readFileSync } from "node:fs";
import { descendantsOf } from "#ops/tests/support/descendants.ts";
import { until } from "#ops/tests/support/until.ts";
import { DataFolder } from "#ops/up/data-folder.ts";
import type { Stage } from "../stage.ts";
import { metricOf } from "./recovery-times.ts";

/** Numbers by name, for example `edge-1 memory MB`. */
export type Reading = ReadonlyMap<string, number>;

const BACK_WITHIN_MS = 60_000;
/** An ended broadcast stays readable for a minute, a room and its channel stay awake for another, edges drop media after two. */
const QUIET_WITHIN_MS = 300_000;
const SHARE = 0.1;
/** See collect.preload.ts. */
const COLLECT_SIGNAL = "SIGURG";
const COLLECTED_AFTER_MS = 500;
/** Growth up to this is not a leak; the first that fits a number's name counts. The heap of a busy Bun shrinks late: an edge that serves the same
 *  requests repeatedly swings between 60 and 100 MB without growing from round to round. */
const FLOORS: [name: RegExp, more: number][] = [
  // Pools keep connections opened under load, up to 20 for each actor node and 10 for each edge; each connection is a server process
  // with about thirty files and a few MB of prepared statements.
  [/^postgres processes$/, 60],
  [/^postgres fds$/, 2_000],
  [/^postgres memory MB$/, 300],
  // Collected first, so that this is what is in use.
  [/heap MB$/, 8],
  // The allocator keeps most of a node's peak, and pause.preload.ts fills it with up to 300 MB of garbage, twice that while strings are made.
  [/^actor-\d+ memory MB$/, 500],
  [/memory MB$/, 60],
  [/fds$/, 20],
  [/processes$/, 1],
  [/subscriptions$/, 20],
];

/** Ends all broadcasts; resolves when every actor sleeps and the edges have dropped their media. */
export async function idle(stage: Stage): Promise<void> {
  const { sql, caller, edges } = stage;
  // The sweep of orphans is always awake somewhere. A row that names a dead node is nobody's until the next call or alarm.
  const awake = () =>
    sql<{ kind: string; key: string }[]>`
      SELECT a.kind, a.key FROM actors a JOIN nodes n ON n.incarnation = a.node
      WHERE a.kind <> 'orphan-sweep' AND n.left_at IS NULL AND n.seen_at > now() - interval '10 s'`;
  for (const { kind, key } of await awake())
    if (kind === "channel") await caller.call(kind, key, { type: "stop" }, { timeoutMs: 5_000 }).catch(() => {}); // The broadcast may have ended by itself.
  const patience = { withinMs: QUIET_WITHIN_MS, everyMs: 1_000 };
  await until(
    "all actors to sleep",
    async () => {
      const rows = await awake();
      if (rows.length > 0) throw new Error(rows.map(({ kind, key }) => `${kind}/${key}`).join(", "));
      return true;
    },
    patience,
  );
  for (const edge of edges)
    await until(
      `${edge} to forget media`,
      async () => (await metricOf(stage, edge, "media_cache_bytes")) === 0,
      patience,
    );
}

export async function read(stage: Stage): Promise<Reading> {
  const { system, actors, edges, sql } = stage;
  const folder = new DataFolder(system.data);
  const reading = new Map<string, number>();
  for (const name of folder.runNames().sort()) {
    const pid = folder.readRunFile(name)?.pid;
    if (pid === undefined) continue;
    const tree = [pid, ...descendantsOf(pid).map((relative) => relative.pid)];
    const sum = (of: (pid: number) => number) => tree.reduce((total, each) => total + of(each), 0);
    reading.set(`${name} memory MB`, Math.round(sum(anonymousBytes) / 1024 / 1024));
    reading.set(`${name} fds`, sum(openFiles));
    reading.set(`${name} processes`, tree.length);
  }
  for (const name of actors) {
    reading.set(`${name} actors_awake`, await metricOf(stage, name, "actors_awake"));
    process.kill(folder.readRunFile(name)!.pid, COLLECT_SIGNAL);
  }
  await Bun.sleep(COLLECTED_AFTER_MS);
  for (const name of actors)
    reading.set(`${name} heap MB`, Math.round((await metricOf(stage, name, "process_heap_bytes")) / 1024 / 1024));
  for (const name of edges)
    for (const metric of ["chat_sockets", "chat_rooms", "media_cache_bytes", "media_requests_waiting"])
      reading.set(`${name} ${metric}`, await metricOf(stage, name, metric));
  const ports = JSON.parse(readFileSync(folder.file("run", "ports.json"), "utf8")) as { natsMonitor: number };
  const nats = (await (await fetch(`http://127.0.0.1:${ports.natsMonitor}/varz`)).json()) as Record<string, number>;
  reading.set("nats connections", nats.connections ?? 0);
  reading.set("nats subscriptions", nats.subscriptions ?? 0);
  const [rows] = await sql<Record<string, number>[]>`
    SELECT
      -- A row that names a dead node is nobody's until the next call or alarm.
      (SELECT count(*)::int FROM actors a JOIN nodes n ON n.incarnation = a.node
       WHERE a.kind <> 'orphan-sweep' AND n.left_at IS NULL AND n.seen_at > now() - interval '10 s') AS "actors owned",
      (SELECT count(*)::int FROM actors WHERE kind <> 'orphan-sweep' AND wake_at IS NOT NULL) AS "alarms",
      (SELECT count(*)::int FROM nodes WHERE left_at IS NULL AND seen_at > now() - interval '10 s') AS "living nodes",
      (SELECT count(*)::int FROM broadcasts WHERE ended_at IS NULL) AS "open broadcasts",
      (SELECT count(*)::int FROM pg_locks WHERE NOT granted) AS "waiting locks"`;
  for (const [name, count] of Object.entries(rows ?? {})) reading.set(`rows: ${name}`, count);
  return reading;
}

/** Names of numbers that grew by more than a tenth and more than their floor. A decrease is fine, for example after a restart. */
export function grown(before: Reading, after: Reading): string[] {
  return [...after].flatMap(([name, now]) => {
    const then = before.get(name) ?? 0;
    const floor = FLOORS.find(([pattern]) => pattern.test(name))?.[1] ?? 0;
    return now > then + Math.max(then * SHARE, floor) ? [name] : [];
  });
}

/** Resolves with a table once all numbers are back; throws the table when they are not within a minute. */
export async function backTo(before: Reading, stage: Stage): Promise<string> {
  const startMs = performance.now();
  let after = await read(stage);
  while (grown(before, after).length > 0 && performance.now() - startMs < BACK_WITHIN_MS) {
    await Bun.sleep(2_000);
    after = await read(stage);
  }
  const leaks = grown(before, after);
  const gone = [...before.keys()].filter((name) => !after.has(name));
  const lines = [...after].map(([name, now]) => {
    const mark = leaks.includes(name) ? "   LEAK" : "";
    return `  ${name.padEnd(34)}${String(before.get(name) ?? "–").padStart(12)}${String(now).padStart(12)}${mark}`;
  });
  const head = `baseline, ${Math.round((performance.now() - startMs) / 1_000)} s after everything was idle; before and after`;
  const table = [head, ...lines].join("\n");
  if (leaks.length > 0 || gone.length > 0) throw new Error(`grown: ${leaks}; gone: ${gone}\n${table}`);
  return table;
}

/** Private memory of the process, without file pages and shared memory. 0: the process has ended. */
function anonymousBytes(pid: number): number {
  try {
    const [, kilobytes] = /^Anonymous:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8")) ?? [];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function openFiles(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}
