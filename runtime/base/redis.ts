// The one home of ioredis. Redis holds counts and limits: nothing that must survive a flush, and its absence must never block.

import { Redis } from "ioredis";
import type { Log } from "./log.ts";

export type RedisClient = Redis;

/** Commands fail at once while Redis is away; the caller decides what that means. */
export function connectRedis({ url, name, log }: { url: string; name: string; log: Log }): RedisClient {
  const redis = new Redis(url, {
    connectionName: name,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 500,
    connectTimeout: 2_000,
    // For a hanging server or network: otherwise commands would be kept for as long as the connection seems open.
    socketTimeout: 3_000,
    retryStrategy: (attempt) => Math.min(100 * attempt, 1_000),
  });
  let away = false;
  redis.on("error", (error) => {
    if (!away) log.warn({ reason: error.message }, "redis is away");
    away = true;
  });
  redis.on("ready", () => {
    if (away) log.info("redis is back");
    away = false;
  });
  return redis;
}
