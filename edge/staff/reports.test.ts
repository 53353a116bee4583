// Reports and their handling, on a real database.

import { afterAll, expect, test } from "bun:test";
import type { ReportDetailView, ReportView } from "#schema/api/reports.ts";
import { type TestUser, testEdge } from "../testing.ts";
import { code, items, staffedEdge } from "./testing.ts";

const { edge, admin, staff, ada, bob, send, log, channelIdOf } = await staffedEdge();
afterAll(() => edge.close());

/** Inserts lines like the room does. */
async function say(author: TestUser, channelId: string, bodies: string[]): Promise<string[]> {
  const { sql } = edge.world.database;
  const [head] = await sql<{ seq: number }[]>`
    SELECT coalesce(max(seq), 0)::bigint AS seq FROM chat_entries WHERE channel_id = ${channelId}`;
  const user = { id: author.userId, login: author.login, displayName: author.login, color: "#000000", badges: [] };
  const ids: string[] = [];
  for (const [i, body] of bodies.entries()) {
    const id = crypto.randomUUID();
    ids.push(id);
    await sql`
      INSERT INTO chat_entries (channel_id, seq, epoch, id, kind, at, user_id, nonce, author, body)
      VALUES (${channelId}, ${head!.seq + 1 + i}, 1, ${id}, 'line', now(), ${author.userId}, ${id}, ${sql.json(user)}, ${body})`;
  }
  return ids;
}

test("a report of a line keeps its text, and staff sees the lines around it", async () => {
  const channelId = await channelIdOf(ada);
  const before = await say(
    ada,
    channelId,
    Array.from({ length: 15 }, (_, i) => `before ${i}`),
  );
  const [id = ""] = await say(bob, channelId, ["something nasty"]);
  await say(
    ada,
    channelId,
    Array.from({ length: 15 }, (_, i) => `after ${i}`),
  );
  const made = await send("POST", "/reports", ada, {
    kind: "line",
    target: id,
    reason: "harassment",
    detail: "rude",
  });
  expect([made.status, made.body]).toEqual([201, { id: expect.any(String), status: "open" }]);
  await edge.world.database.sql`UPDATE chat_entries SET body = '' WHERE id = ${id}`;
  const report = (await send("GET", `/admin/reports/${made.body.id}`, staff)).body as unknown as ReportDetailView;
  expect(report).toMatchObject({
    kind: "line",
    targetId: id,
    about: { id: bob.userId, login: "bob", displayName: "bob" },
    channel: { id: channelId, login: "ada" },
    reporter: { login: "ada" },
    reason: "harassment",
    detail: "rude",
    evidence: { kind: "line", seq: 16, body: "something nasty", user: { login: "bob" } },
    status: "open",
    handled: null,
    openAboutSame: 1,
  });
  expect(report.context.map(({ seq }) => seq)).toEqual(Array.from({ length: 21 }, (_, i) => 6 + i));
  expect(report.context[0]!.id).toBe(before[5]!);
});

test("repeated reports of one person are joined, those of others are new", async () => {
  const body = { kind: "channel", target: "bob", reason: "spam" };
  const first = await send("POST", "/reports", ada, { ...body, detail: "one" });
  const again = await send("POST", "/reports", ada, { ...body, reason: "hate", detail: "two" });
  const other = await send("POST", "/reports", staff, body);
  expect([first.status, again.status, other.status]).toEqual([201, 200, 201]);
  expect(again.body.id).toBe(first.body.id);
  expect(other.body.id).not.toBe(first.body.id);
  const report = (await send("GET", `/admin/reports/${first.body.id}`, staff)).body;
  expect(report).toMatchObject({ reason: "hate", detail: "one\ntwo", openAboutSame: 2 });
  expect(await log(`act=report.made&target=${first.body.id}`)).toHaveLength(1);
});

test("a report of a user has the user's lines in the room", async () => {
  const made = await send("POST", "/reports", ada, { kind: "user", target: "BOB", reason: "spam", channel: "ada" });
  const report = (await send("GET", `/admin/reports/${made.body.id}`, staff)).body as unknown as ReportDetailView;
  expect(report).toMatchObject({ about: { login: "bob" }, channel: { login: "ada" }, evidence: { kind: "user" } });
  expect(report.context.map(({ seq, user }) => [seq, user.login])).toEqual([[16, "bob"]]);
});

test.each([
  ["what is not there", { kind: "channel", target: "nobody_here", reason: "spam" }, 404],
  ["a line that never was", { kind: "line", target: crypto.randomUUID(), reason: "spam" }, 404],
  ["a line by a name", { kind: "line", target: "ada", reason: "spam" }, 404],
  ["oneself", { kind: "user", target: "ada", reason: "spam" }, 422],
  ["one's own channel", { kind: "channel", target: "ada", reason: "spam" }, 422],
  ["for no reason", { kind: "user", target: "bob" }, 422],
  ["for a reason of one's own", { kind: "user", target: "bob", reason: "ugly" }, 422],
  ["at length", { kind: "user", target: "bob", reason: "spam", detail: "x".repeat(1_001) }, 422],
  ["with evidence of one's own", { kind: "user", target: "bob", reason: "spam", evidence: {} }, 422],
])("a report of %s is refused", async (_, json, status) => {
  expect((await send("POST", "/reports", ada, json)).status).toBe(status);
});

test("reports need a sign-in, and are limited", async () => {
  const json = { kind: "user", target: "bob", reason: "spam" };
  expect(code(await send("POST", "/reports", null, json))).toEqual([401, "not_signed_in"]);
  const strict = await testEdge({
    limits: { reportsPerMinutePerUser: 1 },
    database: { database: edge.world.database, url: "postgres://x/y", drop: async () => {} },
  });
  const ask = () => strict.ask("POST", "/api/v1/reports", { token: ada.token, json });
  await ask();
  expect(code(await ask())).toEqual([429, "rate_limited"]);
  await strict.close();
});

test("reports are queued, oldest first, and handled once", async () => {
  const open = items<ReportView>(await send("GET", "/admin/reports?status=open", staff));
  expect(open.map(({ id }) => id)).toEqual([...open.map(({ id }) => id)].sort());
  const first = await send("GET", "/admin/reports?status=open&limit=1", staff);
  const second = await send("GET", `/admin/reports?status=open&limit=1&cursor=${first.body.nextCursor}`, staff);
  expect([...items<ReportView>(first), ...items<ReportView>(second)]).toEqual(open.slice(0, 2));

  const line = open[0]!;
  const resolved = await send("POST", `/admin/reports/${line.id}/resolve`, staff, { note: "warned them" });
  expect([resolved.status, resolved.body]).toMatchObject([
    200,
    { status: "resolved", handled: { by: { login: "guard" }, at: expect.any(String), note: "warned them" } },
  ]);
  expect(code(await send("POST", `/admin/reports/${line.id}/dismiss`, staff, { note: "no" }))).toEqual([
    409,
    "already_handled",
  ]);
  expect(items<ReportView>(await send("GET", "/admin/reports?status=resolved", staff)).map(({ id }) => id)).toEqual([
    line.id,
  ]);
  expect(await log(`act=report&target=${line.id}`)).toMatchObject([
    {
      act: "report.resolved",
      actor: { login: "guard" },
      detail: { note: "warned them", about: line.targetId, count: 1 },
    },
    { act: "report.made", actor: { login: "ada" } },
  ]);
});

test("reports about the same target can be dismissed together", async () => {
  const target = await channelIdOf(bob);
  const [one] = items<ReportView>(await send("GET", `/admin/reports?target=${target}`, staff));
  await send("POST", `/admin/reports/${one!.id}/dismiss`, staff, { note: "harmless", all: true });
  const all = items<ReportView>(await send("GET", `/admin/reports?target=${target}&kind=channel`, staff));
  expect(all.map(({ status }) => status)).toEqual(["dismissed", "dismissed"]);
});

test("staff cannot handle reports about themselves", async () => {
  const made = await send("POST", "/reports", ada, { kind: "user", target: "guard", reason: "other" });
  const path = `/admin/reports/${made.body.id}/dismiss`;
  expect(code(await send("POST", path, staff, { note: "lies" }))).toEqual([403, "forbidden"]);
  expect((await send("POST", path, admin, { note: "looked into it" })).status).toBe(200);
});
