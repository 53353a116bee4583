// Spans against a made-up collector, which checks what it gets by the protocol's rules for JSON.

import { afterEach, expect, test } from "bun:test";
import { ManualClock, systemClock } from "../base/clock.ts";
import { createLog } from "../base/log.ts";
import { SeededRandom } from "../base/random.ts";
import { inTrace, readTraceparent } from "../base/trace.ts";
import { createTraceIds } from "./ids.ts";
import { OtlpExporter } from "./otlp.ts";
import { exportSpans, type FinishedSpan, inSpan, startSpan, Tracing, traceOfRequest } from "./spans.ts";

const log = createLog({ name: "test", level: "silent" });
const ids = createTraceIds(new SeededRandom(7));
const resource = { "service.name": "edge", "service.instance.id": "edge-1" };

interface Got {
  path: string;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what a stranger gets.
  body: any;
}

function collector(answer: () => number = () => 200) {
  const got: Got[] = [];
  const waiting: (() => void)[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      got.push({ path: new URL(request.url).pathname, headers: request.headers, body: await request.json() });
      for (const done of waiting.splice(0)) done();
      return Response.json({}, { status: answer() });
    },
  });
  const next = () => new Promise<void>((resolve) => waiting.push(resolve));
  return { got, next, url: `http://127.0.0.1:${server.port}`, stop: () => server.stop(true) };
}

const finished = (n: number): FinishedSpan => ({
  ...{ traceId: "a".repeat(32), spanId: String(n).padStart(16, "0"), parentSpanId: null, name: "x", kind: "internal" },
  ...{ startWallMs: 1_000, tookMs: 1, attributes: {}, error: null },
});

afterEach(() => exportSpans(null));

test("a request's spans arrive as OTLP says: one trace, parents, times, attributes, errors", async () => {
  const made = collector();
  const sink = new OtlpExporter({
    ...{ clock: systemClock, log, resource },
    endpoint: `${made.url}/`,
    headers: { "x-key": "k" },
  });
  exportSpans(new Tracing({ clock: systemClock, random: new SeededRandom(1), sink, share: 0 }));
  const parent = readTraceparent(`00-${"c".repeat(32)}-${"d".repeat(16)}-01`);
  const { trace, span } = traceOfRequest(ids, { requestId: "r", parent, name: "GET /x" });
  await inTrace(trace, async () => {
    await inSpan({ name: "call channel", kind: "client", attributes: { kind: "channel", tries: 2 } }, async () => {});
    const failing = inSpan({ name: "save", kind: "internal" }, () =>
      Promise.reject(Object.assign(new Error("x"), { code: "busy" })),
    );
    await expect(failing).rejects.toThrow("x");
  });
  span?.end({ error: null, attributes: { "http.response.status_code": 200, share: 0.5, cached: true } });
  await sink.stop();
  made.stop();
  const [{ path, headers, body } = {} as Got] = made.got;
  expect([path, headers.get("content-type"), headers.get("x-key")]).toEqual(["/v1/traces", "application/json", "k"]);
  const [{ resource: sent, scopeSpans }] = body.resourceSpans;
  expect(sent.attributes).toContainEqual({ key: "service.name", value: { stringValue: "edge" } });
  const [call, save, whole] = scopeSpans[0].spans;
  expect(whole).toMatchObject({ traceId: "c".repeat(32), parentSpanId: "d".repeat(16), name: "GET /x", kind: 2 });
  expect(whole.attributes).toEqual([
    { key: "http.response.status_code", value: { intValue: "200" } },
    { key: "share", value: { doubleValue: 0.5 } },
    { key: "cached", value: { boolValue: true } },
  ]);
  expect(call).toMatchObject({ traceId: "c".repeat(32), parentSpanId: whole.spanId, kind: 3 });
  expect(save).toMatchObject({ parentSpanId: whole.spanId, status: { code: 2, message: "busy" } });
  for (const { spanId, startTimeUnixNano, endTimeUnixNano } of [call, save, whole]) {
    expect(spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(startTimeUnixNano).toMatch(/^1\d{18}$/);
    expect(BigInt(endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(startTimeUnixNano));
  }
});

test("a collector that is away gets the same spans later; what has no room is dropped", async () => {
  let status = 503;
  const made = collector(() => status);
  const clock = new ManualClock();
  const sink = new OtlpExporter({ ...{ clock, log, resource }, endpoint: made.url, headers: {} });
  for (let n = 0; n < 3_000; n++) sink.export(finished(n));
  const countOf = ({ body }: Got) => body.resourceSpans[0].scopeSpans[0].spans.length as number;
  for (const next of [503, 200, 200, 200, 200]) {
    status = next;
    const arrived = made.next();
    clock.advance(2_000);
    await arrived;
    await Bun.sleep(20);
  }
  made.stop();
  expect(made.got.map(countOf)).toEqual([512, 512, 512, 512, 512]);
  expect(made.got[1]?.body).toEqual(made.got[0]?.body);
});

test("spans that the collector refuses are not sent again", async () => {
  const made = collector(() => 400);
  const sink = new OtlpExporter({ ...{ clock: systemClock, log, resource }, endpoint: made.url, headers: {} });
  sink.export(finished(1));
  await sink.stop();
  await sink.stop();
  made.stop();
  expect(made.got).toHaveLength(1);
});

test("without an exporter there is no span, and a client's wish goes on", () => {
  const parent = readTraceparent(`00-${"c".repeat(32)}-${"d".repeat(16)}-01`);
  const { trace, span } = traceOfRequest(ids, { requestId: "r", parent, name: "GET /x" });
  expect(span).toBeNull();
  expect(trace).toMatchObject({ traceId: "c".repeat(32), sampled: true, request: "r" });
  expect(inTrace(trace, () => startSpan({ name: "x", kind: "client" }))).toBeNull();
});

test("clients can ask for ten traces a second; the others follow the setting", () => {
  const clock = new ManualClock();
  const tracing = new Tracing({ clock, random: new SeededRandom(1), sink: { export() {} }, share: 0 });
  const parent = { traceId: "c".repeat(32), spanId: "d".repeat(16), sampled: true };
  const taken = () => Array.from({ length: 50 }, () => tracing.samples(parent)).filter(Boolean).length;
  expect(taken()).toBe(10);
  clock.advance(1_000);
  expect(taken()).toBe(10);
  expect(tracing.samples(null)).toBeFalse();
  const half = new Tracing({ clock, random: new SeededRandom(1), sink: { export() {} }, share: 0.5 });
  const share = Array.from({ length: 1_000 }, () => half.samples(null)).filter(Boolean).length / 1_000;
  expect(share).toBeWithin(0.45, 0.55);
});
