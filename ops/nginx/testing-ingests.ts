// For tests only: nginx-rtmp as an ingest behind a balancer, and an edge that answers its hooks and remembers who published where.

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "#ops/tests/support/until.ts";
import { httpHealthy } from "#ops/up/health.ts";
import { freePort } from "#ops/up/ports.ts";
import { dyingWithUs, program } from "#ops/up/processes.ts";
import { rtmpConf } from "./rtmp.conf.ts";

const RTMP_MODULE = "/usr/lib/nginx/modules/ngx_rtmp_module.so";
const STREAM_MODULE = "/usr/lib/nginx/modules/ngx_stream_module.so";

export interface TestIngest {
  name: string;
  balancedPort: number;
  kill(): Promise<void>;
}

export interface TestIngests {
  ingests: TestIngest[];
  /** `host:port` of the edge that answers hooks. */
  edge: string;
  /** Each time that an encoder published, in order. */
  published: { ingest: string; address: string; atMs: number }[];
  stop(): Promise<void>;
}

/** For the balancer's configuration, which leaves modules to whoever runs it. */
export const withStreamModule = (text: string) =>
  `${existsSync(STREAM_MODULE) ? `load_module ${STREAM_MODULE};\n` : ""}${text}`;

export async function startIngests(names: string[]): Promise<TestIngests> {
  const folder = mkdtempSync(join(tmpdir(), "ingests-"));
  const published: TestIngests["published"] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname !== "/hooks/rtmp/publish") return new Response(null, { status: 200 });
      const address = new URLSearchParams(await request.text()).get("addr") ?? "";
      published.push({ ingest: searchParams.get("ingest")!, address, atMs: performance.now() });
      return new Response(null, { status: 302, headers: { location: `pub-${published.length}` } });
    },
  });
  const edge = `127.0.0.1:${server.port}`;
  const ingests: TestIngest[] = [];
  for (const name of names) ingests.push(await startIngest(join(folder, name), name, edge));
  return {
    ...{ ingests, edge, published },
    async stop() {
      for (const ingest of ingests) await ingest.kill();
      void server.stop(true);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startIngest(folder: string, name: string, edge: string): Promise<TestIngest> {
  mkdirSync(join(folder, "recent"), { recursive: true });
  const [rtmpPort, httpPort, balancedPort] = [await freePort(), await freePort(), await freePort()];
  const text = rtmpConf(
    {
      ...{ folder, bind: "127.0.0.1", rtmpPort, httpPort, ingest: name, boot: crypto.randomUUID(), edges: [edge] },
      modulePath: existsSync(RTMP_MODULE) ? RTMP_MODULE : null,
      asRoot: process.getuid?.() === 0,
    },
    { httpHost: "127.0.0.1", pullers: ["127.0.0.1"], balancedPort },
  );
  writeFileSync(join(folder, "nginx.conf"), text);
  const argv = [program("nginx"), "-e", "stderr", "-p", folder, "-c", join(folder, "nginx.conf")];
  const nginx = Bun.spawn(dyingWithUs(argv), { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
  await until("the ingest", () => httpHealthy(`http://127.0.0.1:${httpPort}/healthz`));
  return {
    name,
    balancedPort,
    async kill() {
      nginx.kill("SIGTERM"); // Its worker goes with it.
      await nginx.exited;
    },
  };
}
