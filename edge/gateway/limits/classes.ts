// The rate limits of each class of routes: one bucket per address and one per user. 0 in a setting = no limit.

import type { EdgeConfig } from "#runtime/config/edge.ts";
import type { LimitClass } from "#schema/api/route.ts";
import type { Limit } from "./limiter.ts";

interface ClassLimits {
  perIp: Limit;
  perUser: Limit;
}

const MINUTE_MS = 60_000;
const OFF = 0;

/** While Redis is away reading is not limited, and everything else is counted in each edge's memory. */
export function limitsOf(limits: EdgeConfig["limits"]): Record<LimitClass, ClassLimits> {
  const pair = (name: LimitClass, whenAway: Limit["whenAway"], perIp: number, perUser: number): ClassLimits => ({
    perIp: { name: `${name}-ip`, count: perIp, perMs: MINUTE_MS, whenAway },
    perUser: { name: `${name}-user`, count: perUser, perMs: MINUTE_MS, whenAway },
  });
  return {
    // The limit of all requests per address is checked earlier, in gateway.ts.
    read: pair("read", "open", OFF, limits.readsPerMinutePerUser),
    write: pair("write", "memory", limits.writesPerMinutePerIp, limits.writesPerMinutePerUser),
    auth: pair("auth", "memory", limits.authPerMinutePerIp, limits.authPerMinutePerUser),
    email: pair("email", "memory", limits.emailsPerMinutePerIp, limits.emailsPerMinutePerUser),
    "stream-key": pair("stream-key", "memory", limits.streamKeysPerMinutePerIp, limits.streamKeysPerMinutePerUser),
    report: pair("report", "memory", limits.reportsPerMinutePerIp, limits.reportsPerMinutePerUser),
    search: pair("search", "open", limits.searchesPerMinutePerIp, limits.searchesPerMinutePerUser),
    clip: pair("clip", "memory", limits.clipsPerMinutePerIp, limits.clipsPerMinutePerUser),
    picture: pair("picture", "memory", limits.picturesPerMinutePerIp, limits.picturesPerMinutePerUser),
    admin: pair("admin", "memory", OFF, limits.adminPerMinutePerUser),
  };
}
