// Settings of every process of ours: unit, default, and why one would change it.

import type { Reader } from "./reader.ts";

export function readShared(read: Reader) {
  return {
    /** Name of the process in logs and on the operator's screen. */
    name: read.text("NODE_NAME", "node"),
    logLevel: read.oneOf("LOG_LEVEL", ["trace", "debug", "info", "warn", "error", "fatal"] as const, "info"),
    databaseUrl: read.url("DATABASE_URL", ["postgres", "postgresql"]),
    /** Servers of one NATS cluster, comma between: each process picks one at random and goes on at another when it dies.
     *  `nats://user:password@host:port`: what that user may say and hear is the server's to know (ops/docker/nats.conf). */
    natsUrl: read.urls("NATS_URL", ["nats", "tls"]),
    redisUrl: read.url("REDIS_URL", ["redis", "rediss"]),
    /** Where the internal port listens: hooks or media origin, metrics. Never public. */
    internalHost: read.text("INTERNAL_HOST", "127.0.0.1"),
    internalPort: read.number("INTERNAL_PORT", undefined, { min: 1, max: 65_535 }),
    /** A process whose event loop stood still for so long is ended, to be started again; 0 = never, as under a debugger.
     *  By default after the time that makes others take a node for dead: what comes back later has lost its actors anyway. */
    watchdogMs: read.number("WATCHDOG_MS", 10_000, { max: 3_600_000 }),
  };
}
