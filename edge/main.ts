// An edge node: reads its settings, reaches its stores, listens on a public and an internal port, and leaves politely.

import type { Server } from "bun";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { createLog, reason } from "#runtime/base/log.ts";
import { collectProcessMetrics } from "#runtime/base/metrics.ts";
import { pollIds } from "#runtime/base/poll.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import { connectRedis } from "#runtime/base/redis.ts";
import { connectNats } from "#runtime/bus/bus-nats.ts";
import { createCaller } from "#runtime/cluster/caller-bus.ts";
import { readEdgeConfig } from "#runtime/config/edge.ts";
import { configOrExit } from "#runtime/config/reader.ts";
import { startWatchdog } from "#runtime/process/watchdog.ts";
import { ANSWER_WITHIN_MS, connectDatabase, isDriverFault } from "#schema/database.ts";
import { ERASED_POLL, erasedUserIds } from "#schema/queries/accounts/erasures.ts";
import { channelsOfNames } from "#schema/queries/channels/channel-names.ts";
import { rolesInChannel } from "#schema/queries/people/channel-roles.ts";
import { createApp } from "./app.ts";
import { batch } from "./channels/batched-lookup.ts";
import { ChannelLookup } from "./channels/lookup.ts";
import { createWatches } from "./channels/status-watch.ts";
import { ChatHub } from "./chat/hub.ts";
import type { SocketData } from "./chat/socket.ts";
import { createChatSockets } from "./chat/sockets.ts";
import { createCounts } from "./gateway/limits/counts.ts";
import { createLimiter } from "./gateway/limits/limiter.ts";
import { problemResponse } from "./gateway/problems/problem.ts";
import { createReadiness } from "./gateway/readiness.ts";
import { clientAddress } from "./gateway/requests/client-address.ts";
import { whole } from "./gateway/requests/host-header.ts";
import { createEraser } from "./identity/account/erase.ts";
import { createMailer } from "./identity/email/smtp.ts";
import { createAuth } from "./identity/identity.ts";
import { KNOWN_PROVIDERS } from "./identity/providers/known.ts";
import { resealTotpSecrets } from "./identity/two-factor/reseal.ts";
import { createInternalApp } from "./internal.ts";
import { createMedia } from "./live/live.ts";
import { createRoleChanges } from "./people/role-changes.ts";
import { RoleLookup } from "./people/role-lookup.ts";
import { watchClosings } from "./people/suspension-watch.ts";
import { sweepAudit } from "./staff/audit-cleanup.ts";
import { createWebApp, type WebApp } from "./web/server/serve.ts";
import type { EdgeWorld } from "./world.ts";

/** Blocking playlists wait for up to three target durations, held ones for 8 s. */
const IDLE_S = 60;
/** Of the internal port: hooks are small. */
const BODY_BYTES_MAX = 1024 * 1024;
/** Bun would refuse a large body with a bare 413. The gateway does, as a problem, and reads no more than it takes: the rest is never in memory. */
const BODY_BYTES_LEFT_TO_GATEWAY = Number.MAX_SAFE_INTEGER;
/** Said outright: without development, Bun shares a port with whoever else listens there, instead of calling it taken. */
const PLAIN = { development: false, reusePort: false };
/** Requests under way when the edge leaves are waited for so long. */
const FINISH_WITHIN_MS = 5_000;
/** Clients of this edge's chat come back within this time, spread. */
const COME_BACK_WITHIN_MS = 2_000;
const NATS_SLOW_MS = 2_000;

const config = configOrExit((env) => readEdgeConfig(env, { knownProviders: KNOWN_PROVIDERS }));
const { name } = config;
const log = createLog({ name, level: config.logLevel });
process.on("uncaughtException", die);
// One promise nobody waits for is a bug, but not one that everybody's sockets should pay for.
process.on("unhandledRejection", (error) =>
  log.error({ reason: reason(error), stack: stackOf(error) }, "rejection unhandled"),
);
collectProcessMetrics();
// Nothing else would notice: the sockets of an edge that hangs stay open, and the people behind them stay with it.
startWatchdog({ silentMs: config.watchdogMs, fields: { name } });

// None of these fails when its server is away; NATS is waited for, since nothing can be watched without it.
const database = connectDatabase({
  url: config.databaseUrl,
  applicationName: `edge ${name}`,
  silence: { limitMs: ANSWER_WITHIN_MS, clock },
  random,
});
const redis = connectRedis({ url: config.redisUrl, name, log });
const bus = await connectedBus();
const caller = createCaller({ bus, clock, random });
const edgeId = random.uuid(clock.wallMs());
const world: EdgeWorld = { config, edgeId, log, clock, random, bus, caller, database, redis };

const counts = createCounts(world);
const limiter = createLimiter({ counts, clock });
const auth = createAuth(world);
const mailer = createMailer(world);
const stopErasing = createEraser({ ...world, sql: database.sql }).start();
const readiness = createReadiness(world);
readiness.stage = "starting";
const trusted = new Set(config.trustedProxies);
const channels = new ChannelLookup({
  clock,
  log,
  find: batch((names) => channelsOfNames(database.sql, names)),
});
const findChannel = (loginOrId: string) => channels.get(loginOrId);
/** Of requests that were given an address (gateway/whole.ts), as they arrived: only those have a connection. */
const arrivals = new WeakMap<Request, Request>();
const peerOf = (request: Request) =>
  (publicServer.requestIP(request) ?? publicServer.requestIP(arrivals.get(request) ?? request))?.address ?? null;

const roles = new RoleLookup({
  clock,
  log,
  find: (channelId, userId) => rolesInChannel(database.sql, { channelId, userId }),
});
const watches = createWatches({ bus, caller, clock, log, edgeId });
const media = createMedia(world, { watches, findChannel });
const chat = new ChatHub(world, {
  watches,
  limiter,
  speakers: {
    verify: async (token) => auth.tokens.verify(token),
    standing: auth.standing,
    rolesIn: (channelId, userId) => roles.get(channelId, userId),
  },
});
const sockets = createChatSockets(world, {
  hub: chat,
  findChannel,
  clientAddress: (request) =>
    clientAddress(peerOf(request) ?? "unknown", request.headers.get("x-forwarded-for"), trusted),
});
const roleChanges = createRoleChanges({
  bus,
  log,
  heard(channelId, userId) {
    roles.forget(channelId, userId);
    chat.rolesChanged(channelId, userId);
  },
});
const stopClosings = watchClosings({ sql: database.sql, clock, log, closed: (channelId) => chat.closeRoom(channelId) });
const stopForgetting = pollIds({
  ...ERASED_POLL,
  clock,
  log,
  find: () => erasedUserIds(database.sql),
  found: (userIds) => chat.erase(userIds),
});
const stopSweeping = sweepAudit({ sql: database.sql, clock, log });
let web: WebApp | undefined;
const app = createApp(world, {
  counts,
  limiter,
  auth,
  mailer,
  readiness,
  peerOf,
  rolesChanged: roleChanges.announce,
  page: (request) => web?.fetch(request) ?? null,
});
const internal = createInternalApp(world, { readiness, limiter });

const publicServer: Server<SocketData> = listen(config.host, config.port, () =>
  Bun.serve<SocketData>({
    hostname: config.host,
    port: config.port,
    idleTimeout: IDLE_S,
    maxRequestBodySize: BODY_BYTES_LEFT_TO_GATEWAY,
    ...PLAIN,
    async fetch(arrived, server) {
      const request = whole(arrived);
      if (!request) return hostless();
      if (request !== arrived) arrivals.set(request, arrived);
      else if (request.headers.has("upgrade")) {
        const upgraded = await sockets.upgrade(request, server);
        if (upgraded) return upgraded === "upgraded" ? undefined : upgraded;
      }
      return media.fetch(request) ?? app.handle(request);
    },
    error: broken,
    websocket: sockets.websocket,
  }),
);
const internalServer = listen(config.internalHost, config.internalPort, () =>
  Bun.serve({
    hostname: config.internalHost,
    port: config.internalPort,
    idleTimeout: IDLE_S,
    maxRequestBodySize: BODY_BYTES_MAX,
    ...PLAIN,
    fetch(arrived) {
      const request = whole(arrived);
      return request ? internal.handle(request) : hostless();
    },
    error: broken,
  }),
);

let leaving = false;
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void leave(signal));

web = await createWebApp(world);
if (!leaving) readiness.stage = "up";
log.info({ port: config.port, internalPort: config.internalPort, edge: edgeId }, "edge is up");
resealTotpSecrets({ sql: database.sql, sealing: auth.twoFactor.sealing, log }).catch((error: unknown) =>
  log.warn({ reason: reason(error) }, "two-factor secrets were not sealed anew"),
);

/** Told once: not ready, `bye` to the rooms, what is under way to its end. Told twice: at once. */
async function leave(signal: string) {
  if (leaving) process.exit(1);
  leaving = true;
  readiness.stage = "draining";
  log.info({ signal }, "edge is leaving");
  const finished = (async () => {
    await chat.drain(COME_BACK_WITHIN_MS);
    media.stop();
    await Promise.all([publicServer.stop(), internalServer.stop()]);
  })();
  await Promise.race([
    finished.catch((error) => log.warn({ reason: reason(error) }, "leaving was not clean")),
    clock.sleep(FINISH_WITHIN_MS),
  ]);
  await Promise.all([publicServer.stop(true), internalServer.stop(true)]);
  chat.stop();
  roleChanges.stop();
  stopClosings();
  stopForgetting();
  stopSweeping();
  watches.stop();
  stopErasing();
  mailer.stop();
  auth.stop();
  redis.disconnect();
  await Promise.all([bus.close(), database.close()]);
  log.info("edge has left");
  process.exit(0);
}

async function connectedBus() {
  const cancel = clock.timer(NATS_SLOW_MS, () => log.warn("nats is away: waiting for it"));
  const bus = await connectNats({ url: config.natsUrl, name: `edge ${name}`, clock, log });
  cancel();
  return bus;
}

/** A taken port is one line, not a stack. */
function listen<S>(host: string, port: number, serve: () => S): S {
  try {
    return serve();
  } catch (error) {
    log.fatal({ host, port, reason: reason(error) }, "cannot listen");
    process.exit(1);
  }
}

function hostless(): Response {
  return problemResponse({ code: "bad_host", bug: false }, random.uuid(clock.wallMs()));
}

/** What falls through everything else; it has no request to speak of. */
function broken(error: Error): Response {
  log.error({ reason: reason(error), stack: error.stack }, "request broke the server");
  return problemResponse({ code: "internal", bug: true }, random.uuid(clock.wallMs()));
}

function die(error: unknown) {
  if (isDriverFault(error)) return log.error({ reason: reason(error) }, "database driver broke");
  log.fatal({ reason: reason(error), stack: stackOf(error) }, "edge broke");
  process.exit(1);
}

function stackOf(error: unknown) {
  return error instanceof Error ? error.stack : undefined;
}
