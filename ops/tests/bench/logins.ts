// Latency of other requests beside sign-ins (three a second for two minutes, each a bcrypt of cost 12), against the same processor time
// used by stress-ng. Issue 5: the p99 of other routes is no worse beside sign-ins.

import { readFileSync } from "node:fs";
import { type Account, call, register } from "#ops/tests/support/api.ts";
import { bootSystem } from "#ops/tests/support/system.ts";
import type { BenchResult } from "./result.ts";

const LOGINS_PER_S = Number(process.env.BENCH_LOGINS_PER_S || 3);
const PROBES_PER_S = 100;
const PHASE_MS = Number(process.env.BENCH_LOGINS_PHASE_MS || 120_000);
const QUIET_MS = PHASE_MS / 6;
const TICKS_PER_S = 100;
/** Limits are off, because one address sends everything. */
const LIMITS = [
  "SIGN_INS_PER_MINUTE_PER_ACCOUNT",
  "SIGN_INS_PER_MINUTE_PER_IP",
  "AUTH_PER_MINUTE_PER_IP",
  "REQUESTS_PER_MINUTE_PER_IP",
  "READS_PER_MINUTE_PER_USER",
  "SEARCHES_PER_MINUTE_PER_IP",
];

interface Phase {
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  probes: number;
  /** Cores used by the edge. */
  edgeCores: number;
}

export async function benchLogins(): Promise<BenchResult> {
  if (!Bun.which("stress-ng")) throw new Error("stress-ng is missing: apt install stress-ng");
  const system = await bootSystem({ env: Object.fromEntries(LIMITS.map((name) => [name, "0"])) });
  try {
    const people: Account[] = [];
    for (let i = 0; i < 5; i++) people.push(await register(system.url));
    const { accessToken: token } = people[0]!;
    const probes = [
      () => call(`${system.url}/api/v1/me`, { token }),
      () => call(`${system.url}/api/v1/channels`),
      () => call(`${system.url}/api/v1/channels/${people[1]!.login}`),
    ];
    const phase = (ms: number, beside?: Beside) => measure(system.pidOf("edge-1"), probes, ms, beside);

    await phase(5_000);
    const quiet = await phase(QUIET_MS);
    const refused: unknown[] = [];
    let logins = 0;
    const beside = await phase(PHASE_MS, {
      perS: LOGINS_PER_S,
      work: async (turn) => {
        const { login, password } = people[turn % people.length]!;
        await call(`${system.url}/api/v1/auth/login`, { body: { login, password } }).catch((e) => refused.push(e));
        logins++;
      },
    });
    if (refused.length > 0) throw new Error(`${refused.length} sign-ins failed: ${refused[0]}`);
    const cores = Math.max(0.05, beside.edgeCores - quiet.edgeCores);
    const stop = burn(cores);
    const burnt = await phase(PHASE_MS).finally(stop);

    const row = (name: string, p: Phase, ratio: string) => [
      name,
      String(p.probes),
      p.p50Ms.toFixed(1),
      p.p99Ms.toFixed(1),
      p.maxMs.toFixed(0),
      p.edgeCores.toFixed(2),
      ratio,
    ];
    return {
      title: "Other routes beside sign-ins",
      target: "p99 ≤ 1.0 × of the same processor time burnt by stress-ng",
      method: `${logins} sign-ins at ${LOGINS_PER_S}/s for ${PHASE_MS / 1_000} s (bcrypt, cost 12), then stress-ng with ${cores.toFixed(2)} cores as long; meanwhile ${PROBES_PER_S} requests/s in an open loop to /me, /channels and /channels/:channel of one edge`,
      header: ["beside", "requests", "p50 ms", "p99 ms", "max ms", "edge cores", "p99 ratio"],
      rows: [
        row("nothing", quiet, ""),
        row("sign-ins", beside, (beside.p99Ms / burnt.p99Ms).toFixed(2)),
        row("stress-ng", burnt, "1"),
      ],
    };
  } finally {
    await system.stop();
  }
}

interface Beside {
  perS: number;
  work(turn: number): Promise<void>;
}

/** Sends requests at a fixed rate whether answers come or not; latency counts from the scheduled time. */
async function measure(
  edgePid: number,
  probes: (() => Promise<unknown>)[],
  ms: number,
  beside?: Beside,
): Promise<Phase> {
  const tookMs: number[] = [];
  const failures: unknown[] = [];
  const startMs = performance.now();
  const ticks = cpuTicks(edgePid);
  const evenly = async (perS: number, work: (turn: number, dueMs: number) => Promise<unknown>) => {
    const underWay: Promise<unknown>[] = [];
    for (let turn = 0; ; turn++) {
      const dueMs = startMs + (turn * 1_000) / perS;
      if (dueMs >= startMs + ms) break;
      await Bun.sleep(Math.max(0, dueMs - performance.now()));
      underWay.push(work(turn, dueMs));
    }
    await Promise.all(underWay);
  };
  await Promise.all([
    evenly(PROBES_PER_S, async (turn, dueMs) => {
      await probes[turn % probes.length]!().catch((error) => failures.push(error));
      tookMs.push(performance.now() - dueMs);
    }),
    ...(beside ? [evenly(beside.perS, beside.work)] : []),
  ]);
  if (failures.length > 0) throw new Error(`${failures.length} requests failed: ${failures[0]}`);
  const seconds = (performance.now() - startMs) / 1_000;
  const sorted = tookMs.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!;
  return {
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: sorted.at(-1)!,
    probes: sorted.length,
    edgeCores: (cpuTicks(edgePid) - ticks) / TICKS_PER_S / seconds,
  };
}

/** As many workers as bcrypt had, which together use `cores` cores. */
function burn(cores: number): () => Promise<void> {
  const workers = Math.max(2, Math.ceil(cores));
  const load = Math.min(100, Math.round((cores / workers) * 100));
  const stress = Bun.spawn(["stress-ng", "--quiet", "--cpu", String(workers), "--cpu-load", String(load)], {
    stdout: "ignore",
    stderr: "ignore",
  });
  return async () => {
    stress.kill();
    await stress.exited;
  };
}

/** utime + stime of /proc/<pid>/stat, all threads. */
function cpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return Number(fields[11]) + Number(fields[12]);
}
