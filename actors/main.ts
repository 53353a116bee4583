// An actor node: hosts channels, their FFmpeg processes, packagers and rooms.

import { availableParallelism } from "node:os";
import { systemClock } from "#runtime/base/clock.ts";
import { ErrorGroups } from "#runtime/base/error-groups.ts";
import { createLog, reason } from "#runtime/base/log.ts";
import { LogLevel } from "#runtime/base/log-level.ts";
import { collectProcessMetrics, metricsResponse } from "#runtime/base/metrics.ts";
import { pollIds } from "#runtime/base/poll.ts";
import { systemRandom } from "#runtime/base/random.ts";
import { connectRedis } from "#runtime/base/redis.ts";
import { collectStoreMetrics, StoreProbe } from "#runtime/base/store-probe.ts";
import { connectNats } from "#runtime/bus/bus-nats.ts";
import type { Ownership } from "#runtime/cluster/activation.ts";
import { createCaller } from "#runtime/cluster/caller-bus.ts";
import { Host } from "#runtime/cluster/host.ts";
import {
  FOREIGN_DATABASE_CODE,
  type ForeignDatabase,
  requireOurDatabase,
  watchDatabase,
} from "#runtime/cluster/lineage.ts";
import { ALIVE_PATH, AliveAnswers, watchPeers } from "#runtime/cluster/peers.ts";
import { Placement } from "#runtime/cluster/placement.ts";
import { readActorConfig } from "#runtime/config/actor.ts";
import { configOrExit } from "#runtime/config/reader.ts";
import { connectObjects } from "#runtime/objects/objects-s3.ts";
import { answerLogLevel, LOG_LEVEL_PATH } from "#runtime/process/log-level-port.ts";
import { systemProcesses } from "#runtime/process/process-bun.ts";
import { findSandbox } from "#runtime/process/sandbox.ts";
import { removeDeadSockets } from "#runtime/process/sockets.ts";
import { startWatchdog } from "#runtime/process/watchdog.ts";
import { ErrorKeeper } from "#runtime/store/error-keeper.ts";
import { databaseAnswerSeconds } from "#runtime/store/metrics.ts";
import { StoreClock } from "#runtime/store/store-clock.ts";
import { applicationNameOf, createPostgresStore } from "#runtime/store/store-postgres.ts";
import { startTraces, statementComment } from "#runtime/trace/process-traces.ts";
import { ANSWER_WITHIN_MS, connectDatabase, isDriverFault } from "#schema/database.ts";
import { ERASED_POLL, erasedUserIds } from "#schema/queries/accounts/erasures.ts";
import { doubtLineage, followTimeline, readLineage } from "#schema/queries/cluster/lineage.ts";
import type { SecondLease } from "#schema/wire/second.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { encoderBudget, slotsInUse } from "#transcoding/ladder/capacity.ts";
import { findEncoder } from "#transcoding/ladder/encoder-probe.ts";
import { allowedRungs, LADDER_WORDS } from "#transcoding/ladder/setting.ts";
import { originRoutes } from "#transcoding/origin.ts";
import { sweepScratch } from "#transcoding/uploads/scratch.ts";
import { openChannel } from "./channel/activation.ts";
import { LadderPlan } from "./channel/ladder-plan.ts";
import { channelNode } from "./channel/node.ts";
import { createRecording } from "./channel/recording.ts";
import { createRestreaming } from "./channel/restreaming.ts";
import { keepSweepingChat } from "./chat-sweep/sweeping.ts";
import { keepDrawingClips } from "./clip-pictures/clip-pictures.ts";
import { slotGauges, usedSlots } from "./load.ts";
import { collectNodeMetrics } from "./node-metrics.ts";
import { openOrphanSweep } from "./orphan-sweep/activation.ts";
import { openVideo } from "./video/activation.ts";
import { videoNode } from "./video/node.ts";
import { keepSweeping } from "./video-sweep/sweeping.ts";

const START_RETRY_MS = 500;
/** An object that is not there: its absence is an answer too. */
const PROBE_KEY = "probe";
/** A node that ends since commits were lost tries for so long to write it down. */
const DOUBT_WITHIN_MS = 3_000;
/** The process exits after this even if the steps of the stop are not done; each of them is bounded by less. */
const STOP_WITHIN_MS = 28_000;

const config = configOrExit((env) => readActorConfig(env, { ladders: LADDER_WORDS }));
const clock = systemClock;
const random = systemRandom;
const incarnation = random.uuid(clock.wallMs());
const logLevel = new LogLevel(config.logLevel);
const errors = new ErrorGroups(clock);
const log = createLog({ name: config.name, level: logLevel, errors }).child({ incarnation });
collectProcessMetrics();
// A handler that never returns blocks all channels of this node, and other nodes take them only after this node falls silent.
startWatchdog({ silentMs: config.watchdogMs, fields: { name: config.name, incarnation } });
// An unhandled rejection is a bug, but one that must not end all channels of this node.
let keeper: ErrorKeeper | undefined;
process.on("uncaughtException", (error) => {
  if (isDriverFault(error)) return log.error({ reason: reason(error) }, "database driver broke");
  log.fatal({ reason: reason(error), stack: error.stack }, "actor node broke");
  void Promise.resolve(keeper?.stop()).finally(() => process.exit(1));
});
process.on("unhandledRejection", (error) => log.error({ reason: reason(error) }, "rejection unhandled"));

const applicationName = applicationNameOf(incarnation);
const onAnswer = (ms: number) => databaseAnswerSeconds.observe(ms / 1_000);
const pool = {
  ...{ url: config.databaseUrl, applicationName, random },
  silence: { limitMs: ANSWER_WITHIN_MS, clock, onAnswer },
  ...(config.traces && { commentOf: statementComment }),
};
const database = connectDatabase({ ...pool, connectionsMax: 16 });
const claims = connectDatabase({ ...pool, connectionsMax: 4, lockTimeoutMs: 1_000 });
keeper = new ErrorKeeper({ sql: database.sql, clock, log, groups: errors, node: config.name });
const lineage = {
  read: () => readLineage(database.sql, incarnation),
  follow: (change: Parameters<typeof followTimeline>[1]) => followTimeline(database.sql, change),
};
const refuseDatabase = ({ message }: ForeignDatabase) => {
  log.fatal({ reason: message }, "database refused");
  process.exit(FOREIGN_DATABASE_CODE);
};
const redis = connectRedis({ url: config.redisUrl, name: config.name, log });
const bus = await connectNats({ url: config.natsUrl, name: config.name, clock, log });
const traces = startTraces({ settings: config.traces, clock, random, log, service: "actor", name: config.name });
const caller = createCaller({ bus, clock, random });
const store = createPostgresStore({ database, claims, clock });
const storeClock = new StoreClock(clock);
const deadSockets = removeDeadSockets(config.socketDir);
if (deadSockets > 0) log.info({ sockets: deadSockets }, "removed sockets of killed processes");

const objects = config.objectStore && connectObjects({ config: config.objectStore, clock });
collectStoreMetrics(
  new StoreProbe(clock, {
    postgres: () => database.sql`SELECT 1`,
    nats: () => bus.flush(),
    redis: () => redis.ping(),
    ...(objects && { s3: () => objects.look(PROBE_KEY) }),
  }),
);
const encoder = await findEncoder({
  ...{ clock, log, processes: systemProcesses, ffmpegPath: config.ffmpegPath, vaapiDevice: config.vaapiDevice },
  setting: config.ladderEncoder,
});
const ladderPlan = new LadderPlan({
  allowed: allowedRungs(config.ladder),
  preset: config.ladderPreset,
  encoder,
  budgetCores: encoderBudget({ setting: config.encoderCores, machineCores: availableParallelism() }),
});
const kept = objects && (await createRecording({ clock, log, sql: database.sql, objects, settings: config.recording }));
const channels = channelNode({
  ...{
    config,
    log,
    clock,
    random,
    bus,
    caller,
    store,
    database,
    redis,
    ladderPlan,
    recording: kept?.recording ?? null,
  },
  restreaming: createRestreaming({ config, clock, log, sql: database.sql }),
  nowMs: storeClock.nowMs,
  sinceMs: storeClock.sinceMs,
  handElsewhere: (actor) => void placement.handElsewhere(actor),
  successorOf: (actor) => placement.successorOf(actor),
});
const { packagers, sources, seconds } = channels;
bus.subscribe(subjects.second(incarnation), (lease) => seconds.leased(lease as SecondLease));
const stopSweeping = objects && keepSweeping({ sql: database.sql, objects, clock, log, retention: config.retention });
const stopSweepingChat = keepSweepingChat({ sql: database.sql, clock, log, caller, days: config.retention.chatDays });
const processes = systemProcesses;
const stopDrawingClips =
  objects &&
  keepDrawingClips({
    ...{ sql: database.sql, objects, clock, log, processes, ffmpegPath: config.ffmpegPath },
    lags: () => ladderPlan.lags,
  });
const leftFolders = sweepScratch(config.uploads.scratchDir);
if (leftFolders > 0) log.info({ folders: leftFolders }, "removed folders of killed processes");
const videos =
  objects &&
  videoNode({
    ...{ config, log, clock, store, database, objects, processes, ladderPlan },
    nowMs: storeClock.nowMs,
    sandbox: await findSandbox({ processes, log }),
  });
const sweeps = objects && {
  ...{ clock, log, objects, sql: database.sql, store: store.actors, nowMs: storeClock.nowMs },
};
const host = new Host({
  incarnation,
  bus,
  clock,
  store,
  log,
  kinds: [
    { name: "channel", open: (ownership) => openChannel(channels, ownership) },
    ...(videos ? [{ name: "video", open: (ownership: Ownership) => openVideo(videos, ownership) } as const] : []),
    ...(sweeps
      ? [{ name: "orphan-sweep", open: (ownership: Ownership) => openOrphanSweep(sweeps, ownership) } as const]
      : []),
  ],
  onStoreTime: (nowMs) => storeClock.learn(nowMs),
});
const placement = new Placement({
  incarnation,
  name: config.name,
  address: config.address,
  slots: config.slots,
  used() {
    const { usedCores, budgetCores } = ladderPlan;
    const taken = slotsInUse({ slots: config.slots, channels: packagers.size, usedCores, budgetCores });
    const used = usedSlots({ taken, slots: config.slots });
    slotGauges.all.set(config.slots);
    slotGauges.used.set(used);
    return used;
  },
  bus,
  clock,
  store,
  host,
  log,
  watchPeer: watchPeers(clock),
  onGone: (why) => {
    log.fatal({ why }, "this incarnation counts as dead: ending, to come back as a new one");
    if (why !== "the store went back") process.exit(1);
    // The others must know too: epochs may be given twice.
    const leave = () => process.exit(1);
    clock.timer(DOUBT_WITHIN_MS, leave);
    doubtLineage(database.sql).finally(leave);
  },
});

collectNodeMetrics({
  ...{ clock, packagers, sources, seconds, ladderPlan },
  spool: kept && { bytes: () => kept.recording.spool.bytes, bytesMax: config.recording.spoolBytesMax },
});

const stopWatchingDatabase = watchDatabase({ source: lineage, clock, log, onForeign: refuseDatabase });
const stopForgetting = pollIds({
  ...ERASED_POLL,
  clock,
  log,
  find: () => erasedUserIds(database.sql),
  found(userIds) {
    for (const room of channels.rooms.values()) room.erase(userIds);
  },
});

let phase: "starting" | "ready" | "stopping" = "starting";
const alive = new AliveAnswers(incarnation);
const origin = originRoutes({ clock, find: (broadcastId) => packagers.get(broadcastId) });
const server = Bun.serve({
  hostname: config.internalHost,
  port: config.internalPort,
  idleTimeout: 60,
  // Otherwise Bun lets two processes share the port silently.
  reusePort: false,
  fetch(request, server) {
    const { pathname } = new URL(request.url, "http://localhost"); // Health checks may come without a Host (HTTP/1.0).
    if (pathname === "/metrics") return metricsResponse();
    if (pathname === LOG_LEVEL_PATH) return answerLogLevel(request, { level: logLevel, clock, log });
    if (pathname === ALIVE_PATH) {
      server.timeout(request, 0);
      return alive.answer();
    }
    if (pathname === "/healthz") return Response.json({ status: "ok" });
    if (pathname === "/readyz")
      return Response.json({ status: phase === "ready" ? "ok" : phase }, { status: phase === "ready" ? 200 : 503 });
    return origin.fetch(request);
  },
});

for (const signal of ["SIGTERM", "SIGINT"] as const)
  process.on(signal, () => {
    if (phase === "stopping") return;
    phase = "stopping";
    void stop();
  });

while (phase === "starting")
  try {
    await requireOurDatabase({ source: lineage, clock, log }).catch(refuseDatabase);
    await placement.start();
    if ((phase as string) === "stopping") break; // A signal arrived during the start.
    phase = "ready";
    log.info({ address: config.address }, "actor node ready");
  } catch (error) {
    log.warn({ reason: reason(error) }, "not ready yet");
    await clock.sleep(START_RETRY_MS);
  }

async function stop() {
  log.info("actor node stops");
  clock.timer(STOP_WITHIN_MS, () => process.exit(1));
  stopForgetting();
  stopWatchingDatabase();
  kept?.stop();
  stopSweeping?.();
  stopSweepingChat();
  void stopDrawingClips?.();
  await placement.stop();
  seconds.stop();
  alive.end();
  await server.stop();
  await Promise.allSettled([keeper?.stop(), traces.stop()]);
  await Promise.allSettled([bus.close(), redis.quit(), database.close(), claims.close()]);
  process.exit(0);
}
