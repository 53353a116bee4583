// A JSON GET behind the whole gateway (token, limits, rule) against the same route on bare Elysia. Issue 5: ≥ 0.5 ×. Measured with the
// smallest answer, where the gateway's share is largest, and with a page of the directory.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataFolder } from "#ops/up/data-folder.ts";
import { startStores } from "../support/stores.ts";
import type { Load } from "./load.ts";
import { cpuMicros } from "./media.ts";
import { type BenchResult, median } from "./result.ts";

const CONNECTIONS = 32;
const ROUNDS = 7;
const ROUND_MS = 1_500;

const ANSWERS = [
  ["/one", "120 bytes"],
  ["/list", "a page of 20 channels"],
] as const;

interface Server {
  pid: number;
  url: string;
  token: string;
  stop(): Promise<void>;
}

export async function benchGateway(): Promise<BenchResult> {
  const path = mkdtempSync(join(tmpdir(), "bench-gateway-"));
  const servers: Server[] = [];
  const stores = await startStores(new DataFolder(path), () => {});
  try {
    const env = { TEST_DATABASE_URL: stores.databaseUrl, TEST_REDIS_URL: stores.redisUrl };
    const bare = await start("bare", env);
    servers.push(bare);
    const gateway = await start("gateway", env);
    servers.push(gateway);
    const rows: string[][] = [];
    for (const [path, what] of ANSWERS) rows.push(...(await compare(bare, gateway, path, what)));
    return {
      title: "A JSON GET behind the whole gateway",
      target: "≥ 0.5 × the same route on bare Elysia (requests/s, median of ratios)",
      method: `${CONNECTIONS} keep-alive connections from one client process, ${ROUNDS} interleaved rounds of ${ROUND_MS} ms each; limits per address and per user in Redis, an access token in each request`,
      header: ["what", "req/s", "µs CPU/req", "p50/p99 ms", "ratio"],
      rows,
    };
  } finally {
    for (const server of servers) await server.stop();
    await stores.stop();
    rmSync(path, { recursive: true, force: true });
  }
}

async function compare(bare: Server, gateway: Server, path: string, what: string): Promise<string[][]> {
  for (const server of [bare, gateway]) await measure(server, path, 1_000); // Warms up: compiled code, cached token.
  const rounds: { bare: Measured; gateway: Measured }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const first = round % 2 === 0 ? bare : gateway;
    const one = await measure(first, path, ROUND_MS);
    const other = await measure(first === bare ? gateway : bare, path, ROUND_MS);
    rounds.push(first === bare ? { bare: one, gateway: other } : { bare: other, gateway: one });
  }
  const row = (side: "bare" | "gateway") => {
    const of = (pick: (measured: Measured) => number) => median(rounds.map((each) => pick(each[side])));
    return [
      of((m) => m.perSecond).toFixed(0),
      of((m) => m.cpuMicros).toFixed(0),
      `${of((m) => m.p50Ms).toFixed(1)} / ${of((m) => m.p99Ms).toFixed(1)}`,
    ];
  };
  const ratio = median(rounds.map((each) => each.gateway.perSecond / each.bare.perSecond)).toFixed(2);
  return [
    [`bare Elysia, ${what}`, ...row("bare"), ""],
    [`gateway, ${what}`, ...row("gateway"), ratio],
  ];
}

interface Measured {
  perSecond: number;
  cpuMicros: number;
  p50Ms: number;
  p99Ms: number;
}

async function measure({ pid, url, token }: Server, path: string, ms: number): Promise<Measured> {
  const before = await cpuMicros(pid);
  const argv = [url + path, String(CONNECTIONS), String(ms), ...(token ? [`Bearer ${token}`] : [])];
  const client = Bun.spawn([process.execPath, join(import.meta.dir, "load.ts"), ...argv], {
    stdout: "pipe",
    stderr: "inherit",
  });
  const load = JSON.parse(await new Response(client.stdout).text()) as Load;
  if (load.errors > 0 || load.requests === 0) throw new Error(`${path}: ${load.errors} answers were not 200`);
  return {
    perSecond: load.requests / load.seconds,
    cpuMicros: ((await cpuMicros(pid)) - before) / load.requests,
    p50Ms: load.p50Ms,
    p99Ms: load.p99Ms,
  };
}

async function start(kind: "bare" | "gateway", env: Record<string, string>): Promise<Server> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "gateway-server.ts"), kind], {
    env: { ...process.env, ...env, NODE_ENV: "production" },
    stdout: "pipe",
    stderr: "inherit",
  });
  const { value } = await child.stdout.getReader().read();
  const { port, token } = JSON.parse(new TextDecoder().decode(value)) as { port: number; token: string };
  return {
    pid: child.pid,
    url: `http://127.0.0.1:${port}/api/v1`,
    token,
    async stop() {
      child.kill();
      await child.exited;
    },
  };
}
