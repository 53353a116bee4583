// Redis for one machine: loopback, counts and limits only, so nothing is written to disk and old keys give way.

import { mkdirSync } from "node:fs";
import type { DataFolder } from "../data-folder.ts";
import { tcpHealthy } from "../health.ts";
import { dyingWithUs, program } from "../processes.ts";
import type { ServiceSpec } from "../service.ts";

const MEMORY_MAX = "256mb";

export function redisService({ folder, port }: { folder: DataFolder; port: number }): {
  spec: ServiceSpec;
  url: string;
} {
  const home = folder.file("redis");
  return {
    url: `redis://127.0.0.1:${port}`,
    spec: {
      name: "redis",
      port,
      launch() {
        mkdirSync(home, { recursive: true });
        const place = ["--bind", "127.0.0.1", "--port", String(port), "--dir", home];
        const keeping = [
          "--save",
          "",
          "--appendonly",
          "no",
          "--maxmemory",
          MEMORY_MAX,
          "--maxmemory-policy",
          "allkeys-lru",
        ];
        return { argv: dyingWithUs([program("redis-server"), ...place, ...keeping, "--daemonize", "no"], "KILL") };
      },
      healthy: () => tcpHealthy({ port, say: "PING\r\n", hear: "+PONG" }),
      stop: { signal: "SIGTERM", withinMs: 1_000 },
    },
  };
}
