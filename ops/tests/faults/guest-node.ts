// An actor node that a test starts itself, beside the supervisor's nodes: in a network namespace of its own, or from other code.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestSystem } from "#ops/tests/support/system.ts";
import { DataFolder } from "#ops/up/data-folder.ts";
import { httpHealthy } from "#ops/up/health.ts";
import { freePort } from "#ops/up/ports.ts";
import { dyingWithUs } from "#ops/up/processes.ts";
import { Service } from "#ops/up/service.ts";
import { actorEnvironment } from "#ops/up/services/node.ts";
import { databaseUrl, natsUrl, redisUrl } from "#ops/up/store-urls.ts";

/** Host and ports at which a node reaches the services. */
export interface Ways {
  host: string;
  postgres: number;
  nats: number;
  redis: number;
  rtmp: number;
  /** Port of nginx' control and stat. */
  http: number;
}

interface GuestOptions {
  system: TestSystem;
  /** `actor-<number>`; must differ from the supervisor's nodes. */
  number: number;
  /** Default: the services' own ports. */
  ways?: Ways;
  /** Address on which the node listens. Default: loopback. */
  address?: string;
  /** Prefix of the command, such as `ip netns exec`. */
  prefix?: string[];
  /** Folder of the code. Default: this repository. */
  root?: string;
  /** Additional settings (runtime/config/). */
  env?: Record<string, string>;
}

export interface Guest {
  name: string;
  internalUrl: string;
  internalPort: number;
  stop(): Promise<void>;
}

const ROOT = join(import.meta.dir, "../../..");
const STOP_WITHIN_MS = 25_000;

/** Ports of a system on this machine. */
export function directPorts(system: TestSystem): Ways {
  const folder = new DataFolder(system.data);
  const port = (name: string, which: "port" | "internalPort" = "port") => {
    const found = folder.readRunFile(name)?.[which];
    if (found === undefined) throw new Error(`${name} does not run`);
    return found;
  };
  return {
    host: "127.0.0.1",
    postgres: port("postgres"),
    nats: port("nats"),
    redis: port("redis"),
    rtmp: port("nginx"),
    http: port("nginx", "internalPort"),
  };
}

/** Resolves when the node is ready. The node is restarted when it dies, as by the supervisor, and has a run file and a log like other nodes. */
export async function startGuest(options: GuestOptions): Promise<Guest> {
  const { system, number, ways = directPorts(system), address = "127.0.0.1", prefix = [], root = ROOT } = options;
  const folder = new DataFolder(system.data);
  const internalPort = await freePort();
  const internalUrl = `http://${address}:${internalPort}`;
  const sockets = mkdtempSync(join(tmpdir(), "g-"));
  const { host } = ways;
  const secrets = folder.secrets();
  const settings = actorEnvironment({
    number,
    internalPort,
    env: {
      DATABASE_URL: databaseUrl(secrets, "actor", { host, port: ways.postgres }),
      NATS_URL: natsUrl(secrets, "actor", { host, port: ways.nats }),
      REDIS_URL: redisUrl(secrets, "actor", { host, port: ways.redis }),
      INGESTS: `main=rtmp://${host}:${ways.rtmp}/live|http://${host}:${ways.http}`,
      SOCKET_DIR: sockets,
      LADDER: "none",
      THUMBNAIL_INTERVAL_MS: "0",
    },
  });
  const env = { ...settings, INTERNAL_HOST: address, INTERNAL_URL: internalUrl, ...options.env };
  const service = new Service(
    {
      name: `actor-${number}`,
      internalPort,
      launch: () => ({
        argv: [...prefix, ...dyingWithUs([process.execPath, join(root, "actors/main.ts")], "KILL")],
        env,
      }),
      healthy: () => httpHealthy(`${internalUrl}/readyz`),
      stop: { signal: "SIGTERM", withinMs: STOP_WITHIN_MS },
    },
    folder,
    () => {}, // The run file counts the starts.
  );
  const stop = async () => {
    await service.stop();
    rmSync(sockets, { recursive: true, force: true });
  };
  try {
    await service.start();
    return { name: service.name, internalUrl, internalPort, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
