// The system that a verb of the operator's tool works on: its stores, found in a data folder or named by the environment.
// Verbs need no edge, since an operator is often there because edges are down.

import "#ops/up/no-proxy.ts";
import { existsSync } from "node:fs";
import { DataFolder } from "#ops/up/data-folder.ts";
import { lives } from "#ops/up/processes.ts";
import { NotRunning } from "#ops/up/running-system.ts";
import { s3Settings } from "#ops/up/services/s3.ts";
import { databaseUrl, natsUrl, redisUrl, s3Keys } from "#ops/up/store-urls.ts";
import { Refusal } from "#runtime/actor/actor.ts";
import { systemClock as clock, within } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import { connectNats } from "#runtime/bus/bus-nats.ts";
import { type ObjectStoreConfig, readObjectStore } from "#runtime/config/objects.ts";
import { type Environment, Reader } from "#runtime/config/reader.ts";
import { connectDatabase, type Sql } from "#schema/database.ts";

export interface OperatedSystem {
  /** Null when the environment names the stores: the processes are unknown then. */
  folder: DataFolder | null;
  databaseUrl: string;
  /** Null while NATS does not run; `redisUrl` likewise. */
  natsUrl: string | null;
  redisUrl: string | null;
  /** Null where none is set. */
  objectStore: ObjectStoreConfig | null;
  /** Of the site's pages, by PUBLIC_URL; null: not set. */
  siteOrigin: string | null;
}

const CONNECT_WITHIN_MS = 2_000;

export const silentLog = createLog({ name: "operator", level: "silent" });

/** `data`: absolute path. Throws NotRunning when its database does not run. */
export function findStores(data: string): OperatedSystem {
  const missing = new NotRunning(
    `nothing runs on ${data}: start it with \`npm start\`, or name its folder with --data`,
  );
  if (!existsSync(data)) throw missing;
  const folder = new DataFolder(data);
  const portOf = (name: string) => {
    const run = folder.readRunFile(name);
    return run && lives(run.pid, run.birth) ? run.port : undefined;
  };
  const [postgres, nats, redis] = [portOf("postgres"), portOf("nats"), portOf("redis")];
  if (postgres === undefined) throw missing;
  const secrets = folder.secrets();
  return {
    folder,
    databaseUrl: databaseUrl(secrets, "operator", { port: postgres }),
    natsUrl: nats === undefined ? null : natsUrl(secrets, "operator", { port: nats }),
    redisUrl: redis === undefined ? null : redisUrl(secrets, "operator", { port: redis }),
    objectStore: objectStoreOf(bundledS3(folder) ?? process.env),
    siteOrigin: siteOrigin(),
  };
}

/** Settings of the bundled S3 server; null where nodes use another one, by the settings of their environment. */
function bundledS3(folder: DataFolder): Environment | null {
  const run = folder.readRunFile("s3");
  if (run?.port === undefined || run.host === undefined) return null;
  const { host, port } = run;
  return s3Settings({ folder, bind: host, port, keys: s3Keys(folder.secrets()), publicHost: host });
}

const siteOrigin = () => URL.parse(process.env.PUBLIC_URL ?? "")?.origin ?? null;

/** Null: none is set. Throws ConfigFaults. */
export function objectStoreOf(env: Environment): ObjectStoreConfig | null {
  const read = new Reader(env);
  return read.done(readObjectStore(read));
}

/** Stores from the settings that every process has (runtime/config/), for containers. Throws NotRunning; ConfigFaults. */
export function storesOfEnvironment(): OperatedSystem {
  const read = new Reader(process.env);
  const [databaseUrl, natsUrl, redisUrl] = ["DATABASE_URL", "NATS_URL", "REDIS_URL"].map((name) => read.text(name, ""));
  read.done(null);
  if (!databaseUrl)
    throw new NotRunning("--env takes the stores from DATABASE_URL, NATS_URL and REDIS_URL: DATABASE_URL is missing");
  return {
    folder: null,
    databaseUrl,
    natsUrl: natsUrl || null,
    redisUrl: redisUrl || null,
    objectStore: objectStoreOf(process.env),
    siteOrigin: siteOrigin(),
  };
}

/** Runs `work` with a pool of two connections, which it closes afterwards. */
export async function withDatabase<T>({ databaseUrl }: OperatedSystem, work: (sql: Sql) => Promise<T>): Promise<T> {
  const database = connectDatabase({ url: databaseUrl, applicationName: "operator", connectionsMax: 2 });
  try {
    return await work(database.sql);
  } finally {
    await database.close();
  }
}

/** Throws Refusal `unavailable` when NATS does not accept the connection within 2 s. */
export async function withBus<T>({ natsUrl }: OperatedSystem, work: (bus: Bus) => Promise<T>): Promise<T> {
  const away = () => new Refusal("unavailable", "NATS does not answer: see `npm run ops -- doctor`");
  if (!natsUrl) throw away();
  // The client retries for ever; it ends with this process.
  const connecting = connectNats({ url: natsUrl, name: "operator", clock, log: silentLog });
  const bus = await within(clock, CONNECT_WITHIN_MS, connecting, away);
  try {
    return await work(bus);
  } finally {
    await bus.close();
  }
}
