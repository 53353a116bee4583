// Checks of Redis: version, memory limit, users.

import { once } from "node:events";
import { systemClock as clock, within } from "#runtime/base/clock.ts";
import { connectRedis } from "#runtime/base/redis.ts";
import { bytes } from "../format.ts";
import { silentLog } from "../system.ts";
import { type Check, ok, warning, withoutUsers } from "./check.ts";

const CONNECT_WITHIN_MS = 2_000;

export async function redisChecks(url: string): Promise<Check[]> {
  const redis = connectRedis({ url, name: "operator", log: silentLog });
  try {
    await within(clock, CONNECT_WITHIN_MS, once(redis, "ready"), () => new Error("no connection within 2 s"));
    const text = await redis.info();
    const user = String(await redis.call("ACL", "WHOAMI"));
    const fact = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(text)?.[1] ?? "";
    const [used, most, policy] = [Number(fact("used_memory")), Number(fact("maxmemory")), fact("maxmemory_policy")];
    const found = `${bytes(used)} of ${most === 0 ? "no limit" : bytes(most)}, ${policy}`;
    const todo =
      "set maxmemory and maxmemory-policy allkeys-lru: Redis then drops old counts instead of refusing writes";
    const sound = most > 0 && policy.startsWith("allkeys-");
    return [
      ok("redis", "server", fact("redis_version")),
      sound ? ok("redis", "memory policy", found) : warning("redis", "memory policy", found, todo),
      user === "default"
        ? withoutUsers("redis", "all processes share one user, which may administer it")
        : ok("redis", "users", `connected as ${user}`),
    ];
  } finally {
    redis.disconnect();
  }
}
