// The chat's crowd against an edge that keeps the rules, and its audit against frames that break one each.

import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { chatEdge, StandInRoom, testBus } from "#edge/chat/testing.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import { until } from "../until.ts";
import { Crowd } from "./crowd.ts";
import { socketIo } from "./dialects.ts";
import { Latencies, MeasuredWindow } from "./latencies.ts";
import { LineAudit } from "./line-audit.ts";
import { lineBody, nowMs, readLineBody } from "./line-body.ts";
import { RawWebSocket } from "./raw-websocket.ts";

const cleaning: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleaning.splice(0).reverse()) await clean();
});

describe("a crowd", () => {
  let bus: Bus;
  beforeAll(async () => {
    bus = await testBus();
  });
  afterAll(() => bus.close());

  test("gets every line of its speakers once and in order, over a loss of all sockets too", async () => {
    const at = await chatEdge();
    cleaning.push(() => at.close());
    const room = new StandInRoom(bus);
    cleaning.push(() => room.stop());
    const { origin } = new URL(at.url(room.channelId).replace("ws:", "http:"));
    const tokens = Array.from({ length: 10 }, (_, n) => `speaker${n}`);
    const crowd = await Crowd.gather({
      ...{ urls: [origin], channel: room.channelId, dialect: "plain", tokens },
      ...{ listeners: 50, overMs: 200, processes: 2 },
    });
    cleaning.push(() => crowd.leave());
    await crowd.isIn(20_000);
    const startMs = nowMs();
    await crowd.measure(startMs, startMs + 3_600_000);
    await crowd.say(100);
    await until("some lines", () => room.head > 50);
    for (const socket of at.opened) socket.close(4000, "away");
    await until("all to be back", async () => (await crowd.report()).returnsMs.length === 60);
    const head = room.head;
    await until("some more lines", () => room.head > head + 50);
    expect(await crowd.settle(20_000)).toBe(room.head);
    const report = await crowd.report();
    expect(report).toMatchObject({ joined: 60, isIn: 60, lost: 0, doubled: 0, mixedUp: 0, unresumed: 0, skipped: 0 });
    expect(report).toMatchObject({ closes: { 4000: 60 }, failures: {}, unanswered: 0 });
    expect(report.acknowledged.map(([seq]) => seq).sort((a, b) => a - b)).toEqual(room.entries.map(({ seq }) => seq));
    const latencies = new Latencies();
    latencies.merge(report.latencies);
    expect(latencies.total).toBe(60 * room.head);
    expect(latencies.max).toBeLessThan(nowMs() - startMs);
  }, 60_000);
});

describe("the audit", () => {
  const entry = (seq: number, { id = `id ${seq}`, speaker = 1, number = seq } = {}) => {
    return { seq, kind: "line", id, body: lineBody({ speaker, number, sentMs: 1_000 }) };
  };
  const frame = (...entries: object[]) => Buffer.from(JSON.stringify({ type: "entries", entries }));
  const audited = (...heads: [Buffer, number | null][]) => {
    const audit = new LineAudit(new MeasuredWindow());
    const newHeads = heads.map(([bytes, head]) => audit.took(bytes, head, 1_000));
    const { lost, doubled, mixedUp } = audit.counts;
    return { newHeads, counts: [lost, doubled, mixedUp] };
  };

  test("finds nothing where all is right", () => {
    const all = [entry(4), entry(5), entry(6)] as const;
    expect(audited([frame(...all), null], [frame(...all), 3], [frame(), 6])).toEqual({
      newHeads: [6, 6, 6],
      counts: [0, 0, 0],
    });
  });

  test.each<[string, [Buffer, number | null], number[]]>([
    ["a hole before a frame", [frame(entry(5)), 2], [2, 0, 0]],
    ["a hole in a frame", [frame(entry(3), entry(5)), 2], [1, 0, 0]],
    ["an entry again", [frame(entry(2), entry(3)), 2], [0, 1, 0]],
    ["a line at two places", [frame(entry(3), entry(4, { number: 3 })), 2], [0, 0, 1]],
    ["lines of one speaker in another order", [frame(entry(3, { number: 9 }), entry(4, { number: 8 })), 2], [0, 0, 1]],
  ])("finds %s", (_, took, counts) => {
    expect(audited(took).counts).toEqual(counts);
  });

  test("finds another line at a seq that it knows", () => {
    expect(audited([frame(entry(3)), 2], [frame(entry(3, { id: "other" })), 2]).counts).toEqual([0, 0, 1]);
  });

  test("measures lines of its window only", () => {
    const window = new MeasuredWindow();
    window.open({ fromMs: 1_000, toMs: 2_000 });
    for (const sentMs of [999, 1_000, 1_999, 2_000]) window.note(sentMs, sentMs + sentMs / 100);
    expect(window.latencies.counts).toEqual([
      [10, 1],
      [20, 1],
    ]);
  });
});

test("quantiles of latencies", () => {
  const latencies = new Latencies();
  expect(latencies.quantile(0.5)).toBeNaN();
  latencies.merge([
    [1, 98],
    [50, 1],
    [900_000, 1],
  ]);
  expect([0.5, 0.98, 0.99, 1].map((share) => latencies.quantile(share))).toEqual([1, 1, 50, 60_000]);
  expect([latencies.total, latencies.max]).toEqual([100, 60_000]);
});

test("a line says who said it and when, whatever its length", () => {
  const said = { speaker: 7, number: 12, sentMs: 1_790_000_000_123.5 };
  for (const length of [60, 500]) {
    const body = lineBody(said, length);
    expect([...body]).toHaveLength(length);
    expect(readLineBody(body)).toEqual(said);
  }
  expect(readLineBody("hello")).toBeNull();
});

test("packets of socket.io carry frames", () => {
  const unwrap = (packet: string) => {
    const found = socketIo.unwrap(Buffer.from(packet));
    return Buffer.isBuffer(found) ? found.toString() : found;
  };
  expect(unwrap(socketIo.wrap('{"type":"hello"}'))).toBe('{"type":"hello"}');
  expect(unwrap('0{"sid":"x"}')).toEqual({ reply: "40" });
  expect(unwrap('40{"sid":"x"}')).toEqual({ reply: null, isReady: true });
  expect(unwrap("2")).toEqual({ reply: "3" });
});

test("a raw socket reads frames of every length in pieces, answers pings, and hears the close code", async () => {
  const texts = [
    "",
    "a",
    "b".repeat(125),
    "c".repeat(126),
    "d".repeat(65_535),
    "e".repeat(65_536),
    "🦊".repeat(50_000),
  ];
  const heard: string[] = [];
  const pongs: string[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request, server) => (server.upgrade(request) ? undefined : new Response(null, { status: 503 })),
    websocket: {
      message(socket: Bun.ServerWebSocket<undefined>, text) {
        heard.push(String(text));
        if (text === "go") {
          socket.ping("are you there");
          for (const each of texts) socket.send(each);
        } else socket.close(4008, "too slow");
      },
      pong: (_, data) => void pongs.push(data.toString()),
    },
  });
  cleaning.push(() => server.stop(true));
  const got: string[] = [];
  const closed = Promise.withResolvers<[number, number | undefined]>();
  const socket = new RawWebSocket(new URL(`http://127.0.0.1:${server.port}/`), {
    opened: () => socket.send("go"),
    received: (payload) => {
      got.push(payload.toString());
      if (got.length === texts.length) socket.send("x".repeat(300));
    },
    closed: (code, status) => closed.resolve([code, status]),
  });
  expect(await closed.promise).toEqual([4008, undefined]);
  expect(got).toEqual(texts);
  expect([heard, pongs]).toEqual([["go", "x".repeat(300)], ["are you there"]]);

  const refused = Promise.withResolvers<[number, number | undefined]>();
  const http = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response(null, { status: 503 }) });
  cleaning.push(() => http.stop(true));
  new RawWebSocket(new URL(`http://127.0.0.1:${http.port}/`), {
    opened: () => {},
    received: () => {},
    closed: (code, status) => refused.resolve([code, status]),
  });
  expect(await refused.promise).toEqual([1006, 503]);
});
