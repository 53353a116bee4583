// What holds for every request before and after its handler: id, address, limit, body, time, errors, headers, metrics.

import { Elysia } from "elysia";
import { Refusal } from "#runtime/actor.ts";
import { reason } from "#runtime/log.ts";
import { Counter, Histogram } from "#runtime/metrics.ts";
import type { AccessTokens } from "../auth/access-token.ts";
import type { EdgeWorld } from "../world.ts";
import { clientAddress, limitKey } from "./address.ts";
import { type Asked, begin, type UnderWay, underWay } from "./asked.ts";
import { createDeadlines } from "./deadlines.ts";
import { createHeaderRules } from "./headers.ts";
import { createJudge } from "./judge.ts";
import type { Limit, Limiter } from "./limit.ts";
import { createMethods, type RoutePattern } from "./methods.ts";
import { problemBody, problemHeaders, problemResponse, statusOf, type Trouble, troubleOf } from "./problem.ts";

export type { Asked } from "./asked.ts";

export interface Gateway {
  /** Hooks for the whole application. */
  plugin: Elysia;
  /**
   * The answer of `route` to a request that may be asked, else a problem. Always answers, within 8 s. Everything that
   * `plugin` hooks into must come this way.
   */
  answer(request: Request, route: (request: Request) => MaybePromise<Response>): Promise<Response>;
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

type MaybePromise<Value> = Value | Promise<Value>;

const REQUEST_ID = /^[\w.:-]{1,64}$/;
/** Over it a request is answered 503 `timeout`: some store hangs, and whoever asked has stopped waiting. */
const ANSWER_WITHIN_MS = 8_000;

const durations = new Histogram({
  name: "http_request_duration_seconds",
  help: "Time from the request's arrival to its answer, by method, route pattern and status",
  labelNames: ["method", "route", "status"],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});
/** Looking labels up by their hash costs more than a limit does. Routes, methods and codes are few. */
const durationsKnown = new Map<string, { observe(seconds: number): void }>();
function durationOf(method: string, route: string, status: number) {
  const key = `${method} ${route} ${status}`;
  let duration = durationsKnown.get(key);
  if (!duration) {
    duration = durations.labels({ method, route, status: String(status) });
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
  const requests: Limit = {
    name: "requests",
    count: config.limits.requestsPerMinutePerIp,
    perMs: 60_000,
    whenAway: "open",
  };
  const headerRules = createHeaderRules(config);
  const deadlines = createDeadlines(clock, ANSWER_WITHIN_MS);
  const judge = createJudge(world, { tokens, limiter });
  let methodsOf = createMethods([]);

  const plugin = new Elysia({ name: "gateway", normalize: false })
    .onRequest(({ request, set }) => {
      set.headers = underWay(request).headers;
    })
    .onTransform({ as: "global" }, ({ request, route }) => {
      underWay(request).route = route;
    })
    .onError({ as: "global" }, ({ error, code, request, set, route }) => {
      const asked = underWay(request);
      asked.route = route;
      const trouble = code === "NOT_FOUND" ? notThere(request, set.headers) : troubleOf(error, code);
      note(trouble, error, request, asked);
      set.status = statusOf(trouble);
      Object.assign(set.headers, problemHeaders(trouble));
      return problemBody(trouble, asked.requestId);
    });

  return {
    plugin: plugin as unknown as Elysia,
    async answer(request, route) {
      const asked = enter(request);
      let response: Response;
      try {
        const early = admit(request, asked);
        response =
          (early && (await early)) ||
          (await deadlines.within(
            () => route(request),
            () => late(request, asked),
          ));
      } catch (error) {
        const trouble = troubleOf(error);
        note(trouble, error, request, asked);
        response = problemResponse(trouble, asked.requestId, asked.headers);
      }
      const method = METHODS.has(request.method) ? request.method : "other";
      durationOf(method, asked.route || "none", response.status).observe((clock.monoMs() - asked.startedMs) / 1_000);
      return response;
    },
    asked: underWay,
    knows(routes) {
      methodsOf = createMethods(routes);
    },
  };

  function enter(request: Request): UnderWay {
    const given = request.headers.get("x-request-id");
    const requestId = given !== null && REQUEST_ID.test(given) ? given : random.uuid(clock.wallMs());
    return begin(request, {
      requestId,
      address: clientAddress(peerOf?.(request) ?? "unknown", request.headers.get("x-forwarded-for"), trusted),
      startedMs: clock.monoMs(),
      headers: { ...(isApi(request) ? headerRules.ofApi : headerRules.common), "x-request-id": requestId },
      judge,
      admitted: null,
      route: "",
    });
  }

  /** Without a promise where none is needed: most requests of a busy client wait for nothing. Throws Refusal. */
  function admit(request: Request, { address, headers }: UnderWay): MaybePromise<Response | void> {
    if (declaredBytes(request) > REQUEST_BYTES_MAX) throw new Refusal("too_large");
    if (!isApi(request)) return;
    const isPreflight = request.method === "OPTIONS";
    const origin = isPreflight || headerRules.hasFriends ? request.headers.get("origin") : null;
    if (isPreflight) return preflight(request, origin, headers);
    if (headerRules.hasFriends) Object.assign(headers, headerRules.cors(origin));
    return limiter.enforce(requests, limitKey(address), headers);
  }

  /** No handler and no limit: who asks what they may ask is told it at once. */
  function preflight(request: Request, origin: string | null, common: Record<string, string>) {
    const methods = methodsOf(new URL(request.url).pathname);
    if (methods.length === 0) throw new Refusal("not_found");
    const answer = { ...common, allow: methods.join(", "), ...headerRules.cors(origin, { preflight: true }) };
    return new Response(null, { status: 204, headers: answer });
  }

  function notThere(request: Request, answer: Record<string, unknown>): Trouble {
    const methods = methodsOf(new URL(request.url).pathname);
    if (methods.length === 0) return { code: "not_found", bug: false };
    answer.allow = methods.join(", ");
    return { code: "method_not_allowed", bug: false };
  }

  function late(request: Request, { requestId, headers }: UnderWay) {
    log.warn({ request: requestId, method: request.method, path: new URL(request.url).pathname }, "request took too long");
    refusals.inc({ code: "timeout" });
    return problemResponse({ code: "timeout", bug: false }, requestId, headers);
  }

  function note(trouble: Trouble, error: unknown, { method }: Request, { requestId, route }: UnderWay) {
    refusals.inc({ code: trouble.code });
    if (trouble.bug)
      log.error(
        { request: requestId, method, route, reason: reason(error), stack: stackOf(error) },
        "request failed",
      );
  }
}

/** What the client says it will send; how much it sends is counted where it is read. */
const declaredBytes = (request: Request) => Number(request.headers.get("content-length") ?? 0);

const isApi = (request: Request) => /^[a-z]+:\/\/[^/]*\/api\//.test(request.url);

const stackOf = (error: unknown) => (error instanceof Error ? error.stack : undefined);
