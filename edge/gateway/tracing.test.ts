// One trace from the header of a request through the bus to an actor, into the log lines of both, and into the statements of the database.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { systemRandom as random, SeededRandom } from "#runtime/base/random.ts";
import { readTraceparent } from "#runtime/base/trace.ts";
import { MemoryHub } from "#runtime/bus/bus-memory.ts";
import { createCaller } from "#runtime/cluster/caller-bus.ts";
import { handled } from "#runtime/cluster/traced-request.ts";
import { statementComment } from "#runtime/trace/process-traces.ts";
import { exportSpans, type FinishedSpan, Tracing } from "#runtime/trace/spans.ts";
import { route } from "#schema/api/route.ts";
import { connectDatabase, type Database } from "#schema/database.ts";
import type { CallRequest } from "#schema/wire/call.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { type TestEdge, testEdge } from "../testing.ts";
import { serve } from "./serve.ts";

const KEY = crypto.randomUUID();
const TRACE = "0af7651916cd43dd8448eb211c80319c";
const asked = (flags: string) => ({ traceparent: `00-${TRACE}-b7ad6b7169203331-${flags}` });
const open = { access: "all", limit: "read", answers: { 200: null }, summary: "for this test" } as const;

const lines: Record<string, unknown>[] = [];
const log = createLog({ name: "edge-1", level: "info", to: { write: (line) => void lines.push(JSON.parse(line)) } });
const actorLog = createLog({
  name: "actor-1",
  level: "info",
  to: { write: (line) => void lines.push(JSON.parse(line)) },
});
const spans: FinishedSpan[] = [];

let edge: TestEdge;
let database: Database;
/** What PostgreSQL was asked, as it shows it. */
let statement = "";

beforeAll(async () => {
  const hub = new MemoryHub(clock);
  const bus = hub.connect();
  const caller = createCaller({ bus, clock, random });
  hub.connect().subscribe(subjects.actor("channel", KEY), (body, respond) => {
    const request = body as CallRequest;
    void handled(request, `actor.channel.${KEY}`, async () => {
      actorLog.info("asked");
      await clock.sleep(1);
      actorLog.info("answered");
      return { ok: true, value: null };
    }).then((answer) => respond({ ...answer, node: crypto.randomUUID(), epoch: 1 }));
  });
  edge = await testEdge({
    ...{ caller, log, bus },
    routes: [
      serve(route("GET /api/v1/traced", open), async () => {
        log.info("handling");
        await caller.call("channel", KEY, { type: "describe" });
        const [row] = await database.sql<{ query: string }[]>`
          SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid() AND ${true}`;
        statement = row!.query;
        log.info("handled");
      }),
      serve(route("GET /api/v1/broken", open), () => {
        throw new Error("a bug");
      }),
    ],
  });
  database = connectDatabase({
    url: process.env.TEST_DATABASE_URL!,
    applicationName: "t",
    commentOf: statementComment,
  });
});
afterAll(async () => {
  exportSpans(null);
  await database?.close();
  await edge?.close();
});

/** The log lines of one request, and its answer. */
async function request(path: string, headers: Record<string, string> = {}) {
  lines.length = 0;
  const answer = await edge.ask("GET", path, { headers });
  return { answer, trace: readTraceparent(answer.headers.get("traceparent")), lines: [...lines] };
}

test("a trace that the asker began goes on in every log line of edge and actor, and in the answer", async () => {
  const { answer, trace, lines } = await request("/api/v1/traced", asked("00"));
  expect(lines.map(({ msg }) => msg)).toEqual(["handling", "asked", "answered", "handled"]);
  expect(new Set(lines.map((line) => line.trace))).toEqual(new Set([TRACE]));
  expect(trace).toMatchObject({ traceId: TRACE, sampled: false });
  expect(trace?.spanId).not.toBe("b7ad6b7169203331");
  const id = answer.headers.get("x-request-id");
  expect(lines.filter(({ name }) => name === "edge-1").map((line) => line.request)).toEqual([id, id]);
  expect(statement).not.toContain(TRACE);
});

test("without one, the id of the request is the trace's", async () => {
  const { answer, trace, lines } = await request("/api/v1/traced");
  const digits = answer.headers.get("x-request-id")!.replaceAll("-", "");
  expect(trace?.traceId).toBe(digits);
  expect(new Set(lines.map((line) => line.trace))).toEqual(new Set([digits]));
});

test("a malformed traceparent, or an id that is no UUID, begins a trace", async () => {
  for (const headers of [{ traceparent: "00-xyz" }, { "x-request-id": "mine-1" }] as Record<string, string>[]) {
    const { trace } = await request("/api/v1/traced", headers);
    expect(trace?.traceId).toMatch(/^[0-9a-f]{32}$/);
  }
});

test("a bug is logged with its trace and its request", async () => {
  const { answer, lines } = await request("/api/v1/broken", asked("00"));
  expect(answer.body).toMatchObject({ code: "internal", requestId: answer.headers.get("x-request-id") });
  expect(lines).toMatchObject([{ msg: "request failed", trace: TRACE, request: answer.body.requestId }]);
});

test("an exported trace has spans of request, call and handling, and its statements carry it", async () => {
  exportSpans(
    new Tracing({ clock, random: new SeededRandom(1), share: 0, sink: { export: (span) => void spans.push(span) } }),
  );
  const { trace } = await request("/api/v1/traced", asked("01"));
  exportSpans(null);
  const [handle, call, whole] = spans;
  expect([handle?.name, call?.name, whole?.name]).toEqual(["handle actor", "call channel", "GET /api/v1/traced"]);
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
  expect([call?.parentSpanId, handle?.parentSpanId]).toEqual([whole!.spanId, call!.spanId]);
  expect(whole).toMatchObject({ spanId: trace?.spanId, parentSpanId: "b7ad6b7169203331", error: null });
  expect(whole?.attributes).toMatchObject({ "http.route": "/api/v1/traced", "http.response.status_code": 200 });
  expect(statement).toStartWith(`/* traceparent='00-${TRACE}-`);
  expect(statement).toContain("SELECT query FROM pg_stat_activity");
});

test("statements with comments are not kept as prepared ones, in transactions too", async () => {
  const commented = connectDatabase({
    ...{ url: process.env.TEST_DATABASE_URL!, applicationName: "t", connectionsMax: 1 },
    commentOf: () => "a*/ b",
  });
  const { sql } = commented;
  const inner = sql`${1}::int + 1`;
  expect((await sql`SELECT ${inner} AS two`)[0]?.two).toBe(2);
  const told = await sql.begin(
    async (tx) => (await tx`SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid() AND ${true}`)[0]?.query,
  );
  expect(told).toStartWith("/* a b */ ");
  expect((await sql.unsafe("SELECT $1::int AS one", [1]))[0]?.one).toBe(1);
  // The driver's own statements, by which it learns types, are prepared.
  const kept = await sql<{ statement: string }[]>`
    SELECT statement FROM pg_prepared_statements WHERE name <> '' AND statement LIKE '%a b%'`;
  expect([...kept]).toEqual([]);
  await expect(sql`SELECT nonsense FROM nowhere`).rejects.toThrow("nowhere");
  await commented.close();
});
