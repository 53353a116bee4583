// The load balancer for tests: nginx with ops/nginx/balancer.conf.ts in front of running edges.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { type BalancerOptions, balancerConf } from "#ops/nginx/balancer.conf.ts";
import { freePort } from "#ops/up/ports.ts";
import { dyingWithUs, program } from "#ops/up/processes.ts";
import { until } from "./until.ts";

export interface Balancer {
  port: number;
  /** `http://127.0.0.1:port`. */
  url: string;
  /** The same over IPv6, which counts as another client address; equals `url` on a machine without IPv6. */
  url6: string;
  /** Resident bytes of all its processes. */
  memoryBytes(): number;
  /** Its error log and refused requests. */
  logs(): string;
  stop(): Promise<void>;
}

interface BalancerTestOptions extends Partial<Omit<BalancerOptions, "edges" | "folder">> {
  /** `host:port`. */
  edges: string[];
  /** Default: a free port. */
  port?: number;
  /** IPv4 address on which it listens. Default: loopback, and `::1`. */
  host?: string;
  /** Prefix of its command, such as `ip netns exec`. */
  prefix?: string[];
  /** Changes the configuration, for example to shorter times. */
  change?: (text: string) => string;
}

/** Whether this machine has `::1`; containers often do not. */
export const HAS_IPV6 = Object.values(networkInterfaces()).some((list) =>
  list?.some(({ address }) => address === "::1"),
);

/** Resolves when the balancer listens. */
export async function startBalancer({ change, host, prefix = [], ...options }: BalancerTestOptions): Promise<Balancer> {
  const folder = mkdtempSync(join(tmpdir(), "balancer-"));
  const port = options.port ?? (await freePort());
  const file = join(folder, "nginx.conf");
  const log = join(folder, "refused.log");
  const errors = join(folder, "error.log");
  const text = balancerConf({
    listens: host ? [`${host}:${port}`] : [`127.0.0.1:${port}`, ...(HAS_IPV6 ? [`[::1]:${port}`] : [])],
    workers: 1,
    accessLog: log,
    ...options,
    folder,
    asRoot: process.getuid?.() === 0,
  });
  writeFileSync(file, change ? change(text) : text);
  const nginx = Bun.spawn([...prefix, ...dyingWithUs([program("nginx"), "-e", "stderr", "-p", folder, "-c", file])], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: Bun.file(errors),
  });
  const logs = () => [errors, log].map(textOf).join("\n");
  const url = `http://${host ?? "127.0.0.1"}:${port}`;
  const up = until("nginx to listen", async () => (await fetch(`${url}/hooks`, { redirect: "manual" })).status > 0, {
    everyMs: 20,
  });
  const ended = nginx.exited.then((code) => {
    throw new Error(`nginx ended with ${code}: ${logs()}`);
  });
  ended.catch(() => {}); // `stop` ends nginx too.
  await Promise.race([up, ended]);
  return {
    port,
    url,
    url6: HAS_IPV6 && !host ? `http://[::1]:${port}` : url,
    memoryBytes: () => [nginx.pid, ...childrenOf(nginx.pid)].reduce((sum, pid) => sum + residentBytes(pid), 0),
    logs,
    async stop() {
      nginx.kill("SIGTERM");
      await nginx.exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Current resident memory (Linux). */
export function residentBytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s*(\d+) kB/m.exec(textOf(`/proc/${pid}/status`)) ?? [];
  return Number(kilobytes ?? 0) * 1024;
}

const childrenOf = (pid: number) =>
  textOf(`/proc/${pid}/task/${pid}/children`).trim().split(/\s+/).filter(Boolean).map(Number);

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // The process is not there yet, or has ended.
  }
}
