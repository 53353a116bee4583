// The audit log: its entries, its filters, its cleanup, and failing writes.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import type { AuditView } from "#schema/api/audit.ts";
import { insertAudit } from "#schema/queries/operator/audit.ts";
import { type TestEdge, type TestUser, testEdge } from "../testing.ts";
import { sweepAudit } from "./audit-cleanup.ts";
import { createAudit } from "./audit-log.ts";

let edge: TestEdge;
let admin: TestUser;
let ada: TestUser;

beforeAll(async () => {
  edge = await testEdge();
  admin = await edge.register("root_1");
  ada = await edge.register("ada");
  await edge.world.database.sql`UPDATE users SET role = 'admin' WHERE id = ${admin.userId}`;
});
afterAll(() => edge.close());

const ask = (query: string) => edge.ask("GET", `/api/v1/admin/audit?${query}`, { token: admin.token });
const acts = async (query: string) => ((await ask(query)).body.items as AuditView[]).map(({ act }) => act);
const signIn = (password: string) =>
  edge.ask("POST", "/api/v1/auth/login", { json: { login: "ada", password }, from: "192.0.2.7" });

test("failed and successful sign-ins are kept, with the address and without typed text", async () => {
  await signIn("not the password at all");
  await signIn(ada.password);
  const answer = await ask("target=ada&act=sign-in");
  expect(answer.body.items).toMatchObject([
    { act: "sign-in.ok", actor: { id: ada.userId, login: "ada" }, targetLogin: "ada", address: "192.0.2.7" },
    { act: "sign-in.failed", actor: null, target: ada.userId, address: "192.0.2.7" },
    { act: "sign-in.ok" },
  ]);
  expect(answer.text).not.toContain("not the password at all");
  expect(answer.text).not.toContain(ada.password);
});

test("is filtered by actor, act, target and time, newest first, page by page", async () => {
  expect(await acts("actor=ada&act=sign-in.ok")).toEqual(["sign-in.ok", "sign-in.ok"]);
  expect(await acts(`actor=${ada.userId}&act=user`)).toEqual(["user.registered"]);
  expect(await acts("actor=nobody_here")).toEqual([]);
  expect(await acts("act=sign-in.o")).toEqual([]);
  expect(await acts("before=2020-01-01T00:00:00Z")).toEqual([]);
  const whole = ((await ask("limit=100")).body.items as AuditView[]).map(({ id }) => id);
  expect(whole).toEqual([...whole].sort().reverse());
  const paged: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const { body } = await ask(`limit=2&cursor=${cursor}`);
    paged.push(...(body.items as AuditView[]).map(({ id }) => id));
    cursor = body.nextCursor as string | null;
  }
  expect(paged).toEqual(whole);
  for (const query of ["before=yesterday", "cursor=x", "limit=0"]) expect((await ask(query)).status).toBe(422);
});

test("`since` has what happened at its time, `before` has not", async () => {
  const { sql } = edge.world.database;
  for (const day of [1, 2, 3]) {
    const at = new Date(Date.UTC(2021, 2, day, 12));
    const id = edge.world.random.uuid(at.getTime());
    await sql`INSERT INTO audit_log (id, at, act, target) VALUES (${id}, ${at}, 'sign-in.failed', ${`on day ${day}`})`;
  }
  const days = async (query: string) =>
    ((await ask(`act=sign-in.failed&limit=100&${query}`)).body.items as AuditView[])
      .filter(({ target }) => target.startsWith("on day"))
      .map(({ target }) => target.slice(-1));
  const noon = (day: number, plusMs = 0) => new Date(Date.UTC(2021, 2, day, 12) + plusMs).toISOString();
  expect(await days("")).toEqual(["3", "2", "1"]);
  expect(await days(`since=${noon(2)}`)).toEqual(["3", "2"]);
  expect(await days(`since=${noon(2, 1)}`)).toEqual(["3"]);
  expect(await days(`since=${noon(2)}&before=${noon(3)}`)).toEqual(["2"]);
  // A time has its zone: 13:00 in Berlin is noon in UTC.
  expect(await days(`since=${encodeURIComponent("2021-03-02T13:00:00+01:00")}&before=${noon(3)}`)).toEqual(["2"]);
  expect(await days(`since=${noon(3, 1)}`)).toEqual([]);
  expect((await ask("since=yesterday")).status).toBe(422);
});

test("keeps entries about deleted accounts", async () => {
  const gone = await edge.register("gone");
  await edge.world.database.sql`DELETE FROM users WHERE id = ${gone.userId}`;
  expect((await ask(`actor=${gone.userId}&act=user.registered`)).body.items).toMatchObject([
    { actor: { id: gone.userId, login: null }, target: gone.userId, targetLogin: null },
  ]);
});

test("while it cannot be written, requests of people succeed and acts of staff fail", async () => {
  const { sql } = edge.world.database;
  await sql`ALTER TABLE audit_log ADD CONSTRAINT full_disk CHECK (act NOT IN ('sign-in.ok', 'user.suspended')) NOT VALID`;
  try {
    expect((await signIn(ada.password)).status).toBe(200);
    const json = { reason: "x" };
    const refused = await edge.ask("POST", "/api/v1/admin/users/ada/suspension", { token: admin.token, json });
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect((await signIn(ada.password)).status).toBe(200);
    const audit = createAudit(edge.world);
    await audit({ actorId: null, act: "sign-in.ok" });
    expect(audit({ actorId: null, act: "user.suspended" })).rejects.toThrow("full_disk");
  } finally {
    await sql`ALTER TABLE audit_log DROP CONSTRAINT full_disk`;
  }
});

test("drops entries after 400 days, except acts of staff", async () => {
  const { sql } = edge.world.database;
  const oldMs = Date.now() - 401 * 86_400_000;
  for (const act of ["sign-in.ok", "user.suspended"] as const)
    await insertAudit(sql, { id: edge.world.random.uuid(oldMs), actorId: null, act, target: "long ago" });
  await insertAudit(sql, {
    id: edge.world.random.uuid(Date.now() - 399 * 86_400_000),
    actorId: null,
    act: "sign-in.failed",
    target: "long ago",
  });
  const clock = new ManualClock(Date.now());
  const swept = Promise.withResolvers<void>();
  const log = { ...edge.world.log, info: () => swept.resolve() } as unknown as typeof edge.world.log;
  const stop = sweepAudit({ sql, clock, log });
  clock.advance(10 * 60_000);
  await swept.promise;
  stop();
  expect((await acts("target=long%20ago")).sort()).toEqual(["sign-in.failed", "user.suspended"]);
});
