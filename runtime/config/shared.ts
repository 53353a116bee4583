// Settings of every process: unit, default, and a reason to change each.

import { LOG_LEVELS } from "../base/log-level.ts";
import { readObjectStore } from "./objects.ts";
import { readTraces } from "./observation.ts";
import type { Reader } from "./reader.ts";

export function readShared(read: Reader) {
  return {
    /** Name of the process in logs and on the operator's screen. */
    name: read.text("NODE_NAME", "node"),
    /** Lines below it are not written. It may be changed while the process runs: `npm run ops -- log-level`. */
    logLevel: read.oneOf("LOG_LEVEL", LOG_LEVELS, "info"),
    /** PostgreSQL: `postgres://user:password@host:port/database`. */
    databaseUrl: read.url("DATABASE_URL", ["postgres", "postgresql"]),
    /** Servers of one NATS cluster, separated by commas: each process picks one at random, and another when it dies.
     *  `nats://user:password@host:port`; the server's configuration limits that user's subjects (ops/docker/nats.conf). */
    natsUrl: read.urls("NATS_URL", ["nats", "tls"]),
    /** `redis://user:password@host:port`. While it is away, limits are counted in memory and counts of viewers are 0. */
    redisUrl: read.url("REDIS_URL", ["redis", "rediss"]),
    /** Null: no object store, and so no videos. */
    objectStore: readObjectStore(read),
    /** Address of the internal port, which serves hooks or the media origin, and metrics. Never public. */
    internalHost: read.text("INTERNAL_HOST", "127.0.0.1"),
    /** See INTERNAL_HOST. */
    internalPort: read.number("INTERNAL_PORT", undefined, { min: 1, max: 65_535 }),
    traces: readTraces(read),
    /** A process whose event loop stands still for this long is killed, to be started again; 0 = never, for use with a debugger.
     *  The default is the time after which other nodes judge a node dead: later it would have lost its actors anyway. */
    watchdogMs: read.number("WATCHDOG_MS", 10_000, { max: 3_600_000 }),
  };
}
