// The whole system on one machine: which processes start, in which order, with which settings, and how they stop.

import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KNOWN_PROVIDERS } from "#edge/identity/providers/built-in-providers.ts";
import { backupSettings } from "#ops/backup/open-archive.ts";
import { KEY_FILE } from "#ops/backup/sealing/keys.ts";
import { ForeignDatabase, judgeLineage } from "#runtime/cluster/lineage.ts";
import { readActorConfig } from "#runtime/config/actor.ts";
import { readBackupService } from "#runtime/config/backup-service.ts";
import { readEdgeConfig } from "#runtime/config/edge.ts";
import { readRelayConfig } from "#runtime/config/relay.ts";
import { migrate } from "#schema/migrate.ts";
import { grantNodeRole, type NodeRole } from "#schema/node-role.ts";
import { readLineage } from "#schema/queries/cluster/lineage.ts";
import { LADDER_WORDS } from "#transcoding/ladder/setting.ts";
import type { BackupFacts } from "./banner.ts";
import type { DataFolder } from "./data-folder.ts";
import { type Flags, publicPorts } from "./flags.ts";
import { connectPatiently } from "./patient-database.ts";
import { rememberedPorts, udpFault } from "./ports.ts";
import { planRtmps } from "./rtmps.ts";
import { Service, type ServiceSpec } from "./service.ts";
import { archivingOf, backupEnvironment, backupService } from "./services/backup.ts";
import { natsService } from "./services/nats.ts";
import { nginxName, nginxService } from "./services/nginx.ts";
import { actorEnvironment, actorService, edgeEnvironment, edgeService } from "./services/node.ts";
import { postgresService } from "./services/postgres.ts";
import { redisService } from "./services/redis.ts";
import { relayEnvironment, relayName, relayService } from "./services/relay.ts";
import { s3Service, s3Settings } from "./services/s3.ts";
import { databaseUrl, NODE_ROLE, natsPasswords, natsUrl, redisPasswords, redisUrl, s3Keys } from "./store-urls.ts";

const LOG_CHECK_MS = 30_000;

interface SupervisorOptions {
  flags: Flags;
  folder: DataFolder;
  /** The host in the addresses that edges show to people. */
  publicHost: string;
  say: (line: string) => void;
}

/** Name of the port on which an nginx-rtmp takes RTMPS from itself. */
const rtmpsName = (number: number) => `${nginxName(number)}-rtmps`;

/** Name of a relay's UDP port. */
const rtcName = (number: number) => `${relayName(number)}-rtc`;

/** The services with their settings, from flags and remembered ports. Starts nothing. Throws ConfigFaults. */
export async function plan({ flags, folder, publicHost }: Omit<SupervisorOptions, "say">) {
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  const names = [
    "postgres",
    "nats",
    "natsMonitor",
    "redis",
    "s3",
    "backup",
    ...numbers(flags.ingests).map(nginxName),
    ...numbers(flags.ingests).map(rtmpsName),
    ...numbers(flags.edges).map((number) => `edge-${number}`),
    ...numbers(flags.actors).map((number) => `actor-${number}`),
    ...numbers(flags.relays).flatMap((number) => [relayName(number), rtcName(number)]),
  ];
  // The ports of the flags are not listened on yet.
  const given = publicPorts(flags).flatMap(({ first, count }) => numbers(count).map((number) => first + number - 1));
  const portOf = await rememberedPorts(folder.file("run", "ports.json"), names, given);
  const backups = backupSettings(process.env);
  const isBackedUp = flags.backup || backups.isOn;
  const archiving = isBackedUp ? archivingOf(folder, backups) : null;
  const postgres = postgresService({ folder, port: portOf("postgres"), archiving });
  const secrets = folder.secrets();
  const nats = natsService({
    folder,
    port: portOf("nats"),
    monitorPort: portOf("natsMonitor"),
    users: natsPasswords(secrets),
  });
  const redis = redisService({ folder, port: portOf("redis"), users: redisPasswords(secrets) });
  // With S3_ENDPOINT in our environment, nodes use that server and inherit its other settings.
  const s3 = process.env.S3_ENDPOINT
    ? null
    : { folder, bind: flags.bind, port: portOf("s3"), keys: s3Keys(secrets), publicHost };
  const rtmps = planRtmps({ flags, folder, host: publicHost });
  const nginx = numbers(flags.ingests).map((number) =>
    nginxService({
      number,
      folder,
      bind: flags.bind,
      rtmpPort: flags.rtmpPort + number - 1,
      rtmps: rtmps.on ? { ...rtmps.files, port: rtmps.port + number - 1, innerPort: portOf(rtmpsName(number)) } : null,
      httpPort: portOf(nginxName(number)),
      edges: numbers(flags.edges).map((edge) => `127.0.0.1:${portOf(`edge-${edge}`)}`),
    }),
  );
  const relays = await Promise.all(
    numbers(flags.relays).map(async (number) => ({
      number,
      bind: flags.bind,
      port: portOf(relayName(number)),
      udpPort: flags.rtcPort === null ? portOf(rtcName(number)) : await freeUdpPort(flags.rtcPort + number - 1, flags),
      edges: numbers(flags.edges).map((edge) => `http://127.0.0.1:${portOf(`edge-${edge}`)}`),
    })),
  );
  // Over loopback, like our own pulls, whatever address encoders use.
  const rtmpOf = (number: number) => `rtmp://127.0.0.1:${flags.rtmpPort + number - 1}/live`;
  const storesAs = (user: "edge" | "actor") => ({
    DATABASE_URL: databaseUrl(secrets, user, { port: portOf("postgres") }),
    NATS_URL: natsUrl(secrets, user, { port: portOf("nats") }),
    REDIS_URL: redisUrl(secrets, user, { port: portOf("redis") }),
    ...(s3 && s3Settings(s3)),
  });
  const edgeAddresses = numbers(flags.edges).map((edge) => `edge-${edge}=http://127.0.0.1:${portOf(`edge-${edge}`)}`);
  const edgeEnv = {
    ...storesAs("edge"),
    JWT_SECRET: process.env.JWT_SECRET || secrets.jwtSecret,
    RTMP_PUBLIC_URL: process.env.RTMP_PUBLIC_URL || `rtmp://${publicHost}:${flags.rtmpPort}/live`,
    RTMPS_PUBLIC_URL: process.env.RTMPS_PUBLIC_URL || (rtmps.on ? rtmps.url : ""),
    OBSERVE_EDGES: process.env.OBSERVE_EDGES || (flags.observe ? edgeAddresses.join(",") : ""),
    RELAY_URLS: process.env.RELAY_URLS || relays.map(({ port }) => `http://127.0.0.1:${port}`).join(),
    WHIP_RTMP_URLS: process.env.WHIP_RTMP_URLS || numbers(flags.ingests).map(rtmpOf).join(","),
  };
  const actorEnv = {
    ...storesAs("actor"),
    RESTREAM_SECRET: process.env.RESTREAM_SECRET || secrets.restreamSecret,
    INGESTS: nginx.map(({ ingest }) => ingest).join(","),
    SOCKET_DIR: socketFolder(folder),
  };
  const edges = numbers(flags.edges).map((number) => ({
    number,
    bind: flags.bind,
    port: flags.edgePort + number - 1,
    internalPort: portOf(`edge-${number}`),
    env: edgeEnv,
  }));
  const actors = numbers(flags.actors).map((number) => ({
    number,
    internalPort: portOf(`actor-${number}`),
    env: actorEnv,
  }));
  // Wrong settings end the start here with a list of all faults, before any process runs.
  const edgeConfigs = edges.map((edge) =>
    readEdgeConfig({ ...process.env, ...edgeEnvironment(edge) }, { knownProviders: KNOWN_PROVIDERS }),
  );
  for (const actor of actors)
    readActorConfig({ ...process.env, ...actorEnvironment(actor) }, { ladders: LADDER_WORDS });
  // Without edges there is nothing that a relay could relay.
  const running = flags.edges > 0 ? relays : [];
  for (const relay of running) readRelayConfig(relayEnvironment(relay));
  const backup = isBackedUp
    ? {
        ...{ folder, internalPort: portOf("backup"), databaseUrl: postgres.url },
        mediaStore: (s3 && s3Settings(s3)) ?? {},
      }
    : null;
  if (backup) readBackupService({ ...process.env, ...backupEnvironment(backup) });
  const nodeRole = { name: NODE_ROLE, password: secrets.nodeDatabasePassword };
  const stores = [nats, redis, ...(s3 ? [s3Service(s3)] : [])];
  const isKeySet = backups.keys.length > 0 || backups.keyFile !== null;
  const backupFacts: BackupFacts | null = backup && {
    isBesideData: backups.store === null && s3 !== null,
    keyFile: isKeySet ? null : folder.file(KEY_FILE),
  };
  const limits = edgeConfigs[0]?.limits;
  return { postgres, nodeRole, stores, backup, backupFacts, nginx, edges, actors, relays: running, rtmps, limits };
}

/** A port that the flags name. Throws when it is taken. */
async function freeUdpPort(port: number, { bind }: Flags): Promise<number> {
  const fault = await udpFault(bind, port);
  if (fault !== null) throw new Error(`UDP port ${port} is taken (${fault}): choose another with --rtc-port`);
  return port;
}

type Plan = Awaited<ReturnType<typeof plan>>;

export class Supervisor {
  /** In the order of their start. */
  readonly #groups: Service[][] = [];
  #stopping: Promise<void> | null = null;
  #logCheck: Timer | undefined;

  constructor(
    private readonly folder: DataFolder,
    private readonly say: (line: string) => void,
  ) {}

  /** Resolves when all services are healthy. Rejects on `stop`, or when a service does not start. */
  async start({ postgres, nodeRole, stores, backup, nginx, edges, actors, relays }: Plan) {
    this.#logCheck = setInterval(() => this.#truncateLogs(), LOG_CHECK_MS);
    await postgres.prepare();
    await Promise.all([this.#run([postgres.spec]), this.#run(stores)]);
    await postgres.createDatabase();
    await migrateDatabase({ url: postgres.url, nodeRole, logFile: this.folder.logFile("postgres") });
    await Promise.all([
      this.#run(backup ? [backupService(backup)] : []),
      this.#run(actors.map(actorService)),
      this.#run(edges.map(edgeService)),
      this.#run(relays.map(relayService)),
    ]);
    // Last, so that edges can answer the first encoder's hook.
    await this.#run(nginx.map(({ spec }) => spec));
  }

  /** Stops relays, edges, actor nodes, nginx, then NATS and Redis, PostgreSQL, the backups of its last log, and S3. Resolves when all have
   *  ended. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopInOrder();
    return this.#stopping;
  }

  /** Kills all services at once. `stop` still has to be awaited. */
  kill() {
    for (const service of this.#groups.flat()) service.kill();
  }

  async #run(specs: ServiceSpec[]) {
    if (this.#stopping) throw new Error("stopped while starting");
    const group = specs.map((spec) => new Service(spec, this.folder, this.say));
    this.#groups.push(group);
    await Promise.all(group.map((service) => service.start()));
  }

  async #stopInOrder() {
    clearInterval(this.#logCheck);
    const named = (...names: string[]) =>
      this.#groups.flat().filter((service) => names.includes(service.name.replace(/-\d+$/, "")));
    const stores = [named("nats", "redis"), named("postgres"), named("backup"), named("s3")];
    for (const group of [named("relay"), named("edge"), named("actor"), named("nginx"), ...stores])
      await Promise.all(group.map((service) => service.stop()));
  }

  #truncateLogs() {
    for (const { name } of this.#groups.flat()) this.folder.truncateLog(name);
  }
}

async function migrateDatabase({ url, nodeRole, logFile }: { url: string; nodeRole: NodeRole; logFile: string }) {
  const database = await connectPatiently({ url, applicationName: "migrate", logFile });
  try {
    await migrate(database);
    await grantNodeRole(database, nodeRole);
    const reading = await readLineage(database.sql, null);
    // Nodes would refuse it too, one by one, and with a log line each.
    if (reading?.kept && judgeLineage(reading) !== "ours")
      throw new ForeignDatabase({ ...reading, kept: reading.kept });
  } finally {
    await database.close();
  }
}

/** Folder for the sockets between FFmpeg and the packager. A socket path has at most 107 bytes, and file names need about 60. */
function socketFolder(folder: DataFolder): string {
  const inside = folder.file("run", "sockets");
  const path = inside.length <= 45 ? inside : join(tmpdir(), `live-${Bun.hash(folder.path).toString(36)}`);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}
