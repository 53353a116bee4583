// The bundled Redis: on loopback, without persistence. When memory is full it drops old keys.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DataFolder } from "../data-folder.ts";
import { tcpHealthy } from "../health.ts";
import { dyingWithUs, program } from "../processes.ts";
import type { ServiceSpec } from "../service.ts";
import { type RedisUser, redisAcl } from "./redis-users.ts";

const MEMORY_MAX = "256mb";
/** Turns of housekeeping a second. Expired keys are never shown; they are only removed later. The default of 10 is 0.15 % of a core. */
const HOUSEKEEPING_HZ = 1;

interface RedisOptions {
  folder: DataFolder;
  port: number;
  /** Passwords of the users (redis-users.ts). Null, for tests: no users, every connection may do everything. */
  users: Record<RedisUser, string> | null;
}

export function redisService({ folder, port, users }: RedisOptions): ServiceSpec {
  const home = folder.file("redis");
  const acl = join(home, "users.acl");
  return {
    name: "redis",
    port,
    launch() {
      mkdirSync(home, { recursive: true });
      if (users) writeFileSync(acl, redisAcl(users), { mode: 0o600 });
      const place = ["--bind", "127.0.0.1", "--port", String(port), "--dir", home];
      const keeping = ["--save", "", "--appendonly", "no", "--maxmemory", MEMORY_MAX];
      const argv = [program("redis-server"), ...place, ...keeping, "--maxmemory-policy", "allkeys-lru"];
      const waking = ["--hz", String(HOUSEKEEPING_HZ)];
      const guard = users ? ["--aclfile", acl] : [];
      return { argv: dyingWithUs([...argv, ...waking, ...guard, "--daemonize", "no"], "KILL") };
    },
    healthy: () =>
      users
        ? tcpHealthy({ port, say: `AUTH node ${users.node}\r\n`, hear: "+OK" })
        : tcpHealthy({ port, say: "PING\r\n", hear: "+PONG" }),
    stop: { signal: "SIGTERM", withinMs: 1_000 },
  };
}
