// Finds free ports, and remembers those of a data folder's bundled services.

import { createSocket } from "node:dgram";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";

/** The range is below the ephemeral ports of Linux and macOS: a client that connects to a restarting server could otherwise get the
 *  server's port, or connect to itself. */
const FIRST_PORT = 20_000;
const LAST_PORT = 31_999;
const TRIES_MAX = 200;

/** Null when the port can be listened on, else the error code (`EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`). */
export function listenFault(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

/** The same of UDP. */
export function udpFault(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve(null)));
  });
}

/** No process listens on it at loopback, by TCP or UDP. */
const isFree = async (port: number) =>
  (await listenFault("127.0.0.1", port)) === null && (await udpFault("127.0.0.1", port)) === null;

/** A loopback port on which no process listens now. */
export async function freePort(except: ReadonlySet<number> = new Set()): Promise<number> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT + 1));
    if (!except.has(port) && (await isFree(port))) return port;
  }
  throw new Error(`no free port from ${FIRST_PORT} to ${LAST_PORT}`);
}

/** Ports by name: the remembered ones that are still free, new ones for the rest, none of `except`. Writes them back to `file`. */
export async function rememberedPorts(
  file: string,
  names: string[],
  except: Iterable<number> = [],
): Promise<(name: string) => number> {
  const before: Record<string, unknown> = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const ports = new Map<string, number>();
  const taken = new Set(except);
  for (const name of names) {
    const old = before[name];
    const usable = typeof old === "number" && !taken.has(old) && (await isFree(old));
    const port = usable ? old : await freePort(taken);
    taken.add(port);
    ports.set(name, port);
  }
  writeFileSync(file, `${JSON.stringify({ ...before, ...Object.fromEntries(ports) }, null, 2)}\n`);
  return (name) => ports.get(name)!;
}
