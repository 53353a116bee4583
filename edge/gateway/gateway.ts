// Everything that applies to all requests: id, client address, limits, rule, body, deadline, errors, headers, metrics.
// Elysia finds the route and writes the answer; between them `answer` runs once per request.

import type { AnyElysia, Context } from "elysia";
import { Refusal } from "#runtime/actor/actor.ts";
import { reason } from "#runtime/base/log.ts";
import { Counter, Histogram } from "#runtime/base/metrics.ts";
import { inTrace, readTraceparent, type Trace, traceparentOf } from "#runtime/base/trace.ts";
import { createTraceIds } from "#runtime/trace/ids.ts";
import { type Span, traceOfRequest } from "#runtime/trace/spans.ts";
import { METHODS, type Route, successStatus } from "#schema/api/route.ts";
import type { AccessTokens } from "../identity/tokens/access-token.ts";
import type { EdgeWorld } from "../world.ts";
import type { Shedding } from "./floods/shedding.ts";
import { createHeaderRules } from "./headers/headers.ts";
import type { Limit, Limiter } from "./limits/limiter.ts";
import { problemBody, problemHeaders, type Trouble, troubleOf } from "./problems/problem-details.ts";
import { createDeadlines, type Deadlines } from "./requests/answer-deadline.ts";
import { limitKey } from "./requests/client-address.ts";
import { createInputs } from "./requests/inputs.ts";
import { andThen, type MaybePromise } from "./requests/maybe-promise.ts";
import { createRouteTable } from "./requests/route-table.ts";
import type { AnswerHead, Visit } from "./requests/visit.ts";
import { createAuthorize } from "./rules/authorize.ts";
import type { Input, Served } from "./serve.ts";

interface Gateway {
  /** Mounts routes. Every request to them is answered within 8 s, or 100 s where a file is sent, by its handler or with a problem. */
  mount(app: AnyElysia, served: readonly Served[]): void;
  /** Mounts a path outside the API, without rule and limit. */
  mountOpen(app: AnyElysia, path: string, handle: (visit: Visit) => MaybePromise<unknown>): void;
  /** Mounts everything else: preflights, 404 and 405 of the API, and pages. To be called last. */
  mountRest(app: AnyElysia, page: (request: Request) => MaybePromise<Response | null>): void;
}

interface GatewayOptions {
  limiter: Limiter;
  tokens: AccessTokens;
  shedding: Pick<Shedding, "check">;
  /** Of the client, not of a trusted proxy. */
  addressOf(request: Request): string;
}

/** A request from Elysia. */
interface Arrival {
  request: Request;
  set: AnswerHead;
  params?: Record<string, string | null>;
  query?: Record<string, string>;
}

/** A request that is being answered. */
interface Entered extends Visit {
  trace: Trace;
  /** Null: its trace is not exported. */
  span: Span | null;
}

/** Of a request, by its route. */
interface Bounds {
  deadlines: Deadlines;
  bodyBytesMax: number;
}

/** The part of Elysia that mounts routes. Elysia's own types would infer each handler's answer, which `serve` has checked. */
interface Router {
  route(method: string, path: string, handler: (context: Context) => unknown): unknown;
  get(path: string, handler: (context: Context) => unknown): unknown;
  all(path: string, handler: (context: Context) => unknown): unknown;
}

const REQUEST_ID = /^[\w.:-]{1,64}$/;
/** After it a request is answered with 503 `timeout`: a store hangs, and the asker has stopped waiting. */
const ANSWER_WITHIN_MS = 8_000;
/** With the time that a slow sender may take for a file (file-body.ts). */
const FILE_ANSWER_WITHIN_MS = 100_000;
/** More than any route without a file takes. A request that declares a larger body is refused before the body is read. */
const REQUEST_BYTES_MAX = 1024 * 1024;
const KNOWN_METHODS = new Set<string>([...METHODS, "HEAD", "OPTIONS"]);
/** Label for requests without a route. */
const NO_ROUTE = "none";
const ANY_PAGE = "/*";

const durations = new Histogram({
  name: "http_request_duration_seconds",
  help: "Time from the request's arrival to its answer, by method, route pattern and status",
  labelNames: ["method", "route", "status"],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});
/** By labels: prom-client's own look-up by their hash costs more than a rate limit. Routes, methods and codes are few. */
const observers = new Map<string, { observe(seconds: number): void }>();
function observerOf(method: string, route: string, status: number) {
  const key = `${method} ${route} ${status}`;
  let observer = observers.get(key);
  if (!observer) {
    observer = durations.labels({ method, route, status: String(status) });
    observers.set(key, observer);
  }
  return observer;
}
const refusals = new Counter({
  name: "http_refusals_total",
  help: "Requests refused, by code",
  labelNames: ["code"],
});

export function createGateway(world: EdgeWorld, { limiter, tokens, shedding, addressOf }: GatewayOptions): Gateway {
  const { config, clock, random, log } = world;
  const requests: Limit = {
    name: "requests",
    count: config.limits.requestsPerMinutePerIp,
    perMs: 60_000,
    whenAway: "open",
  };
  const headerRules = createHeaderRules(config);
  const deadlines = createDeadlines(clock, ANSWER_WITHIN_MS);
  const ordinary: Bounds = { deadlines, bodyBytesMax: REQUEST_BYTES_MAX };
  const fileDeadlines = createDeadlines(clock, FILE_ANSWER_WITHIN_MS);
  const authorize = createAuthorize(world, { tokens, limiter, shedding });
  const traceIds = createTraceIds(random);
  /** Mounted so far, for 405 and preflights. */
  const mounted: Pick<Route, "method" | "path">[] = [];

  return {
    mount(app, served) {
      for (const one of served) {
        const { method, path, query } = one.route;
        const handle = serving(one);
        // Elysia reads a handler's source to decide what to parse: only a route with a query has its query parsed.
        const handler = query
          ? ({ request, set, params, query }: Context) => handle({ request, set, params, query } as Arrival)
          : ({ request, set, params }: Context) => handle({ request, set, params } as Arrival);
        router(app).route(method, path, handler);
        mounted.push(one.route);
      }
    },
    mountOpen(app, path, handle) {
      const handler = ({ request, set }: Context) =>
        answer({ request, set } as Arrival, path, headerRules.common, handle);
      router(app).get(path, handler);
      mounted.push({ method: "GET", path });
    },
    mountRest(app, page) {
      const table = createRouteTable(mounted);
      const rest = ({ request, set }: Arrival) => {
        const pathname = pathnameOf(request.url);
        const methods = table.methodsAt(pathname);
        if (!isApi(pathname))
          return answer({ request, set }, ANY_PAGE, headerRules.common, ({ set }) => {
            const found = request.method === "GET" || request.method === "HEAD" ? page(request) : null;
            return andThen(found, (one) => one ?? notFound(methods, set));
          });
        return answer({ request, set }, NO_ROUTE, headerRules.ofApi, (visit) =>
          request.method === "OPTIONS"
            ? preflight(methods, visit)
            : andThen(beforeRule(visit), () => notFound(methods, visit.set)),
        );
      };
      const handler = ({ request, set }: Context) => rest({ request, set } as Arrival);
      router(app).get(ANY_PAGE, handler);
      router(app).all(ANY_PAGE, handler);
    },
  };

  function serving({ route, handle }: Served): (arrival: Arrival) => MaybePromise<unknown> {
    const readInputs = createInputs(route, clock);
    const status = successStatus(route);
    const bounds = route.file ? { deadlines: fileDeadlines, bodyBytesMax: route.file.bytesMax } : ordinary;
    return (arrival) => {
      const work = (visit: Visit) =>
        andThen(beforeRule(visit), () => {
          const { request, address, set } = visit;
          const params = readParams(arrival.params);
          return andThen(
            authorize({ request, address, headers: set.headers, channel: params.channel }, route),
            ({ asker, channel }) =>
              andThen(readInputs(request, params, arrival.query), ({ query, body }) => {
                set.status = status;
                // The route's type says which of these a handler sees (see Input).
                return handle({ ...visit, params, query, body, asker, who: asker, channel } as unknown as Input<Route>);
              }),
          );
        });
      return answer(arrival, route.path, headerRules.ofApi, work, bounds);
    };
  }

  /** Answers one request. Never throws. */
  function answer(
    { request, set }: Arrival,
    pattern: string,
    headers: Record<string, string>,
    work: (visit: Visit) => MaybePromise<unknown>,
    { deadlines, bodyBytesMax } = ordinary,
  ): MaybePromise<unknown> {
    const startedMs = clock.monoMs();
    const visit = enter(request, set, headers, pattern);
    const done = (value: unknown) => finish(value, visit, pattern, startedMs);
    try {
      if (declaredBytes(request) > bodyBytesMax) throw new Refusal("too_large");
      const value = inTrace(visit.trace, () => work(visit));
      if (!(value instanceof Promise)) return done(value);
      return deadlines
        .within(value, () => late(visit))
        .then(done, (error: unknown) => done(refuse(error, visit, pattern)));
    } catch (error) {
      return done(refuse(error, visit, pattern));
    }
  }

  function enter(request: Request, set: AnswerHead, headers: Record<string, string>, pattern: string): Entered {
    const given = request.headers.get("x-request-id");
    const requestId = given !== null && REQUEST_ID.test(given) ? given : random.uuid(clock.wallMs());
    const parent = readTraceparent(request.headers.get("traceparent"));
    const { trace, span } = traceOfRequest(traceIds, { requestId, parent, name: `${request.method} ${pattern}` });
    set.headers = { ...headers, "x-request-id": requestId, traceparent: traceparentOf(trace) };
    return { request, requestId, address: addressOf(request), set, trace, span };
  }

  /** Applies to each request to the API, with or without a route. */
  function beforeRule({ request, address, set }: Visit): MaybePromise<void> {
    if (headerRules.hasAllowedOrigins) Object.assign(set.headers, headerRules.cors(request.headers.get("origin")));
    return limiter.enforce(requests, limitKey(address), set.headers);
  }

  /** Without handler and limit. */
  function preflight(methods: readonly string[], { request, set }: Visit) {
    if (methods.length === 0) throw new Refusal("not_found");
    const cors = headerRules.cors(request.headers.get("origin"), { preflight: true });
    const headers = { ...(set.headers as Record<string, string>), allow: methods.join(", "), ...cors };
    return new Response(null, { status: 204, headers });
  }

  function notFound(methods: readonly string[], set: AnswerHead): never {
    if (methods.length === 0) throw new Refusal("not_found");
    set.headers.allow = methods.join(", ");
    throw new Refusal("method_not_allowed");
  }

  function finish(value: unknown, visit: Entered, pattern: string, startedMs: number) {
    const { request, set, span } = visit;
    const { method } = request;
    const status = value instanceof Response ? value.status : Number(set.status ?? 200);
    const seconds = (clock.monoMs() - startedMs) / 1_000;
    span?.end({
      // A refusal is no error of ours (OpenTelemetry, HTTP spans).
      error: status >= 500 ? String(status) : null,
      attributes: { "http.request.method": method, "http.route": pattern, "http.response.status_code": status },
    });
    observerOf(KNOWN_METHODS.has(method) ? method : "other", pattern, status).observe(seconds);
    return value;
  }

  function late(visit: Entered) {
    const { request, requestId, trace } = visit;
    inTrace(trace, () =>
      log.warn({ request: requestId, method: request.method, path: pathnameOf(request.url) }, "request took too long"),
    );
    return problem({ code: "timeout", bug: false }, visit);
  }

  function refuse(error: unknown, visit: Entered, pattern: string) {
    const trouble = troubleOf(error);
    if (trouble.bug) {
      const { request, requestId, trace } = visit;
      const stack = error instanceof Error ? error.stack : undefined;
      inTrace(trace, () =>
        log.error(
          { request: requestId, method: request.method, route: pattern, reason: reason(error), stack },
          "request failed",
        ),
      );
    }
    return problem(trouble, visit);
  }

  function problem(trouble: Trouble, { requestId, set }: Visit) {
    refusals.inc({ code: trouble.code });
    const body = problemBody(trouble, requestId);
    set.status = body.status;
    Object.assign(set.headers, problemHeaders(trouble));
    return body;
  }
}

/** Path parameters, decoded by Elysia. Throws Refusal `not_found` for a malformed percent-encoding. */
function readParams(params: Arrival["params"] = {}): Record<string, string> {
  for (const name in params) if (params[name] === null) throw new Refusal("not_found");
  return params as Record<string, string>;
}

/** The declared size; the real one is counted where the body is read. */
const declaredBytes = (request: Request) => Number(request.headers.get("content-length") ?? 0);

/** `url` is absolute. */
function pathnameOf(url: string) {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  const end = url.indexOf("?", start);
  return end < 0 ? url.slice(start) : url.slice(start, end);
}

const router = (app: AnyElysia) => app as unknown as Router;

const isApi = (pathname: string) => pathname.startsWith("/api/");
