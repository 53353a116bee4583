// The bundled NATS: on loopback, without JetStream.

import { writeFileSync } from "node:fs";
import type { DataFolder } from "../data-folder.ts";
import { httpHealthy } from "../health.ts";
import { dyingWithUs, program } from "../processes.ts";
import type { ServiceSpec } from "../service.ts";
import { type NatsUser, natsAuthorization, passwordVariable } from "./nats-users.ts";

/** Limits that every NATS server needs; ops/docker/nats.conf has them too. */
export const natsLimits = `max_payload: 1MB
ping_interval: "5s"
ping_max: 2
write_deadline: "5s"
`;

interface NatsOptions {
  folder: DataFolder;
  port: number;
  /** HTTP port of NATS, for the health check. */
  monitorPort: number;
  /** Passwords of the users (nats-users.ts). Null, for tests: no users, every connection may do everything. */
  users: Record<NatsUser, string> | null;
}

export function natsService({ folder, port, monitorPort, users }: NatsOptions): ServiceSpec {
  const file = folder.file("nats.conf");
  const place = `listen: "127.0.0.1:${port}"\nhttp: "127.0.0.1:${monitorPort}"\n`;
  return {
    name: "nats",
    port,
    launch() {
      writeFileSync(file, `${place}${natsLimits}${users ? natsAuthorization() : ""}`);
      return {
        argv: dyingWithUs([program("nats-server"), "-c", file], "KILL"),
        env: users ? natsPasswords(users) : {},
      };
    },
    healthy: () => httpHealthy(`http://127.0.0.1:${monitorPort}/healthz`),
    stop: { signal: "SIGTERM", withinMs: 1_000 },
  };
}

/** The passwords as environment variables of the server. */
const natsPasswords = (users: Record<NatsUser, string>) =>
  Object.fromEntries(
    Object.entries(users).map(([user, password]) => [passwordVariable(user as NatsUser), `"${password}"`]),
  );
