// Everything that applies to all requests: ids, problems, body limits, headers, client addresses, rate limits.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Refusal } from "#runtime/actor/actor.ts";
import { ManualClock } from "#runtime/base/clock.ts";
import { metricsResponse } from "#runtime/base/metrics.ts";
import { route } from "#schema/api/route.ts";
import { patient } from "#schema/testing-slowness.ts";
import { type TestEdge, testEdge } from "../testing.ts";
import { serve } from "./serve.ts";

const thrown: string[] = [];
const open = { access: "all", limit: "read", answers: { 204: null }, summary: "For tests" } as const;
const bugs = [
  serve(route("GET /api/v1/bug", open), () => {
    throw new Error("postgres://user:secret@host is not what we expected");
  }),
  serve(route("GET /api/v1/refused", open), () => {
    throw new Refusal("busy", "come back", 2_500);
  }),
  serve(route("GET /api/v1/odd", open), () => {
    throw new Refusal("no_such_code");
  }),
];

let edge: TestEdge;
beforeAll(async () => {
  edge = await testEdge({
    routes: bugs,
    config: { trustedProxies: ["10.0.0.1", "10.0.0.2"] },
    limits: { requestsPerMinutePerIp: 50 },
  });
  edge.world.log.error = ((fields: object, message: string) =>
    thrown.push(JSON.stringify({ ...fields, message }))) as never;
});
afterAll(() => edge.close());

const register = (body: BodyInit, headers: Record<string, string> = { "content-type": "application/json" }) =>
  edge.ask("POST", "/api/v1/auth/register", { body, headers });

describe("malformed requests", () => {
  test("an error is a problem with code, status and the id of the request", async () => {
    const answer = await edge.ask("GET", "/api/v1/nothing/here", { headers: { "x-request-id": "mine-1" } });
    expect(answer.body).toEqual({
      type: "urn:twitchclone:problem:not_found",
      title: "Not found",
      status: 404,
      code: "not_found",
      requestId: "mine-1",
    });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.headers.get("x-request-id")).toBe("mine-1");
  });

  test("a request without an id, or with a malformed one, gets one", async () => {
    for (const headers of [{}, { "x-request-id": "a b" }, { "x-request-id": "x".repeat(65) }] as Record<
      string,
      string
    >[]) {
      const id = (await edge.ask("GET", "/api/v1/channels", { headers })).headers.get("x-request-id");
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    }
  });

  test.each([
    ["half an object", '{"login":'],
    ["text", "login=ada"],
    ["bytes that are not UTF-8", Uint8Array.from([0x22, 0xff, 0xfe, 0x22])],
    ["a surrogate in UTF-8", Uint8Array.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
  ])("%s is malformed_json", async (_, body) => {
    const answer = await register(body as BodyInit);
    expect([answer.status, answer.body.code]).toEqual([400, "malformed_json"]);
  });

  test.each([
    ["email", '{"login":"ada","email":"a\\ud800@example.org","password":"0 quiet rivers"}'],
    ["login", '{"login":"\\ude00\\ud83d","email":"\\ud800","password":"0 quiet rivers"}'],
    ["unknown.1", '{"login":"ada","unknown":["\\ud83d\\ude00","\\ud83d"]}'],
    ["", '{"login":"ada","\\udfff":1}'],
    ["", '"\\udbff"'],
  ])("half of a surrogate pair is a validation error of the field %p", async (path, body) => {
    const answer = await register(body);
    expect([answer.status, answer.body.code]).toEqual([422, "validation_failed"]);
    expect(answer.body.errors).toEqual([{ path, message: "must be well-formed Unicode: half of a surrogate pair" }]);
  });

  test("neither a form nor JSON with another content type is accepted", async () => {
    for (const type of ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"])
      expect((await register('{"login":"ada"}', { "content-type": type })).body.code).toBe("malformed_json");
  });

  test.each([
    ["an array", "[]"],
    ["null", "null"],
    ["a number too large for a double", '{"login":1e309}'],
    ["__proto__", '{"__proto__":{"role":"admin"},"login":"abc","email":"a@b.cc","password":"0 quiet rivers"}'],
    ["constructor", '{"constructor":{"prototype":{}},"login":"abc","email":"a@b.cc","password":"0 quiet rivers"}'],
  ])("%s is refused by the schema", async (_, body) => {
    const answer = await register(body);
    expect([answer.status, answer.body.code]).toEqual([422, "validation_failed"]);
    expect(({} as Record<string, unknown>).role).toBeUndefined();
  });

  test("thirty thousand nested arrays are refused fast; brackets in strings do not count", async () => {
    const startMs = performance.now();
    expect((await register("[".repeat(30_000) + "]".repeat(30_000))).body.code).toBe("malformed_json");
    expect((await register(`${`{"a":`.repeat(17)}1${"}".repeat(17)}`)).body.code).toBe("malformed_json");
    expect(performance.now() - startMs).toBeLessThan(patient(1_000));
    expect((await register(JSON.stringify({ login: `\\"${"[{".repeat(50)}` }))).body.code).toBe("validation_failed");
  });

  test("a body over 64 KB is too large, declared or streamed", async () => {
    const big = JSON.stringify({ login: "x".repeat(70_000) });
    expect((await register(big)).status).toBe(413);
    let sent = 0;
    const stream = new ReadableStream({
      pull(controller) {
        sent += 8_192;
        controller.enqueue(new Uint8Array(8_192).fill(32));
      },
    });
    const answer = await register(stream);
    expect([answer.status, answer.body.code]).toEqual([413, "too_large"]);
    expect(sent).toBeLessThan(200_000);
  });

  test("a megabyte for a password costs no hash", async () => {
    const startMs = performance.now();
    expect((await register(JSON.stringify({ password: "x".repeat(1_000_000) }))).status).toBe(413);
    expect(performance.now() - startMs).toBeLessThan(patient(1_000));
  });
});

describe("errors inside", () => {
  test("a bug is `internal`, logged once with the request's id, and reveals nothing", async () => {
    thrown.length = 0;
    const answer = await edge.ask("GET", "/api/v1/bug", { headers: { "x-request-id": "bug-1" } });
    expect([answer.status, answer.body.code, answer.body.detail]).toEqual([500, "internal", undefined]);
    expect(answer.text).not.toContain("secret");
    expect(answer.text).not.toContain("gateway.test.ts");
    expect(thrown).toHaveLength(1);
    expect(JSON.parse(thrown[0]!)).toMatchObject({ request: "bug-1", route: "/api/v1/bug", message: "request failed" });
  });

  test("a refusal has its code's status and Retry-After", async () => {
    const answer = await edge.ask("GET", "/api/v1/refused");
    expect([answer.status, answer.body.code, answer.body.detail]).toEqual([503, "busy", "come back"]);
    expect(answer.headers.get("retry-after")).toBe("3");
    expect((await edge.ask("GET", "/api/v1/odd")).body.code).toBe("internal");
  });

  test("without PostgreSQL the API answers the problem `unavailable`", async () => {
    const alone = await testEdge();
    await alone.close();
    const answer = await alone.ask("GET", "/api/v1/channels");
    expect([answer.status, answer.body.code, answer.headers.get("retry-after")]).toEqual([503, "unavailable", "1"]);
  });
});

test("a request that hangs is answered after 8 s", async () => {
  const clock = new ManualClock();
  const hangs = serve(route("GET /api/v1/hangs", open), () => new Promise<never>(() => {}));
  const other = await testEdge({ clock, routes: [hangs] });
  const answer = other.ask("GET", "/api/v1/hangs", { headers: { "x-request-id": "slow-1" } });
  await other.ask("GET", "/api/v1/channels"); // By now the first one has reached its handler.
  clock.advance(8_000);
  expect((await answer).body).toMatchObject({ status: 503, code: "timeout", requestId: "slow-1" });
  await other.close();
});

describe("headers", () => {
  test("API answers are not cached, framed or executed", async () => {
    const { headers } = await edge.ask("GET", "/api/v1/channels");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("DENY");
  });

  test("no foreign page may read the API", async () => {
    for (const origin of ["https://evil.example", "null"]) {
      const get = await edge.ask("GET", "/api/v1/channels", { headers: { origin } });
      const preflight = await edge.ask("OPTIONS", "/api/v1/auth/login", {
        headers: { origin, "access-control-request-method": "POST" },
      });
      for (const { headers } of [get, preflight])
        expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  });
});

describe("limits", () => {
  // Redis keeps its buckets between test runs: random addresses.
  const net = `198.18.${crypto.getRandomValues(new Uint8Array(1))[0]}`;
  const [first, second, third, fourth, fifth] = Array.from({ length: 5 }, (_, i) => {
    const [low] = crypto.getRandomValues(new Uint8Array(1));
    return `${net}.${(low! & 0xf8) | i}`;
  }) as [string, string, string, string, string];
  const from = (peer: string, forwardedFor?: string) =>
    edge.ask("GET", "/api/v1/channels", {
      from: peer,
      ...(forwardedFor === undefined ? {} : { headers: { "x-forwarded-for": forwardedFor } }),
    });

  test("each answer has the remaining number, and a refused one has Retry-After", async () => {
    const answer = await from(first);
    expect([answer.headers.get("ratelimit-limit"), answer.headers.get("ratelimit-remaining")]).toEqual(["50", "49"]);
    for (let i = 0; i < 49; i++) await from(first);
    const over = await from(first);
    expect([over.status, over.body.code, over.headers.get("ratelimit-remaining")]).toEqual([429, "rate_limited", "0"]);
    expect(Number(over.headers.get("retry-after"))).toBeWithin(1, 3);
    expect((await from(second)).status).toBe(200);
  });

  test("X-Forwarded-For is believed only from a trusted proxy, and only its last untrusted address", async () => {
    const left = async (peer: string, forwardedFor: string) =>
      Number((await from(peer, forwardedFor)).headers.get("ratelimit-remaining"));
    expect(await left("10.0.0.1", fourth)).toBe(49);
    expect(await left("10.0.0.1", `1.1.1.1, ${fourth}, 10.0.0.2`)).toBe(48);
    expect(await left(third, fourth)).toBe(49);
    expect(await left(third, "198.51.100.8")).toBe(48);
  });

  test("pages and health are not limited", async () => {
    for (let i = 0; i < 60; i++) expect((await edge.ask("GET", "/healthz", { from: fifth })).status).toBe(200);
  });
});

describe("health", () => {
  test("healthz and readyz are ok", async () => {
    expect((await edge.ask("GET", "/healthz")).body).toEqual({ status: "ok" });
    expect((await edge.ask("GET", "/readyz")).body).toEqual({ status: "ok" });
  });

  test("an edge whose stores are away is degraded, and still ready", async () => {
    const alone = await testEdge();
    (alone.world.bus as unknown as { cut(): void }).cut();
    await alone.close();
    const answer = await alone.ask("GET", "/readyz");
    expect([answer.status, answer.body]).toEqual([200, { status: "degraded", away: ["redis", "postgres", "nats"] }]);
  });

  test("an edge that starts or drains is not ready", async () => {
    for (const stage of ["starting", "draining"] as const) {
      const other = await testEdge({ readiness: { stage, away: async () => [] } });
      const answer = await other.ask("GET", "/readyz");
      expect([answer.status, answer.body]).toEqual([503, { status: stage }]);
      await other.close();
    }
  });
});

test("other paths go to the web app, and are 404 if it has no such page", async () => {
  const other = await testEdge({
    page: (request) => (request.url.endsWith("/") ? new Response("<p>hello", { headers: { "x-own": "1" } }) : null),
  });
  const page = await other.ask("GET", "/");
  expect([page.status, page.text, page.headers.get("x-own")]).toEqual([200, "<p>hello", "1"]);
  expect(page.headers.get("x-request-id")).toBeTruthy();
  expect((await other.ask("GET", "/some/where")).body.code).toBe("not_found");
  await other.close();
});

test("requests are measured by route pattern, never by path", async () => {
  const measured = /_count\{method="GET",route="\/api\/v1\/channels\/:channel",status="404"\} (\d+)/;
  let text = await (await metricsResponse()).text();
  const count = () => Number(measured.exec(text)?.[1] ?? 0);
  const before = count(); // Other tests of this process count too.
  await edge.ask("GET", "/api/v1/channels/someone_in_particular");
  // Measured after the answer was sent: poll.
  for (let i = 0; i < 100 && count() === before; i++)
    text = await Bun.sleep(5).then(async () => (await metricsResponse()).text());
  expect(count()).toBe(before + 1);
  expect(text).not.toContain("someone_in_particular");
  expect(/http_refusals_total\{code="not_found"\} \d+/.test(text)).toBe(true);
  expect(text.includes("someone_in_particular")).toBe(false);
});
