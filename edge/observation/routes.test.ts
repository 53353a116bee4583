// The API for admins about the running system, on a real database; and the trace of a request, from its header to its statements.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { LogLevel } from "#runtime/base/log-level.ts";
import type { Caller } from "#runtime/cluster/caller.ts";
import { answerLogLevel } from "#runtime/process/log-level-port.ts";
import type { BroadcastHealth } from "#schema/api/broadcasts.ts";
import type { EdgeView, LogLevelView } from "#schema/api/cluster.ts";
import type { Page } from "#schema/api/fields.ts";
import type { ErrorGroupView, MetricsView, StreamView } from "#schema/api/observation.ts";
import { addErrors } from "#schema/queries/operator/error-groups.ts";
import { changeRole } from "#schema/queries/people/platform-roles.ts";
import { standFor } from "#schema/testing.ts";
import { type TestEdge, type TestUser, testEdge } from "../testing.ts";

const log = createLog({ name: "test", level: "silent" });
const level = new LogLevel("info");
const health: Partial<BroadcastHealth> = {
  ...{
    phase: "live",
    width: 1_280,
    height: 720,
    fps: 30,
    bitrateKbps: 2_500,
    restarts: 1,
    rungs: ["480p"],
    problem: null,
  },
  warnings: [{ code: "encoder_too_slow", detail: "x" }],
  players: { players: 3, latencyMs: { p50: 900, p95: 1_400 }, bufferMs: null, stalledMs: null, stalls: 0 },
};
let answers = true;
const caller: Caller = {
  call: async <Value>() => (answers ? (health as Value) : Promise.reject(new Error("away"))),
};
const METRICS = `x 1
process_cpu_seconds_total 5
process_resident_memory_bytes 1000000
event_loop_delay_max_seconds 0.25
process_start_time_seconds ${Math.round(Date.now() / 1_000) - 60}
chat_sockets 7
chat_sockets_max 5000
viewers 3
edge_draining 0
`;

let edge: TestEdge;
let admin: TestUser;
let user: TestUser;
let internal: ReturnType<typeof Bun.serve>;

beforeAll(async () => {
  internal = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) =>
      new URL(request.url).pathname === "/metrics"
        ? new Response(METRICS)
        : answerLogLevel(request, { level, clock: systemClock, log }),
  });
  const address = `http://127.0.0.1:${internal.port}`;
  edge = await testEdge({
    caller,
    config: {
      name: "edge-1",
      observeEdges: [
        { name: "edge-1", address },
        { name: "edge-2", address: "http://127.0.0.1:1" },
      ],
    },
  });
  [admin, user] = [await edge.register(), await edge.register()];
  await changeRole(edge.world.database.sql, { login: admin.login, role: "admin", evenLastAdmin: true });
  const { body } = await edge.ask("POST", "/api/v1/auth/refresh", { json: { refreshToken: admin.refreshToken } });
  admin.token = body.accessToken as string;
});
afterAll(async () => {
  await edge?.close();
  await internal?.stop(true);
});

const get = async <Body>(path: string, token = admin.token) => {
  const { status, body } = await edge.ask("GET", `/api/v1/admin${path}`, { token });
  return { status, body: body as unknown as Body };
};

test("others than admins are refused", async () => {
  for (const path of ["/metrics", "/streams", "/errors", "/edges"]) {
    expect((await get(path, user.token)).status, path).toBe(403);
    expect((await edge.ask("GET", `/api/v1/admin${path}`)).status, path).toBe(401);
  }
  const changed = await edge.ask("PUT", "/api/v1/admin/nodes/edge-1/log-level", {
    token: user.token,
    json: { level: "debug" },
  });
  expect(changed.status).toBe(403);
});

test("figures are given for a span of time, and a span that is not kept is refused", async () => {
  const { body } = await get<MetricsView>("/metrics?minutes=15");
  expect([body.isCollecting, body.plots.length, body.everyMs]).toEqual([true, 12, 5_000]);
  expect((await get("/metrics?minutes=7")).status).toBe(422);
});

test("edges are listed with what they carry; one that does not answer is silent", async () => {
  const { items } = (await get<Page<EdgeView>>("/edges")).body;
  expect(items).toMatchObject([
    {
      name: "edge-1",
      standing: "up",
      chatSockets: 7,
      chatSocketsMax: 5_000,
      viewers: 3,
      memoryBytes: 1e6,
      loopDelayMs: 250,
    },
    { name: "edge-2", standing: "silent", chatSockets: null, upMs: null, cores: null },
  ]);
  expect(items[0]?.upMs).toBeWithin(55_000, 120_000);
});

test("the level of another process's logs is changed for a time, and the act is in the audit log", async () => {
  const put = (node: string, json: object) =>
    edge.ask("PUT", `/api/v1/admin/nodes/${node}/log-level`, { token: admin.token, json });
  const changed = await put("edge-1", { level: "debug", minutes: 5 });
  expect(changed.body as unknown as LogLevelView).toEqual({ name: "edge-1", level: "debug", usual: "info" });
  expect(level.name).toBe("debug");
  expect((await put("edge-9", { level: "debug" })).status).toBe(404);
  expect((await put("edge-2", { level: "debug" })).body.code).toBe("unavailable");
  expect((await put("edge-1", { level: "loud" })).status).toBe(422);
  const { body } = await get<Page<{ act: string; detail: object }>>("/audit?act=node.log-level");
  expect(body.items.at(-1)).toMatchObject({ act: "node.log-level", detail: { level: "debug", minutes: 5 } });
  await put("edge-1", { level: "info" });
});

test("errors are listed page by page, the newest first", async () => {
  const group = (n: number) => ({
    ...{
      fingerprint: String(n).padStart(16, "0"),
      level: "error" as const,
      message: `broke ${n}`,
      reason: "x",
      place: "",
      stack: "",
    },
    ...{ node: "edge-1", request: null, trace: null, count: n, firstAt: new Date(0), lastAt: new Date(n * 1_000) },
  });
  await addErrors(edge.world.database.sql, [1, 2, 3].map(group));
  const first = (await get<Page<ErrorGroupView>>("/errors?limit=2")).body;
  expect(first.items.map(({ message }) => message)).toEqual(["broke 3", "broke 2"]);
  const rest = (await get<Page<ErrorGroupView>>(`/errors?limit=2&cursor=${first.nextCursor}`)).body;
  expect([rest.items.map(({ message }) => message), rest.nextCursor]).toEqual([["broke 1"], null]);
  expect((await get("/errors?cursor=nonsense")).status).toBe(422);
});

test("streams have their owner's health, or none while it does not answer", async () => {
  const { sql } = edge.world.database;
  const [channel] = await sql<{ id: string }[]>`SELECT id FROM channels WHERE user_id = ${user.userId}`;
  await sql`
    INSERT INTO broadcasts (id, channel_id, epoch, title, phase, started_at)
    VALUES (${crypto.randomUUID()}, ${channel!.id}, 1, 'Rain', 'live', now())`;
  await standFor(edge.world.database, channel!.id);
  const read = async () => (await get<Page<StreamView>>("/streams")).body.items;
  expect(await read()).toMatchObject([
    {
      ...{ channel: { login: user.login }, title: "Rain", phase: "live", node: "test", viewers: 0 },
      health: {
        width: 1_280,
        bitrateKbps: 2_500,
        rungs: ["480p"],
        warnings: ["encoder_too_slow"],
        delayMs: { p50: 900 },
      },
    },
  ]);
  answers = false;
  expect((await read())[0]?.health).toBeNull();
  answers = true;
});
