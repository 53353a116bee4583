// Which ports are free, and which ones the bundled services of a data folder had last time.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";

/** Below what Linux and macOS hand to outgoing connections: a client that calls a restarting server can neither take its port nor
 *  meet itself on it. */
const FIRST_PORT = 20_000;
const LAST_PORT = 31_999;
const TRIES_MAX = 200;

/** Null when one can listen there, else why not (`EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`). */
export function listenFault(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

/** A port on loopback on which nobody listens now. */
export async function freePort(except: ReadonlySet<number> = new Set()): Promise<number> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT + 1));
    if (!except.has(port) && (await listenFault("127.0.0.1", port)) === null) return port;
  }
  throw new Error(`no free port from ${FIRST_PORT} to ${LAST_PORT}`);
}

/** The remembered ports that are still free, new ones for the rest, by name; written back to `file`. */
export async function rememberedPorts(file: string, names: string[]): Promise<(name: string) => number> {
  const before: Record<string, unknown> = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const ports = new Map<string, number>();
  const taken = new Set<number>();
  for (const name of names) {
    const old = before[name];
    const usable = typeof old === "number" && !taken.has(old) && (await listenFault("127.0.0.1", old)) === null;
    const port = usable ? old : await freePort(taken);
    taken.add(port);
    ports.set(name, port);
  }
  writeFileSync(file, `${JSON.stringify({ ...before, ...Object.fromEntries(ports) }, null, 2)}\n`);
  return (name) => ports.get(name)!;
}
