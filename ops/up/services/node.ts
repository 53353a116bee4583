// Edge and actor nodes: their commands and settings.

import { join } from "node:path";
import { httpHealthy } from "../health.ts";
import { dyingWithUs } from "../processes.ts";
import type { ServiceSpec } from "../service.ts";

const ROOT = join(import.meta.dir, "../../..");

/** The address at which this machine reaches a port that listens on `bind`. */
export const reachable = (bind: string) => (bind === "0.0.0.0" ? "127.0.0.1" : bind);

/** Settings for one node: `ACTOR_2_DATABASE_URL` of this process becomes `DATABASE_URL` of actor-2. */
export function ownSettings(name: string): Record<string, string> {
  const prefix = `${name.toUpperCase().replace("-", "_")}_`;
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([setting, value]) =>
      setting.startsWith(prefix) && value !== undefined ? [[setting.slice(prefix.length), value]] : [],
    ),
  );
}

export interface EdgeOptions {
  /** 1, 2, … */
  number: number;
  bind: string;
  port: number;
  internalPort: number;
  /** Settings of all edges (runtime/config/). */
  env: Record<string, string>;
}

/** The settings of one edge. */
export const edgeEnvironment = ({ number, bind, port, internalPort, env }: EdgeOptions) => ({
  ...env,
  // Bun's fetch allows 256 concurrent requests by default, and each player's held playlist is one. Bun reads this only at its start.
  BUN_CONFIG_MAX_HTTP_REQUESTS: "65336",
  // How often the allocator gives back unused memory between used memory, ms. By default that is a fifth of an idle edge's processor time.
  MIMALLOC_PURGE_HOLES_MIN_INTERVAL: "5000",
  NODE_NAME: `edge-${number}`,
  EDGE_HOST: bind,
  EDGE_PORT: String(port),
  INTERNAL_HOST: "127.0.0.1",
  INTERNAL_PORT: String(internalPort),
  ...ownSettings(`edge-${number}`),
});

export function edgeService(options: EdgeOptions): ServiceSpec {
  const host = reachable(options.bind);
  return {
    name: `edge-${options.number}`,
    host,
    port: options.port,
    internalPort: options.internalPort,
    launch: () => ({ argv: nodeCommand("edge/main.ts"), env: edgeEnvironment(options) }),
    healthy: () => httpHealthy(`http://${host}:${options.port}/readyz`),
    stop: { signal: "SIGTERM", withinMs: 2_000 },
  };
}

interface ActorOptions {
  /** 1, 2, … */
  number: number;
  internalPort: number;
  env: Record<string, string>;
}

/** The settings of one actor node. */
export const actorEnvironment = ({ number, internalPort, env }: ActorOptions) => ({
  ...env,
  // Media come and go a few MB each second. Given back to the system at once and asked for again, they took a third of a channel's processor time.
  MIMALLOC_PURGE_DELAY: "-1",
  NODE_NAME: `actor-${number}`,
  INTERNAL_HOST: "127.0.0.1",
  INTERNAL_PORT: String(internalPort),
  INTERNAL_URL: `http://127.0.0.1:${internalPort}`,
  ...ownSettings(`actor-${number}`),
});

export function actorService(options: ActorOptions): ServiceSpec {
  return {
    name: `actor-${options.number}`,
    internalPort: options.internalPort,
    launch: () => ({ argv: nodeCommand("actors/main.ts"), env: actorEnvironment(options) }),
    healthy: () => httpHealthy(`http://127.0.0.1:${options.internalPort}/readyz`),
    stop: { signal: "SIGTERM", withinMs: 2_500 },
  };
}

// SIGKILL: when the supervisor is killed, the stores end too, so that a node could not say goodbye.
export const nodeCommand = (file: string) => dyingWithUs([process.execPath, join(ROOT, file)], "KILL");
