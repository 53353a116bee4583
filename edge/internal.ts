// The edge's internal port: hooks of nginx-rtmp, metrics, health. Never public.

import { Elysia } from "elysia";
import { metricsResponse } from "#runtime/base/metrics.ts";
import type { Limiter } from "./gateway/limits/limiter.ts";
import { problemResponse, troubleOf } from "./gateway/problems/problem.ts";
import { type Readiness, readinessRoutes } from "./gateway/readiness.ts";
import { hookRoutes } from "./hooks/routes.ts";
import type { EdgeWorld } from "./world.ts";

export interface InternalApp {
  handle(request: Request): Promise<Response>;
}

export interface InternalParts {
  readiness: Readiness;
  /** The same as of the public port: they share what they count while Redis is away. */
  limiter: Limiter;
}

export function createInternalApp(world: EdgeWorld, { readiness, limiter }: InternalParts): InternalApp {
  const { clock, random, log } = world;
  return new Elysia({ normalize: false, handler: { standardHostname: false } })
    .onError({ as: "global" }, ({ error, code }) => {
      const trouble = troubleOf(error, code);
      const requestId = random.uuid(clock.wallMs());
      if (trouble.bug) log.error({ request: requestId, err: error }, "internal request failed");
      return problemResponse(trouble, requestId);
    })
    .use(readinessRoutes(readiness))
    .use(hookRoutes(world, { limiter }))
    .get("/metrics", () => metricsResponse());
}
