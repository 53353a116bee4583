// The edge's internal port: hooks of nginx-rtmp, metrics, health. Never public.

import { Elysia } from "elysia";
import { metricsResponse } from "#runtime/base/metrics.ts";
import { boxKeyName } from "#runtime/outbound/sealed-box.ts";
import { publicBoxKey, RESTREAM } from "#schema/queries/channels/targets.ts";
import { problemResponse, troubleOf } from "./gateway/problems/problem-details.ts";
import { healthOf, type Readiness } from "./gateway/readiness.ts";
import type { AnswerHead } from "./gateway/requests/visit.ts";
import { hookRoutes } from "./hooks/routes.ts";
import type { StreamKeyCheck } from "./hooks/stream-key-check.ts";
import type { EdgeWorld } from "./world.ts";

export interface InternalApp {
  handle(request: Request): Promise<Response>;
}

interface InternalParts {
  readiness: Readiness;
  /** The public port's too, for WHIP. */
  keys: StreamKeyCheck;
}

export function createInternalApp(world: EdgeWorld, { readiness, keys }: InternalParts): InternalApp {
  const { clock, random, log } = world;
  const { health, ready } = healthOf(readiness);
  const isOurs = async (keyName: string) => {
    const publicKey = await publicBoxKey(world.database.sql, RESTREAM);
    return publicKey !== null && boxKeyName(publicKey) === keyName;
  };
  return new Elysia({ normalize: false, handler: { standardHostname: false } })
    .onError({ as: "global" }, ({ error }) => {
      const trouble = troubleOf(error);
      const requestId = random.uuid(clock.wallMs());
      if (trouble.bug) log.error({ request: requestId, err: error }, "internal request failed");
      return problemResponse(trouble, requestId);
    })
    .get("/healthz", health)
    .get("/readyz", ({ set }) => ready({ set: set as AnswerHead }))
    .use(hookRoutes(world, { keys, isOurs }))
    .get("/metrics", () => metricsResponse());
}
