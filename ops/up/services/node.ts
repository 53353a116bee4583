// Our own processes: edge and actor nodes, each a Bun of its own.

import { join } from "node:path";
import { httpHealthy } from "../health.ts";
import { dyingWithUs } from "../processes.ts";
import type { ServiceSpec } from "../service.ts";

const ROOT = join(import.meta.dir, "../../..");

/** Where this machine itself reaches what listens on `bind`. */
export const reachable = (bind: string) => (bind === "0.0.0.0" ? "127.0.0.1" : bind);

/** `ACTOR_2_DATABASE_URL` in our own environment is `DATABASE_URL` for actor-2 alone: a node may reach a store by another way. */
function ownSettings(name: string): Record<string, string> {
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
  /** Settings that all edges share (runtime/config/). */
  env: Record<string, string>;
}

/** The settings of an edge beyond the shared ones. */
export const edgeEnvironment = ({ number, bind, port, internalPort, env }: EdgeOptions) => ({
  ...env,
  // Bun's fetch carries 256 requests at once by default; each player's held playlist is one. Read only at its start.
  BUN_CONFIG_MAX_HTTP_REQUESTS: "65336",
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
    launch: () => ({ argv: ourOwn("edge/main.ts"), env: edgeEnvironment(options) }),
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

/** The settings of an actor node beyond the shared ones. */
export const actorEnvironment = ({ number, internalPort, env }: ActorOptions) => ({
  ...env,
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
    launch: () => ({ argv: ourOwn("actors/main.ts"), env: actorEnvironment(options) }),
    healthy: () => httpHealthy(`http://127.0.0.1:${options.internalPort}/readyz`),
    stop: { signal: "SIGTERM", withinMs: 2_500 },
  };
}

// When the supervisor is killed all goes at once: there is nobody left to say goodbye to.
const ourOwn = (file: string) => dyingWithUs([process.execPath, join(ROOT, file)], "KILL");
