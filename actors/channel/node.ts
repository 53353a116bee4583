// What a node gives its awake channels. Production wires it here; the simulator hands in FFmpeg, nginx and a directory of its own.

import type { ChatStore } from "#actors/chat/log/store.ts";
import type { Room, RoomOptions } from "#actors/chat/room.ts";
import type { ActorWorld } from "#actors/world.ts";
import type { Child, Self } from "#runtime/actor/actor.ts";
import type { CellWorld } from "#runtime/actor/cell-options.ts";
import type { Log } from "#runtime/base/log.ts";
import type { Random } from "#runtime/base/random.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import { keys } from "#schema/wire/keys.ts";
import {
  endPackager,
  type PackagerChildOptions,
  startAttempt,
  startPackager,
  type TranscoderChildOptions,
} from "./children/media-children.ts";
import { type RegistrarOptions, registerBroadcast } from "./children/registrar.ts";
import type { IngestClient } from "./ingest.ts";
import type { Message } from "./rules/decide.ts";

const ROOM_QUIET_MS = 60_000;

/** One for all channels of a node. */
export interface ChannelNode extends CellWorld {
  bus: Bus;
  random: Random;
  log: Log;
  chat: ChatStore;
  ingests: { get(id: string): IngestClient | undefined };
  /** `http://host:port` of the origin that serves its packagers. */
  address: string;
  /** A lost encoder is waited for so long. */
  graceMs: number;
  /** A room in which nobody spoke or asked for so long lets its channel sleep. */
  roomQuietMs: number;
  /** Those that are open. */
  rooms: Set<Room>;
  /** Other options of a room; only in a test that shows why they must not be other. */
  roomOptions?(): Partial<RoomOptions>;
  startPackager(options: Omit<PackagerChildOptions, "world">, self: Self<Message>): Child;
  startEnder(broadcastId: string): Child;
  /** The broadcast's packager lists no number above this one any more. */
  endPackagerAfter(broadcastId: string, lastNumber: number): void;
  startTranscoder(options: Omit<TranscoderChildOptions, "world">, self: Self<Message>): Child;
  startRegistrar(options: Omit<RegistrarOptions, "sql" | "clock">, self: Self<Message>): Child;
  /** Asks another node to take this channel: the way from here to nginx is broken. Nothing happens when there is none. */
  handElsewhere(channelId: string): void;
  /** How many watch, every 2 s while somebody does. */
  onCount(channelId: string, viewers: number): void;
}

export function channelNode(world: ActorWorld): ChannelNode {
  const { bus, clock, nowMs, random, log, chat, ingests, config, redis } = world;
  const { sql } = world.database;
  const { address, graceMs } = config;
  return {
    ...{ bus, clock, nowMs, random, log, chat, ingests, address, graceMs },
    store: world.store.actors,
    roomQuietMs: ROOM_QUIET_MS,
    rooms: new Set(),
    startPackager: (options, self) => startPackager({ world, ...options }, self),
    startEnder: (broadcastId) => endPackager(world, broadcastId),
    endPackagerAfter: (broadcastId, lastNumber) => world.packagers.get(broadcastId)?.endAfter(lastNumber),
    startTranscoder: (options, self) => startAttempt({ world, ...options }, self),
    startRegistrar: (options, self) => registerBroadcast({ sql, clock, ...options }, self),
    handElsewhere: (key) => world.handElsewhere?.({ kind: "channel", key }),
    onCount: (channelId, viewers) => void redis.set(keys.viewers(channelId), viewers, "EX", 15).catch(() => {}), // Only a count.
  };
}
