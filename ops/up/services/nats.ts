// NATS for one machine: loopback, no JetStream, nothing kept.

import { writeFileSync } from "node:fs";
import type { DataFolder } from "../data-folder.ts";
import { httpHealthy } from "../health.ts";
import { dyingWithUs, program } from "../processes.ts";
import type { ServiceSpec } from "../service.ts";

const conf = (port: number, monitorPort: number) => `listen: "127.0.0.1:${port}"
http: "127.0.0.1:${monitorPort}"
max_payload: 1MB
ping_interval: "5s"
ping_max: 2
write_deadline: "5s"
`;

export interface NatsOptions {
  folder: DataFolder;
  port: number;
  /** Its own HTTP port, for health. */
  monitorPort: number;
}

export function natsService({ folder, port, monitorPort }: NatsOptions): { spec: ServiceSpec; url: string } {
  const file = folder.file("nats.conf");
  return {
    url: `nats://127.0.0.1:${port}`,
    spec: {
      name: "nats",
      port,
      launch() {
        writeFileSync(file, conf(port, monitorPort));
        return { argv: dyingWithUs([program("nats-server"), "-c", file], "KILL") };
      },
      healthy: () => httpHealthy(`http://127.0.0.1:${monitorPort}/healthz`),
      stop: { signal: "SIGTERM", withinMs: 1_000 },
    },
  };
}
