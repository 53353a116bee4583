// What a node gives its awake channels. Production is wired here; the simulator wires its own, with a simulated FFmpeg and nginx.

import { createPostgresChatStore } from "#actors/chat/log/store-postgres.ts";
import type { Room } from "#actors/chat/room.ts";
import type { CellWorld } from "#runtime/actor/cell-options.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import type { Random } from "#runtime/base/random.ts";
import type { RedisClient } from "#runtime/base/redis.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import type { Caller } from "#runtime/cluster/caller.ts";
import type { ActorConfig } from "#runtime/config/actor.ts";
import { systemProcesses } from "#runtime/process/process-bun.ts";
import type { ActorId, Store } from "#runtime/store/store.ts";
import type { Database } from "#schema/database.ts";
import { channelExists, writeBroadcast, writeUniqueViewers } from "#schema/queries/channels/broadcast-writes.ts";
import { enabledTargets } from "#schema/queries/channels/targets.ts";
import { keys } from "#schema/redis/keys.ts";
import { rtmpConnect } from "#transcoding/intake/rtmp/pull.ts";
import type { Packager } from "#transcoding/packager/packager.ts";
import { pictureTurns } from "#transcoding/pictures/turns.ts";
import type { Forward } from "#transcoding/restream/forward.ts";
import { channelChildren } from "./children/children.ts";
import type { Restreaming } from "./children/forwarder.ts";
import type { Recording } from "./children/recorder.ts";
import type { BroadcastList } from "./children/registrar.ts";

import { createIngestClient, type Ingests } from "./ingest.ts";
import type { LadderPlan } from "./ladder-plan.ts";
import type { ChannelOptions } from "./rules/channel.ts";
import { Seconds } from "./seconds.ts";
import { createHistories, type Histories } from "./source-history.ts";
import type { RunningSource, Sources } from "./sources.ts";
import { UniqueViewers, type WatchedBroadcast } from "./unique-viewers.ts";

const ROOM_QUIET_MS = 60_000;
/** As edges wait for an act. */
const ASK_ROOM_WITHIN_MS = 6_000;
/** Beside each other on a busy machine a channel took 2.7 % of a core without a rest, 2.0 with 40 ms, 1.5 with 80. Media is later by half of it. */
const INTAKE_REST_MS = 80;

/** One for all channels of a node. */
export interface ChannelNode extends CellWorld, ChannelOptions {
  bus: Bus;
  random: Random;
  log: Log;
  ingests: Ingests;
  histories: Histories;
  /** By broadcast: what the origin serves. */
  packagers: Map<string, Packager>;
  /** By target: what is forwarded now. */
  forwards: Map<string, Pick<Forward, "droppedFrames">>;
  /** `http://host:port` of the origin that serves its packagers. */
  address: string;
  /** Open rooms, by channel. */
  rooms: Map<string, Room>;
  /** Asks another node to take this channel, since this node cannot reach nginx. No effect when there is no other node. */
  handElsewhere(channelId: string): void;
  /** Called every 2 s while the channel has viewers. */
  onCount(channelId: string, viewers: number): void;
  /** Called with what edges report of a public broadcast's viewers. */
  onSketch?(watched: WatchedBroadcast, sketch: string): void;
}

/** The process's connections and settings. */
interface NodeConnections {
  config: ActorConfig;
  log: Log;
  clock: Clock;
  random: Random;
  /** The store's wall clock. */
  nowMs(): number;
  /** See ChannelOptions. */
  sinceMs?(atMs: number): number;
  bus: Bus;
  caller: Caller;
  store: Store;
  database: Database;
  redis: RedisClient;
  ladderPlan: LadderPlan;
  /** Null: nothing is forwarded. */
  restreaming: Restreaming | null;
  /** Null: nothing is recorded. */
  recording: Recording | null;
  /** Asks other nodes to take an actor that this node cannot run. Absent: there are no other nodes. */
  handElsewhere?(actor: ActorId): void;
  /** The node that would own an actor of this node after it; null: there is none. */
  successorOf?(actor: ActorId): string | null;
}

export function channelNode(connections: NodeConnections): ChannelNode & { sources: Sources; seconds: Seconds } {
  const {
    config,
    log,
    ladderPlan,
    recording,
    restreaming,
    clock,
    random,
    nowMs,
    sinceMs,
    bus,
    caller,
    store,
    database,
    redis,
  } = connections;
  const { sql } = database;
  const { address, graceMs, ffmpegPath, socketDir, broadcastLimits: limits } = config;
  const broadcasts: BroadcastList = {
    write: (entry) => writeBroadcast(sql, entry),
    hasChannel: (channelId) => channelExists(sql, channelId),
  };
  const ingests = new Map(config.ingests.map((ingest) => [ingest.id, createIngestClient(ingest, clock)]));
  const sources = new Map<string, RunningSource>();
  const seconds = new Seconds({
    ...{ clock, ingests, bytesMax: config.secondsBytesMax },
    isPulled: (publicName) => sources.has(publicName),
    connect: rtmpConnect({ clock, random, restMs: INTAKE_REST_MS }),
  });
  const parts = {
    ...{ clock, random, nowMs, bus, ffmpegPath, socketDir },
    partMs: config.partMs,
    thumbnailIntervalMs: config.thumbnailIntervalMs,
    pictureTurns: pictureTurns(),
    connect: seconds.connect,
    successorOf: (key: string) =>
      config.secondsBytesMax > 0 ? (connections.successorOf?.({ kind: "channel", key }) ?? null) : null,
    ladderPlan,
    recording,
    restreaming,
    listTargets: restreaming && ((channelId: string) => enabledTargets(sql, channelId)),
    forwards: new Map<string, Pick<Forward, "droppedFrames">>(),
    sources,
    processes: systemProcesses,
    ingests,
    packagers: new Map<string, Packager>(),
    histories: createHistories(),
    chat: createPostgresChatStore(database, clock),
    roomQuietMs: ROOM_QUIET_MS,
    askRoom: (channelId: string, request: object) =>
      caller.call("channel", channelId, request, { timeoutMs: ASK_ROOM_WITHIN_MS }),
    rooms: new Map<string, Room>(),
    broadcasts,
  };
  const unique = new UniqueViewers({
    ...{ clock, log, redis },
    write: (count) => writeUniqueViewers(sql, count),
  });
  return {
    ...{ ...parts, log, address, graceMs, limits, ...(sinceMs && { sinceMs }) },
    seconds,
    children: channelChildren(parts),
    store: store.actors,
    onSketch: (watched, sketch) => unique.seen(watched, sketch),
    handElsewhere: (key) => connections.handElsewhere?.({ kind: "channel", key }),
    onCount: (channelId, viewers) => void redis.set(keys.viewers(channelId), viewers, "EX", 15).catch(() => {}), // Losing a count does no harm.
  };
}
