// An edge node: reads its settings, connects to its stores, starts its parts, listens on two ports, and stops all of it when it leaves.

import { systemClock as clock } from "#runtime/base/clock.ts";
import { ErrorGroups } from "#runtime/base/error-groups.ts";
import { createLog, reason } from "#runtime/base/log.ts";
import { LogLevel } from "#runtime/base/log-level.ts";
import { LoopLag } from "#runtime/base/loop-lag.ts";
import { collectProcessMetrics } from "#runtime/base/metrics.ts";
import { pollIds } from "#runtime/base/poll.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import { connectRedis } from "#runtime/base/redis.ts";
import { collectStoreMetrics, StoreProbe } from "#runtime/base/store-probe.ts";
import { connectNats } from "#runtime/bus/bus-nats.ts";
import { createCaller } from "#runtime/cluster/caller-bus.ts";
import { FOREIGN_DATABASE_CODE, type ForeignDatabase, requireOurDatabase } from "#runtime/cluster/lineage.ts";
import { readEdgeConfig } from "#runtime/config/edge.ts";
import { configOrExit } from "#runtime/config/reader.ts";
import { connectObjects } from "#runtime/objects/objects-s3.ts";
import { startWatchdog } from "#runtime/process/watchdog.ts";
import { ErrorKeeper } from "#runtime/store/error-keeper.ts";
import { databaseAnswerSeconds } from "#runtime/store/metrics.ts";
import { startTraces, statementComment } from "#runtime/trace/process-traces.ts";
import { ANSWER_WITHIN_MS, connectDatabase, isDriverFault } from "#schema/database.ts";
import { ERASED_POLL, erasedUserIds } from "#schema/queries/accounts/erasures.ts";
import { channelsOfNames } from "#schema/queries/channels/channel-names.ts";
import { readLineage } from "#schema/queries/cluster/lineage.ts";
import { emoteCodes } from "#schema/queries/emotes/emotes.ts";
import { standingInChannel } from "#schema/queries/people/channel-roles.ts";
import { createApp } from "./app.ts";
import { batch } from "./channels/batched-lookup.ts";
import { createCategoryLookup } from "./channels/category-lookup.ts";
import type { FoundChannel } from "./channels/found-channel.ts";
import { createPublishTickets, sweepPublishTickets } from "./channels/publish-tickets.ts";
import { createWatches } from "./channels/status-watch.ts";
import { sweepHeldLines } from "./chat/held-sweep.ts";
import { ChatHub } from "./chat/hub.ts";
import { lineTokens } from "./chat/line-tokens.ts";
import { FirstLines } from "./chat/people/first-lines.ts";
import { sweepOwnLines } from "./chat/people/own-lines.ts";
import { createChatSockets } from "./chat/websocket-upgrade.ts";
import { collectDatabaseMetrics } from "./database-metrics.ts";
import { collectEdgeMetrics } from "./edge-metrics.ts";
import { BlockedAddresses } from "./gateway/blocklist/blocked-addresses.ts";
import { CachedLookup } from "./gateway/cached-lookup.ts";
import { Floods } from "./gateway/floods/floods.ts";
import { createCounts } from "./gateway/limits/counts.ts";
import { createLimiter } from "./gateway/limits/limiter.ts";
import { createReadiness } from "./gateway/readiness.ts";
import { createClientAddresses } from "./gateway/requests/client-address.ts";
import { createPublishKeys } from "./hooks/publish-keys.ts";
import { createEraser } from "./identity/account/erase.ts";
import { sweepSignInTraces } from "./identity/devices/sign-in-traces.ts";
import { createMailer } from "./identity/email/smtp.ts";
import { createAuth } from "./identity/identity.ts";
import { KNOWN_PROVIDERS } from "./identity/providers/built-in-providers.ts";
import { resealTotpSecrets } from "./identity/two-factor/reseal.ts";
import { createInternalApp } from "./internal.ts";
import { createMedia } from "./live/live.ts";
import { PushHub } from "./live/push/push-hub.ts";
import { createObservation } from "./observation/observation.ts";
import { createRoleChanges } from "./people/role-changes.ts";
import { StandingLookup } from "./people/standing-lookup.ts";
import { watchClosedChannels } from "./people/suspension-watch.ts";
import { createPictures } from "./pictures/pictures.ts";
import { createPlaybackAudience } from "./playback/audience.ts";
import { PlayerReports } from "./playback/player-reports.ts";
import { createPlaybackTokens } from "./playback/token.ts";
import { ChannelViewers } from "./playback/viewers.ts";
import { listenInternal, PublicPort } from "./ports.ts";
import { joinSockets, relaySockets } from "./sockets.ts";
import { sweepAudit } from "./staff/audit-cleanup.ts";
import { createVideos } from "./videos/videos.ts";
import { loadInstance } from "./web/server/instance.ts";
import { createLinkPreviews } from "./web/server/link-preview.ts";
import { createWebApp, type WebApp } from "./web/server/serve.ts";
import { createWebRtc } from "./webrtc/webrtc.ts";
import type { EdgeWorld } from "./world.ts";

/** When the edge leaves, waiting players get the part that they wait for, since a repeated playlist may be older than another edge's. After
 *  this time they get the last one. */
const PARTS_COME_WITHIN_MS = 1_000;
/** Time for requests to finish when the edge leaves. */
const FINISH_WITHIN_MS = 5_000;
const NATS_SLOW_MS = 2_000;
/** An object that is not there: its absence is an answer too. */
const PROBE_KEY = "probe";

const config = configOrExit((env) => readEdgeConfig(env, { knownProviders: KNOWN_PROVIDERS }));
const { name } = config;
const logLevel = new LogLevel(config.logLevel);
const errors = new ErrorGroups(clock);
const log = createLog({ name, level: logLevel, errors });
let keeper: ErrorKeeper | undefined;
process.on("uncaughtException", die);
// A rejected promise without a handler is a bug, but no reason to close every socket of this edge.
process.on("unhandledRejection", (error) =>
  log.error({ reason: reason(error), stack: stackOf(error) }, "rejection unhandled"),
);
collectProcessMetrics();
// Clients do not leave an edge that hangs, since their sockets stay open: only the watchdog ends it.
startWatchdog({ silentMs: config.watchdogMs, fields: { name } });

/** Everything that was started; stopped in reverse order when the edge leaves. */
const running = new AsyncDisposableStack();
const started = <Part extends { stop(): void }>(part: Part): Part => running.adopt(part, () => part.stop());

// A store that is away fails none of these. Only NATS is waited for: without it no channel can be watched.
const database = connectDatabase({
  url: config.databaseUrl,
  applicationName: `edge ${name}`,
  silence: {
    ...{ limitMs: ANSWER_WITHIN_MS, clock },
    onAnswer: (ms) => databaseAnswerSeconds.observe(ms / 1_000),
  },
  random,
  ...(config.traces && { commentOf: statementComment }),
});
running.defer(() => database.close());
const { sql } = database;
keeper = new ErrorKeeper({ sql, clock, log, groups: errors, node: name });
running.defer(() => keeper?.stop());
requireOurDatabase({
  ...{ clock, log },
  source: { read: () => readLineage(sql, null), follow: async () => {} },
}).catch((error: ForeignDatabase) => {
  log.fatal({ reason: error.message }, "database refused");
  process.exit(FOREIGN_DATABASE_CODE);
});
const redis = connectRedis({ url: config.redisUrl, name, log });
running.defer(() => redis.disconnect());
const bus = await connectedBus();
running.defer(() => bus.close());
const traces = startTraces({ settings: config.traces, clock, random, log, service: "edge", name });
running.defer(() => traces.stop());
const caller = createCaller({ bus, clock, random });
const edgeId = random.uuid(clock.wallMs());
const world: EdgeWorld = { config, edgeId, log, clock, random, bus, caller, database, redis };

const counts = createCounts(world);
const limiter = createLimiter({ counts, clock });
const auth = started(createAuth(world));
const mailer = started(createMailer(world));
running.defer(createEraser({ sql, clock, log }).start());
const readiness = createReadiness(world);
readiness.stage = "starting";

const channels = new CachedLookup<FoundChannel>({
  what: "channel",
  clock,
  log,
  find: batch((names) => channelsOfNames(sql, names)),
});
const findChannel = (loginOrId: string) => channels.get(loginOrId);
const standings = new StandingLookup({
  clock,
  log,
  find: (channelId, userId) => standingInChannel(sql, { channelId, userId }),
});
const emoteSets = new CachedLookup<{ codes: ReadonlySet<string> }>({
  what: "emote set",
  clock,
  log,
  find: batch((ids) => emoteCodes(sql, ids)),
});
const watches = started(createWatches({ bus, caller, clock, log, edgeId }));
const playbackTokens = createPlaybackTokens({ ...world, keys: auth.keys });
const playerReports = started(new PlayerReports(clock));
const viewers = started(
  new ChannelViewers({
    clock,
    perAddressMax: config.limits.viewersPerIp,
    onChange: (channelId, here) =>
      watches.setViewers(channelId, { ...here, players: () => playerReports.digest(channelId) }),
  }),
);
const publicPort = new PublicPort(world);
const addresses = createClientAddresses(world);
const addressOf = (request: Request) =>
  addresses.of(publicPort.peerOf(request) ?? "unknown", request.headers.get("x-forwarded-for"));
const audience = createPlaybackAudience({ tokens: playbackTokens, viewers, reports: playerReports, addressOf });
const objects = config.objectStore && connectObjects({ config: config.objectStore, clock });
collectStoreMetrics(
  new StoreProbe(clock, {
    postgres: () => sql`SELECT 1`,
    nats: () => bus.flush(),
    redis: () => redis.ping(),
    ...(objects && { s3: () => objects.look(PROBE_KEY) }),
  }),
);
collectDatabaseMetrics({ sql, clock });
collectEdgeMetrics({ readiness, socketsMax: config.limits.socketsPerEdge });
const observation = started(createObservation(world));
const videos = started(createVideos(world, { objects, tokens: playbackTokens, addressOf }));
const pictures = started(createPictures(world, { objects, videos, addressOf }));
const lag = started(new LoopLag(clock));
const floods = new Floods(world, { lag, keys: auth.keys, counts });
const media = started(
  createMedia(world, { watches, findChannel, tokens: playbackTokens, audience, floods, addressOf, dvr: videos.dvr }),
);
const keys = createPublishKeys(world, { limiter });
const tickets = createPublishTickets({ sql, random });
const webRtc = started(
  createWebRtc(world, {
    ...{
      keyRing: auth.keys,
      limiter,
      floods,
      media,
      tokens: playbackTokens,
      audience,
      watches,
      keys,
      tickets,
      addressOf,
    },
  }),
);
const firstLines = new FirstLines({ sql, bus, clock, log });
const chat = started(
  new ChatHub(world, {
    lag,
    floods,
    watches,
    viewers,
    tokens: playbackTokens,
    limiter,
    speakers: {
      verify: async (token) => auth.tokens.verify(token),
      validity: auth.validity,
      standingIn: (channelId, userId) => standings.get(channelId, userId),
      tokensIn: (channelId, body) =>
        lineTokens(channelId, body, {
          codesOf: async (id) => (await emoteSets.get(id))?.codes ?? new Set(),
          isPerson: async (login) => (await findChannel(login)) !== null,
        }),
    },
    lineSaid: (said) => firstLines.said(said),
  }),
);
const { socketsPerIp, socketsPerEdge } = config.limits;
const push = started(new PushHub({ ...world, watches, media, lag, socketsPerIp, socketsPerEdge }));
const chatSockets = createChatSockets(world, { hub: chat, findChannel, clientAddress: addressOf });
const blockedAddresses = started(
  new BlockedAddresses({
    ...{ redis, clock, log, trustedProxies: config.trustedProxies },
    onNew(isBlocked) {
      chat.closeAddresses(isBlocked);
      push.closeAddresses(isBlocked);
    },
  }),
);
const sockets = joinSockets({ chat: chatSockets, push });
const roleChanges = started(
  createRoleChanges({
    bus,
    log,
    onChange(channelId, userId) {
      standings.forget(channelId, userId);
      chat.rolesChanged(channelId, userId);
    },
  }),
);
running.defer(watchClosedChannels({ sql, clock, log, onClosed: closeChannel }));
const erased = { find: () => erasedUserIds(sql), found: (userIds: ReadonlySet<string>) => chat.erase(userIds) };
running.defer(pollIds({ ...ERASED_POLL, clock, log, ...erased }));
running.defer(sweepAudit({ sql, clock, log }));
running.defer(sweepHeldLines({ sql, clock, log }));
running.defer(sweepSignInTraces({ sql, clock, log }));
running.defer(sweepOwnLines({ sql, clock, log }));
running.defer(sweepPublishTickets({ sql, clock, log }));

let web: WebApp | undefined;
const page = (request: Request) => web?.fetch(request) ?? null;
const rolesChanged = roleChanges.announce;
const served = { videos, pictures };
const app = createApp(world, {
  counts,
  limiter,
  floods,
  auth,
  mailer,
  readiness,
  addressOf,
  rolesChanged,
  page,
  observation,
  ...served,
});
const publicServer = publicPort.listen({
  ...{ sockets, webRtc, media, ...served, app },
  isBlocked: (request) => blockedAddresses.refuses(() => addressOf(request)),
});
running.defer(() => publicServer.stop(true));
const internalServer = listenInternal(world, {
  sockets: relaySockets({ chat: chatSockets, push }),
  app: createInternalApp(world, { readiness, keys, logLevel }),
});
running.defer(() => internalServer.stop(true));

let leaving = false;
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void leave(signal));

const previewOf = createLinkPreviews({ clock, publicUrl: config.publicUrl, findChannel });
const instance = await loadInstance(config.instanceName, config.instanceMark);
web = await createWebApp({
  ...{ log, clock, previewOf, instance },
  isCategory: createCategoryLookup({ sql, clock }),
  objectStore: config.objectStore && new URL(config.objectStore.publicEndpoint).origin,
});
if (!leaving) readiness.stage = "up";
log.info({ port: config.port, internalPort: config.internalPort, edge: edgeId }, "edge is up");
resealTotpSecrets({ sql, sealing: auth.twoFactor.sealing, log }).catch((error: unknown) =>
  log.warn({ reason: reason(error) }, "two-factor secrets were not resealed"),
);

/** The first signal lets requests finish, the second one ends the process at once. */
async function leave(signal: string) {
  if (leaving) process.exit(1);
  leaving = true;
  readiness.stage = "draining";
  log.info({ signal }, "edge is leaving");
  const unclean = (error: unknown) => log.warn({ reason: reason(error) }, "leaving was not clean");
  await Promise.race([finish().catch(unclean), clock.sleep(FINISH_WITHIN_MS)]);
  await running.disposeAsync().catch(unclean);
  log.info("edge has left");
  process.exit(0);
}

/** Sends `bye` to the rooms, and resolves when all requests are answered. */
async function finish() {
  push.drain(chat.retryAfterMs);
  await chat.drain();
  const stopWaiting = clock.timer(PARTS_COME_WITHIN_MS, () => media.stop());
  await Promise.all([publicServer.stop(), internalServer.stop()]);
  stopWaiting();
  media.stop();
}

function closeChannel(channelId: string) {
  chat.closeRoom(channelId);
  push.closeChannel(channelId);
  webRtc.closeChannel(channelId);
}

async function connectedBus() {
  const cancel = clock.timer(NATS_SLOW_MS, () => log.warn("nats is away: waiting for it"));
  const bus = await connectNats({ url: config.natsUrl, name: `edge ${name}`, clock, log });
  cancel();
  return bus;
}

function die(error: unknown) {
  if (isDriverFault(error)) return log.error({ reason: reason(error) }, "database driver broke");
  log.fatal({ reason: reason(error), stack: stackOf(error) }, "edge broke");
  void Promise.resolve(keeper?.stop()).finally(() => process.exit(1));
}

function stackOf(error: unknown) {
  return error instanceof Error ? error.stack : undefined;
}
