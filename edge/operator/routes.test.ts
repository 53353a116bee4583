// The API for operators, on a real database and a bus in memory.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { AuditView } from "#schema/api/audit.ts";
import type { ActorView, NodeView, WhereView } from "#schema/api/cluster.ts";
import type { Page } from "#schema/api/fields.ts";
import { changeRole } from "#schema/queries/people/platform-roles.ts";
import type { CallRequest } from "#schema/wire/call.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { type TestEdge, type TestUser, testEdge } from "../testing.ts";

let edge: TestEdge;
let admin: TestUser;
let user: TestUser;
const [old, living, other] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];

beforeAll(async () => {
  edge = await testEdge();
  [admin, user] = [await edge.register(), await edge.register()];
  const { sql } = edge.world.database;
  await grant(admin, "admin");
  const metrics = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () =>
      new Response(
        '# HELP\nactor_activations_total 7\nactor_activations_total_more 5\nactor_fenced_total{noticed_by="save"} 2\n',
      ),
  });
  const address = `http://127.0.0.1:${metrics.port}`;
  await sql`INSERT INTO nodes (incarnation, name, address, slots, seen_at) VALUES
    (${old}, 'actor-1', 'http://127.0.0.1:1', 40, now() - interval '5 minutes'),
    (${living}, 'actor-1', ${address}, 40, now() + interval '1 hour'),
    (${other}, 'actor-2', ${address}, 20, now() + interval '1 hour')`;
});
afterAll(() => edge?.close());

/** Refreshes the token: the change of role has voided the old one. */
async function grant(to: TestUser, role: "admin" | "user") {
  await changeRole(edge.world.database.sql, { login: to.login, role, evenLastAdmin: true });
  const { refreshToken } = to;
  const { body } = await edge.ask("POST", "/api/v1/auth/refresh", { json: { refreshToken } });
  to.token = body.accessToken as string;
}

const get = <Body>(path: string, token = admin.token) =>
  edge
    .ask("GET", `/api/v1/admin${path}`, { token })
    .then(({ status, body }) => ({ status, body: body as unknown as Body }));

test("askers without sign-in and without the role admin are refused before any query", async () => {
  for (const [method, path] of [
    ["GET", "/nodes"],
    ["GET", "/actors?limit=never"],
    ["GET", `/channels/${user.login}/where`],
    ["POST", "/nodes/actor-1/drain"],
    ["POST", "/nodes/actor-1/undrain"],
  ] as const) {
    const nobody = await edge.ask(method, `/api/v1/admin${path}`);
    expect([nobody.status, nobody.body.code]).toEqual([401, "not_signed_in"]);
    const normal = await edge.ask(method, `/api/v1/admin${path}`, { token: user.token });
    expect([normal.status, normal.body.code]).toEqual([403, "forbidden"]);
    expect(normal.headers.get("content-type")).toContain("application/problem+json");
  }
  const [row] = await edge.world.database.sql`SELECT count(*)::int FROM nodes WHERE draining`;
  expect(row?.count).toBe(0);
});

test("a taken role is gone at once, whatever the token says", async () => {
  const former = await edge.register();
  await grant(former, "admin");
  const { token } = former;
  expect((await get("/nodes", token)).status).toBe(200);
  await changeRole(edge.world.database.sql, { login: former.login, role: "user", evenLastAdmin: true });
  // 403 by the present role; 401 once the revocation of the token has arrived.
  expect((await get("/nodes", token)).status).toBeOneOf([401, 403]);
  await edge.auth.revocations.refresh();
  expect((await get("/nodes", token)).status).toBe(401);
});

test("nodes are listed with their counters; dead ones on demand only", async () => {
  const { body } = await get<{ items: NodeView[] }>("/nodes");
  expect(body.items.map(({ name, standing }) => [name, standing])).toEqual([
    ["actor-1", "up"],
    ["actor-2", "up"],
  ]);
  expect(body.items[0]).toMatchObject({ incarnation: living, slots: 40, epochBumps: 7, fenced: 2, seenAgoMs: 0 });
  const all = (await get<{ items: NodeView[] }>("/nodes?all=true")).body.items;
  expect(all.find(({ incarnation }) => incarnation === old)).toMatchObject({ standing: "silent", epochBumps: null });
});

test("drain marks only the living incarnation of a name, and undrain clears the mark", async () => {
  const set = await edge.ask("POST", "/api/v1/admin/nodes/actor-1/drain", { token: admin.token });
  expect(set.status).toBe(200);
  expect(set.body).toMatchObject({ name: "actor-1", incarnation: living, standing: "draining" });
  const { sql } = edge.world.database;
  const draining = () => sql<{ incarnation: string }[]>`SELECT incarnation FROM nodes WHERE draining`;
  expect((await draining()).map(({ incarnation }) => incarnation)).toEqual([living]);
  expect((await edge.ask("POST", `/api/v1/admin/nodes/${living}/undrain`, { token: admin.token })).status).toBe(200);
  expect(await draining()).toHaveLength(0);
  for (const name of ["actor-9", old, "%00"]) {
    const answer = await edge.ask("POST", `/api/v1/admin/nodes/${name}/drain`, { token: admin.token });
    expect([404, 422], name).toContain(answer.status);
  }
});

test("a name of two living nodes drains neither", async () => {
  const { sql } = edge.world.database;
  const twin = crypto.randomUUID();
  await sql`INSERT INTO nodes (incarnation, name, address, slots) VALUES (${twin}, 'actor-2', 'http://127.0.0.1:1', 1)`;
  const answer = await edge.ask("POST", "/api/v1/admin/nodes/actor-2/drain", { token: admin.token });
  expect([answer.status, answer.body.code]).toEqual([422, "validation_failed"]);
  expect(answer.text).toContain(twin);
  expect(await sql`SELECT 1 FROM nodes WHERE draining`).toHaveLength(0);
  await sql`DELETE FROM nodes WHERE incarnation = ${twin}`;
});

test("actors are listed page by page, the last claimed first, and filtered", async () => {
  const { sql } = edge.world.database;
  const keys = Array.from({ length: 5 }, () => crypto.randomUUID());
  for (const [index, key] of keys.entries())
    await sql`INSERT INTO actors (kind, key, epoch, node, state, claimed_at) VALUES
      ('channel', ${key}, ${index + 1}, ${index === 4 ? null : index === 3 ? old : living}, '{"phase":"offline"}', now() - make_interval(mins => ${index}))`;
  const first = (await get<{ items: ActorView[]; nextCursor: string }>("/actors?limit=3")).body;
  expect(first.items.map(({ key }) => key)).toEqual(keys.slice(0, 3));
  const rest = (await get<{ items: ActorView[]; nextCursor: null }>(`/actors?limit=3&cursor=${first.nextCursor}`)).body;
  expect(rest.items.map(({ standing }) => standing)).toEqual(["orphaned", "asleep"]);
  expect(rest.nextCursor).toBeNull();
  expect((await get<{ items: ActorView[] }>("/actors?awake=true&node=actor-2")).body.items).toEqual([]);
  expect((await get<{ items: ActorView[] }>(`/actors?node=${living}`)).body.items).toHaveLength(3);
  const noMoment = Buffer.from("9999-99-99 99:99:99+00.channel.abc").toString("base64url");
  for (const bad of ["limit=0", "limit=101", "cursor=nonsense", `cursor=${noMoment}`, "awake=perhaps"])
    expect((await get(`/actors?${bad}`)).status, bad).toBe(422);
  await sql`DELETE FROM actors`;
});

test("pages lose no actor that was claimed less than a millisecond before another", async () => {
  const { sql } = edge.world.database;
  for (let n = 1; n <= 4; n++)
    await sql`INSERT INTO actors (kind, key, epoch, state, claimed_at) VALUES
      ('channel', ${crypto.randomUUID()}, ${n}, '{"phase":"offline"}', timestamptz '2026-01-01 00:00:00Z' + ${n} * interval '100 us')`;
  const epochs: number[] = [];
  for (let cursor = ""; epochs.length < 9; ) {
    const page = (await get<{ items: ActorView[]; nextCursor: string | null }>(`/actors?limit=1&cursor=${cursor}`))
      .body;
    epochs.push(...page.items.map(({ epoch }) => epoch));
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  expect(epochs).toEqual([4, 3, 2, 1]);
  await sql`DELETE FROM actors`;
});

test("where shows the row and the owner's answer", async () => {
  const { database, bus } = edge.world;
  const [channel] = await database.sql<{ id: string }[]>`SELECT id FROM channels WHERE user_id = ${user.userId}`;
  const { id } = channel!;
  const where = async (name = user.login.toUpperCase()) => (await get<WhereView>(`/channels/${name}/where`)).body;
  expect(await where()).toMatchObject({ channel: { id, login: user.login }, actor: null, verdict: "asleep" });

  const state = {
    phase: "live",
    attempt: 2,
    broadcast: { id: "b", media: { headNumber: 41 } },
    session: { pullToken: "SECRET" },
  };
  await database.sql`INSERT INTO actors (kind, key, epoch, version, node, state, wake_at) VALUES
    ('channel', ${id}, 3, 17, ${living}, ${database.sql.json(state)}, now() - interval '1 s')`;
  expect(await where()).toMatchObject({ verdict: "silent", answer: { answered: false, code: "no_responders" } });

  let epoch = 3;
  const subscription = bus.subscribe(subjects.actor("channel", id), (body, respond) => {
    expect((body as CallRequest).message).toEqual({ type: "describe" });
    respond({ ok: true, value: { phase: "live" }, node: living, epoch });
  });
  const answered = await where(id);
  expect(answered).toMatchObject({
    verdict: "answers",
    broadcastId: "b",
    headNumber: 41,
    attempt: 2,
    actor: { login: user.login, epoch: 3, version: 17, node: "actor-1", phase: "live", standing: "awake" },
    answer: { answered: true, incarnation: living, epoch: 3, phase: "live" },
  });
  expect(JSON.stringify(answered)).not.toContain("SECRET");
  epoch = 4;
  expect((await where()).verdict).toBe("moving");
  await subscription.drain();
  await database.sql`UPDATE actors SET node = NULL WHERE key = ${id}`;
  expect(await where()).toMatchObject({ verdict: "unowned", actor: { standing: "due" } });
  expect((await get("/channels/nobody_here/where")).status).toBe(404);
});

test("a drain is in the audit log, with its admin", async () => {
  await edge.ask("POST", "/api/v1/admin/nodes/actor-2/drain", { token: admin.token, json: {} });
  await edge.ask("POST", "/api/v1/admin/nodes/actor-2/undrain", { token: admin.token, json: {} });
  const { body } = await get<Page<AuditView>>(`/audit?act=node&target=${other}`);
  expect(body.items).toMatchObject([
    { act: "node.undrained", actor: { login: admin.login }, detail: { name: "actor-2" } },
    { act: "node.drained", actor: { login: admin.login }, address: expect.stringMatching(/./) },
  ]);
});
