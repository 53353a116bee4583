// The dependencies that an edge node gives its parts. main.ts makes the real ones, tests make their own.

import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import type { Random } from "#runtime/base/random.ts";
import type { RedisClient } from "#runtime/base/redis.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import type { Caller } from "#runtime/cluster/caller.ts";
import type { EdgeConfig } from "#runtime/config/edge.ts";
import type { Database } from "#schema/database.ts";

export interface EdgeWorld {
  config: EdgeConfig;
  /** A new UUID for each start of the process. */
  edgeId: string;
  log: Log;
  clock: Clock;
  random: Random;
  bus: Bus;
  caller: Caller;
  database: Database;
  redis: RedisClient;
}
