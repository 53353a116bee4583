// What the rooms of an edge node are given. main.ts makes the real one, tests make theirs.

import type { Bus } from "#runtime/bus.ts";
import type { Caller } from "#runtime/caller.ts";
import type { Clock } from "#runtime/clock.ts";
import type { EdgeConfig } from "#runtime/config.ts";
import type { Log } from "#runtime/log.ts";
import type { Random } from "#runtime/random.ts";
import type { RedisClient } from "#runtime/redis.ts";
import type { Database } from "#schema/database.ts";

export interface EdgeWorld {
  config: EdgeConfig;
  /** UUID of this boot of this edge. */
  edgeId: string;
  log: Log;
  clock: Clock;
  random: Random;
  bus: Bus;
  caller: Caller;
  database: Database;
  redis: RedisClient;
}
