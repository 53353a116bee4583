// A load balancer before the edges of a running system, with the limits of one client out of the way; and what each edge has of the load.

import { startBalancer } from "#ops/tests/support/balancer.ts";
import type { DataFolder } from "#ops/up/data-folder.ts";
import { cpuMs } from "#runtime/process/process-bun.ts";

/** All sockets of a load come from one address. */
const NO_LIMITS = { connections: 100_000, joinsPerMinute: 1_000_000, joinsBurst: 100_000, apiPerS: 100_000 };

export interface Edge {
  name: string;
  pid: number;
  /** `host:port` of its public port. */
  address: string;
  /** Of its internal port. */
  internalUrl: string;
}

export function edgesOf(folder: DataFolder): Edge[] {
  const names = folder.runNames().filter((name) => name.startsWith("edge-"));
  return names.flatMap((name) => {
    const run = folder.readRunFile(name);
    if (!run) return [];
    return [
      {
        ...{ name, pid: run.pid, address: `${run.host}:${run.port}` },
        internalUrl: `http://${run.host}:${run.internalPort}`,
      },
    ];
  });
}

/** Runs the load at the balancer's address. */
export async function throughBalancer<Result>(edges: readonly Edge[], load: (url: string) => Promise<Result>) {
  const balancer = await startBalancer({
    edges: edges.map(({ address }) => address),
    workers: "auto",
    limits: NO_LIMITS,
  });
  try {
    return await load(balancer.url);
  } finally {
    await balancer.stop();
  }
}

/** Asked twice, it tells what each edge did in between. */
export class EdgeWatch {
  #fromMs = performance.now();
  #cpuMs: readonly number[];

  constructor(private readonly edges: readonly Edge[]) {
    this.#cpuMs = this.#used();
  }

  /** Begins anew. */
  start() {
    this.#fromMs = performance.now();
    this.#cpuMs = this.#used();
  }

  /** Rows of a report: sockets now, and processor time since the start, in percent of a core. */
  async rows(): Promise<[string, string][]> {
    const tookMs = performance.now() - this.#fromMs;
    const used = this.#used();
    return Promise.all(
      this.edges.map(async ({ name, internalUrl }, at): Promise<[string, string]> => {
        const share = ((used[at]! - this.#cpuMs[at]!) / tookMs) * 100;
        return [name, `${await socketsAt(internalUrl)} sockets, ${share.toFixed(0)} % of a core`];
      }),
    );
  }

  #used(): number[] {
    return this.edges.map(({ pid }) => cpuMs(pid) ?? 0);
  }
}

/** `?`: it does not tell. */
async function socketsAt(internalUrl: string): Promise<string> {
  try {
    const metrics = await (await fetch(`${internalUrl}/metrics`)).text();
    return /^chat_sockets(?:\{[^}]*\})? (\d+)/m.exec(metrics)?.[1] ?? "?";
  } catch {
    return "?";
  }
}
