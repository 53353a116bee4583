// The system under fault: several nodes, each with fault proxies to PostgreSQL and NATS, and users who chat.

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Account, register, signIn } from "#ops/tests/support/api.ts";
import { bootSystem, type TestSystem } from "#ops/tests/support/system.ts";
import { DataFolder } from "#ops/up/data-folder.ts";
import { databaseUrl, natsUrl } from "#ops/up/store-urls.ts";
import { systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { systemRandom } from "#runtime/base/random.ts";
import { connectNats } from "#runtime/bus/bus-nats.ts";
import type { Caller } from "#runtime/cluster/caller.ts";
import { createCaller } from "#runtime/cluster/caller-bus.ts";
import { connectDatabase, type Sql } from "#schema/database.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { until } from "../support/until.ts";
import { FfmpegOrders } from "./injections/ffmpeg-orders.ts";
import { type IngestRoute, openIngestRoutes } from "./injections/ingest-routes.ts";
import { keepLedger } from "./watch/durable-writes.ts";

const TALKERS = 20;
/** Remaining life of access tokens (15 min) below which talkers sign in again before a show. */
const TOKENS_GOOD_FOR_MS = 5 * 60_000;
/** Makes an actor node enter an endless loop on a signal. */
const LOOP_FOREVER = join(import.meta.dir, "injections/loop-forever.preload.ts");
/** Makes an actor node stand still for a while on a signal. */
const PAUSE = join(import.meta.dir, "injections/pause.preload.ts");
/** Makes an actor node collect its garbage on a signal. */
const COLLECT = join(import.meta.dir, "injections/collect.preload.ts");

/** `FAULT_LOGS=<folder>` keeps the logs of all processes in that folder. */
interface StageOptions {
  actors: number;
  edges: number;
  /** nginx-rtmp processes. Default 1. */
  ingests?: number;
  /** Actor nodes reach PostgreSQL, NATS, the object store and each nginx-rtmp through proxies, and run an FFmpeg that can be made to misbehave, if they have a ladder. Default false. */
  proxied?: boolean;
  /** Additional settings of all nodes, or of one (`ACTOR_2_…`). */
  env?: Record<string, string>;
}

export interface Stage {
  system: TestSystem;
  edgeUrls: string[];
  actors: string[];
  edges: string[];
  /** Proxies by node name, such as `actor-1`; empty when not proxied. */
  databaseProxies: Map<string, TcpProxy>;
  natsProxies: Map<string, TcpProxy>;
  objectProxies: Map<string, TcpProxy>;
  ingestRoutes: Map<string, IngestRoute[]>;
  ffmpegOrders: FfmpegOrders;
  /** RTMP servers for encoders, not proxied; the first is the default. */
  ingestUrls: string[];
  /** Direct connection to the database, not proxied. */
  sql: Sql;
  /** Calls actors as an edge does. */
  caller: Caller;
  talkers: Account[];
  /** Signs the talkers in again when their access tokens are about to expire, because the suite runs longer than that. */
  freshenTalkers(): Promise<void>;
  /** The same talkers serve in every room, because new accounts would cost a second of bcrypt each time. */
  stop(): Promise<void>;
}

export async function setStage(options: StageOptions): Promise<Stage> {
  const { actors, edges, ingests = 1, proxied = false, env: more = {} } = options;
  const data = mkdtempSync(join(tmpdir(), "faults-"));
  const folder = new DataFolder(data);
  const undo: (() => unknown)[] = [() => rmSync(data, { recursive: true, force: true })];
  const { FAULT_LOGS: kept } = process.env;
  if (kept) undo.push(() => cpSync(folder.file("log"), kept, { recursive: true }));
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const portOf = (name: string) => {
      const port = folder.readRunFile(name)?.port;
      if (port === undefined) throw new Error(`${name} does not run`);
      return port;
    };
    const secrets = folder.secrets();
    const names = (kind: string, count: number) => Array.from({ length: count }, (_, index) => `${kind}-${index + 1}`);
    const proxiesTo = async (service: string) => {
      const proxies = new Map<string, TcpProxy>();
      if (proxied)
        for (const name of names("actor", actors)) {
          const proxy = await TcpProxy.listen({ target: () => ({ port: portOf(service) }) });
          undo.push(() => proxy.close());
          proxies.set(name, proxy);
        }
      return proxies;
    };
    const databaseProxies = await proxiesTo("postgres");
    const natsProxies = await proxiesTo("nats");
    const objectProxies = await proxiesTo("s3");
    const routes = await openIngestRoutes({ folder, nodes: proxied ? names("actor", actors) : [], ingests });
    undo.push(() => routes.close());
    const ffmpegOrders = new FfmpegOrders(data);
    const env: Record<string, string> = {
      LADDER: "none",
      THUMBNAIL_INTERVAL_MS: "0",
      LINES_PER_30S_PER_USER: "0",
      REGISTRATIONS_PER_MINUTE_PER_IP: "0",
      REQUESTS_PER_MINUTE_PER_IP: "0",
      JOINS_PER_MINUTE_PER_IP: "0",
      SIGN_INS_PER_MINUTE_PER_IP: "0",
      READS_PER_MINUTE_PER_USER: "0",
      WRITES_PER_MINUTE_PER_IP: "0",
      WRITES_PER_MINUTE_PER_USER: "0",
    };
    const own = (name: string, setting: string) => `${name.toUpperCase().replace("-", "_")}_${setting}`;
    for (const [name, { port }] of databaseProxies)
      env[own(name, "DATABASE_URL")] = databaseUrl(secrets, "actor", { port });
    for (const [name, { port }] of natsProxies) env[own(name, "NATS_URL")] = natsUrl(secrets, "actor", { port });
    for (const [name, { port }] of objectProxies) env[own(name, "S3_ENDPOINT")] = `http://127.0.0.1:${port}`;
    for (const name of routes.of.keys()) env[own(name, "INGESTS")] = routes.setting(name);
    if (proxied) env.FFMPEG_PATH = ffmpegOrders.path;
    // Set only for actor nodes: it must not reach the supervisor, edges or this process.
    for (const name of names("actor", actors))
      env[own(name, "BUN_OPTIONS")] = [LOOP_FOREVER, PAUSE, COLLECT].map((path) => `--preload ${path}`).join(" ");

    const system = await bootSystem({ actors, edges, ingests, env: { ...env, ...more }, data });
    undo.push(() => system.stop());
    const database = connectDatabase({
      url: databaseUrl(secrets, "operator", { port: portOf("postgres") }),
      applicationName: "fault suite",
      connectionsMax: 6,
    });
    undo.push(() => database.close());
    await keepLedger(database.sql);
    const log = createLog({ name: "faults", level: "silent" });
    const url = natsUrl(secrets, "operator", { port: portOf("nats") });
    const bus = await connectNats({ url, name: "faults", clock: systemClock, log });
    undo.push(() => bus.close());
    const talkers: Account[] = [];
    // A busy machine may take longer for one than an edge waits.
    const patience = { withinMs: 60_000 };
    while (talkers.length < TALKERS) talkers.push(await until("an account", () => register(system.url), patience));
    let signedInMs = performance.now();
    return {
      system,
      edgeUrls: names("edge", edges).map((_, index) => system.edgeUrl(index + 1)),
      actors: names("actor", actors),
      edges: names("edge", edges),
      databaseProxies,
      natsProxies,
      objectProxies,
      ingestRoutes: routes.of,
      ffmpegOrders,
      ingestUrls: Array.from({ length: ingests }, (_, index) => system.ingestUrl(index + 1)),
      sql: database.sql,
      caller: createCaller({ bus, clock: systemClock, random: systemRandom }),
      talkers,
      async freshenTalkers() {
        if (performance.now() - signedInMs < TOKENS_GOOD_FOR_MS) return;
        for (const talker of talkers)
          talker.accessToken = (await until("a token", () => signIn(system.url, talker), patience)).accessToken;
        signedInMs = performance.now();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
