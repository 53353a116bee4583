// What this node gives its channels: packagers by broadcast, FFmpeg processes, the way to nginx, chat rooms, the directory.

import type { ChatStore } from "#actors/chat/log/store.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import type { Random } from "#runtime/base/random.ts";
import type { RedisClient } from "#runtime/base/redis.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import type { ActorConfig } from "#runtime/config/config.ts";
import type { ProcessHost } from "#runtime/process/process.ts";
import type { ActorId, Store } from "#runtime/store/store.ts";
import type { Database } from "#schema/database.ts";
import type { Packager } from "#transcoding/packager/packager.ts";
import type { IngestClient } from "./channel/ingest.ts";

export interface ActorWorld {
  config: ActorConfig;
  log: Log;
  clock: Clock;
  random: Random;
  /** The store's wall clock. */
  nowMs(): number;
  bus: Bus;
  store: Store;
  database: Database;
  /** One for all rooms. */
  chat: ChatStore;
  redis: RedisClient;
  processes: ProcessHost;
  /** By ingest id. */
  ingests: Map<string, IngestClient>;
  /** By broadcast: what the origin serves. */
  packagers: Map<string, Packager>;
  /** Asks other nodes to take an actor that this one cannot run. Absent: there are none. */
  handElsewhere?(actor: ActorId): void;
}
