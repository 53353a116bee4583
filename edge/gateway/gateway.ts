// What holds for every request before and after its handler: id, address, limit, body, time, errors, headers, metrics.

import { Elysia } from "elysia";
import { Refusal } from "#runtime/actor/actor.ts";
import { reason } from "#runtime/base/log.ts";
import { Counter, Histogram } from "#runtime/base/metrics.ts";
import type { AccessTokens } from "../identity/tokens/access-token.ts";
import type { EdgeWorld } from "../world.ts";
import { createHeaderRules } from "./headers/headers.ts";
import type { Limit, Limiter } from "./limits/limiter.ts";
import { problemBody, problemHeaders, problemResponse, statusOf, type Trouble, troubleOf } from "./problems/problem.ts";
import { createDeadlines } from "./requests/answer-deadline.ts";
import { clientAddress, limitKey } from "./requests/client-address.ts";
import { andThen, type MaybePromise } from "./requests/maybe-promise.ts";
import { type Asked, begin, type UnderWay, underWay } from "./requests/request-context.ts";
import { createDirectory, type ListedRoute } from "./requests/route-table.ts";
import { createJudge } from "./rules/authorize.ts";

export type { Asked } from "./requests/request-context.ts";

export interface Gateway {
  /** Hooks for the whole application. */
  plugin: Elysia;
  /**
   * The answer of `route` to a request that may be asked, else a problem. Always answers, within 8 s. Everything that
   * `plugin` hooks into must come this way.
   */
  answer(request: Request, route: (request: Request) => MaybePromise<Response>): MaybePromise<Response>;
  /** Throws for a request that did not come through the gateway. */
  asked(request: Request): Asked;
  /** Once all routes are there, and before the first request: whose rules are decided from then on. */
  knows(routes: readonly ListedRoute[]): void;
}

export interface GatewayOptions {
  limiter: Limiter;
  tokens: AccessTokens;
  /** The other end of the connection. Default: `unknown` (tests without a network). */
  peerOf?: ((request: Request) => string | null) | undefined;
}

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
  let directory = createDirectory([]);

  const plugin = new Elysia({ name: "gateway", normalize: false })
    .onRequest(({ request, set }) => {
      set.headers = underWay(request).headers;
    })
    .onError({ as: "global" }, ({ error, code, request, set }) => {
      const asked = underWay(request);
      const trouble = code === "NOT_FOUND" ? notThere(asked) : troubleOf(error, code);
      note(trouble, error, request, asked);
      set.status = statusOf(trouble);
      Object.assign(set.headers, problemHeaders(trouble));
      return problemBody(trouble, asked.requestId);
    });

  return {
    plugin: plugin as unknown as Elysia,
    answer(request, route) {
      const asked = enter(request);
      try {
        const response = andThen(admit(request, asked), (early) => early ?? route(request));
        if (!(response instanceof Promise)) return finish(response, request, asked);
        return deadlines
          .within(response, () => late(request, asked))
          .then(
            (response) => finish(response, request, asked),
            (error) => finish(refuse(error, request, asked), request, asked),
          );
      } catch (error) {
        return finish(refuse(error, request, asked), request, asked);
      }
    },
    asked: underWay,
    knows(routes) {
      directory = createDirectory(routes);
    },
  };

  function enter(request: Request): UnderWay {
    const { headers, url } = request;
    const given = headers.get("x-request-id");
    const requestId = given !== null && REQUEST_ID.test(given) ? given : random.uuid(clock.wallMs());
    const pathname = pathnameOf(url);
    return begin(request, {
      requestId,
      address: clientAddress(peerOf?.(request) ?? "unknown", headers.get("x-forwarded-for"), trusted),
      startedMs: clock.monoMs(),
      pathname,
      route: null,
      admitted: null,
      headers: { ...(isApi(pathname) ? headerRules.ofApi : headerRules.common), "x-request-id": requestId },
    });
  }

  /** All that is decided before a handler. An early answer, or nothing: go on. Throws Refusal. */
  function admit(request: Request, asked: UnderWay): MaybePromise<Response | undefined> {
    const { address, headers, pathname } = asked;
    if (declaredBytes(request) > REQUEST_BYTES_MAX) throw new Refusal("too_large");
    const found = directory.find(request.method, pathname);
    asked.route = found?.store ?? null;
    if (!isApi(pathname)) return undefined;
    const isPreflight = request.method === "OPTIONS";
    const origin = isPreflight || headerRules.hasFriends ? request.headers.get("origin") : null;
    if (isPreflight) return preflight(origin, asked);
    if (headerRules.hasFriends) Object.assign(headers, headerRules.cors(origin));
    return andThen(limiter.enforce(requests, limitKey(address), headers), () => {
      const rule = found?.store.rule;
      if (!rule) return undefined;
      const { params } = found;
      for (const name in params) if (params[name] === null) throw new Refusal("not_found");
      return andThen(judge({ request, address, headers, channel: params.channel ?? undefined }, rule), (admitted) => {
        asked.admitted = admitted;
        return undefined;
      });
    });
  }

  function finish(response: Response, { method }: Request, { route, startedMs }: UnderWay) {
    const seconds = (clock.monoMs() - startedMs) / 1_000;
    durationOf(METHODS.has(method) ? method : "other", route?.pattern ?? "none", response.status).observe(seconds);
    return response;
  }

  /** No handler and no limit: who asks what they may ask is told it at once. */
  function preflight(origin: string | null, { pathname, headers }: UnderWay) {
    const methods = directory.methodsAt(pathname);
    if (methods.length === 0) throw new Refusal("not_found");
    const answer = { ...headers, allow: methods.join(", "), ...headerRules.cors(origin, { preflight: true }) };
    return new Response(null, { status: 204, headers: answer });
  }

  function notThere({ pathname, headers }: UnderWay): Trouble {
    const methods = directory.methodsAt(pathname);
    if (methods.length === 0) return { code: "not_found", bug: false };
    headers.allow = methods.join(", ");
    return { code: "method_not_allowed", bug: false };
  }

  function late({ method }: Request, { requestId, headers, pathname }: UnderWay) {
    log.warn({ request: requestId, method, path: pathname }, "request took too long");
    refusals.inc({ code: "timeout" });
    return problemResponse({ code: "timeout", bug: false }, requestId, headers);
  }

  /** For what was thrown outside Elysia. */
  function refuse(error: unknown, request: Request, asked: UnderWay) {
    const trouble = troubleOf(error);
    note(trouble, error, request, asked);
    return problemResponse(trouble, asked.requestId, asked.headers);
  }

  function note(trouble: Trouble, error: unknown, { method }: Request, { requestId, route }: UnderWay) {
    refusals.inc({ code: trouble.code });
    if (trouble.bug)
      log.error(
        { request: requestId, method, route: route?.pattern, reason: reason(error), stack: stackOf(error) },
        "request failed",
      );
  }
}

/** What the client says it will send; how much it sends is counted where it is read. */
const declaredBytes = (request: Request) => Number(request.headers.get("content-length") ?? 0);

/** As Elysia reads it: of an address that Bun has made whole. */
function pathnameOf(url: string) {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  const end = url.indexOf("?", start);
  return end < 0 ? url.slice(start) : url.slice(start, end);
}

const isApi = (pathname: string) => pathname.startsWith("/api/");

const stackOf = (error: unknown) => (error instanceof Error ? error.stack : undefined);
