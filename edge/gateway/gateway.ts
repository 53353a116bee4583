// What holds for every request before and after its handler: id, address, limit, body, errors, headers, metrics.

import { Elysia } from "elysia";
import { Refusal } from "#runtime/actor.ts";
import { reason } from "#runtime/log.ts";
import { Counter, Histogram } from "#runtime/metrics.ts";
import type { AccessTokens } from "../auth/access-token.ts";
import type { EdgeWorld } from "../world.ts";
import { setJudge } from "./access.ts";
import { clientAddress, limitKey } from "./address.ts";
import { createHeaderRules } from "./headers.ts";
import { createJudge } from "./judge.ts";
import type { Limit, Limiter } from "./limit.ts";
import { createMethods, type RoutePattern } from "./methods.ts";
import { problemBody, problemHeaders, statusOf, type Trouble, troubleOf } from "./problem.ts";

/** What the gateway knows of a request; by the request itself, so that no handler can overwrite it. */
export interface Asked {
  requestId: string;
  /** Of the client, proxies taken off. */
  address: string;
  startedMs: number;
}

export interface Gateway {
  /** Hooks for the whole application. */
  plugin: Elysia;
  /** Throws for a request that did not come through the gateway. */
  asked(request: Request): Asked;
  /** Once all routes are there: what is asked for by another method is 405 from then on. */
  knows(routes: readonly RoutePattern[]): void;
}

export interface GatewayOptions {
  limiter: Limiter;
  tokens: AccessTokens;
  /** The other end of the connection. Default: `unknown` (tests without a network). */
  peerOf?: ((request: Request) => string | null) | undefined;
}

const REQUEST_ID = /^[\w.:-]{1,64}$/;

const durations = new Histogram({
  name: "http_request_duration_seconds",
  help: "Time from the request's arrival to its answer, by method, route pattern and status",
  labelNames: ["method", "route", "status"],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});
/** Looking labels up by their hash costs more than a limit does. Routes, methods and codes are few. */
const durationsKnown = new Map<string, { observe(seconds: number): void }>();
function durationOf(method: string, route: string, status: string) {
  const key = `${method} ${route} ${status}`;
  let duration = durationsKnown.get(key);
  if (!duration) {
    duration = durations.labels({ method, route, status });
    durationsKnown.set(key, duration);
  }
  return duration;
}
const refusals = new Counter({
  name: "http_refusals_total",
  help: "Requests refused, by code",
  labelNames: ["code"],
});

/** More than any route takes: refused by what the client declares, before a byte of it is read. */
const REQUEST_BYTES_MAX = 1024 * 1024;
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

export function createGateway(world: EdgeWorld, { limiter, tokens, peerOf }: GatewayOptions): Gateway {
  const { config, clock, random, log } = world;
  const trusted = new Set(config.trustedProxies);
  const known = new WeakMap<Request, Asked>();
  const requests: Limit = {
    name: "requests",
    count: config.limits.requestsPerMinutePerIp,
    perMs: 60_000,
    whenAway: "open",
  };

  const asked = (request: Request) => {
    const facts = known.get(request);
    if (!facts) throw new Error("the request did not come through the gateway");
    return facts;
  };

  const headers = createHeaderRules(config);
  let methodsOf = createMethods([]);
  const judge = createJudge(world, { tokens, limiter, addressOf: (request) => asked(request).address });

  const plugin = new Elysia({ name: "gateway", normalize: false })
    .onRequest(async ({ request, set }) => {
      const given = request.headers.get("x-request-id") ?? "";
      const address = clientAddress(peerOf?.(request) ?? "unknown", request.headers.get("x-forwarded-for"), trusted);
      const requestId = REQUEST_ID.test(given) ? given : random.uuid(clock.wallMs());
      known.set(request, { requestId, address, startedMs: clock.monoMs() });
      setJudge(request, judge);
      set.headers["x-request-id"] = requestId;
      const api = isApi(request);
      Object.assign(set.headers, api ? headers.ofApi : headers.common);
      if (declaredBytes(request) > REQUEST_BYTES_MAX) throw new Refusal("too_large");
      if (!api) return;
      const origin = request.headers.get("origin");
      if (request.method === "OPTIONS") return preflight(request, origin, set.headers as Record<string, string>);
      if (headers.hasFriends) Object.assign(set.headers, headers.cors(origin));
      return limiter.enforce(requests, limitKey(address), set.headers as Record<string, string>);
    })
    .onError({ as: "global" }, ({ error, code, request, set, route }) => {
      const trouble = code === "NOT_FOUND" ? notThere(request, set.headers) : troubleOf(error, code);
      const { requestId } = asked(request);
      refusals.inc({ code: trouble.code });
      if (trouble.bug)
        log.error(
          { request: requestId, method: request.method, route, reason: reason(error), stack: stackOf(error) },
          "request failed",
        );
      set.status = statusOf(trouble);
      Object.assign(set.headers, problemHeaders(trouble));
      return problemBody(trouble, requestId);
    })
    .onAfterResponse({ as: "global" }, ({ request, route, set, responseValue }) => {
      const status = responseValue instanceof Response ? responseValue.status : (set.status ?? 200);
      const method = METHODS.has(request.method) ? request.method : "other";
      const seconds = (clock.monoMs() - asked(request).startedMs) / 1_000;
      durationOf(method, route || "none", String(status)).observe(seconds);
    });
  return {
    plugin: plugin as unknown as Elysia,
    asked,
    knows(routes) {
      methodsOf = createMethods(routes);
    },
  };

  /** No handler and no limit: who asks what they may ask is told it at once. */
  function preflight(request: Request, origin: string | null, common: Record<string, string>) {
    const methods = methodsOf(new URL(request.url).pathname);
    if (methods.length === 0) throw new Refusal("not_found");
    const answer = { ...common, allow: methods.join(", "), ...headers.cors(origin, { preflight: true }) };
    return new Response(null, { status: 204, headers: answer });
  }

  function notThere(request: Request, answer: Record<string, unknown>): Trouble {
    const methods = methodsOf(new URL(request.url).pathname);
    if (methods.length === 0) return { code: "not_found", bug: false };
    answer.allow = methods.join(", ");
    return { code: "method_not_allowed", bug: false };
  }
}

/** What the client says it will send; how much it sends is counted where it is read. */
const declaredBytes = (request: Request) => Number(request.headers.get("content-length") ?? 0);

const isApi = (request: Request) => /^[a-z]+:\/\/[^/]*\/api\//.test(request.url);

const stackOf = (error: unknown) => (error instanceof Error ? error.stack : undefined);
