// Accounts for staff, platform roles, and who may read them, on a real database.

import { afterAll, expect, test } from "bun:test";
import type { AdminUserDetailView, AdminUserView } from "#schema/api/admin-users.ts";
import { code, items, staffedEdge } from "./testing.ts";

const { edge, admin, staff, ada, bob, send, log } = await staffedEdge();
afterAll(() => edge.close());

const ROUTES: [method: string, path: string, json: object | undefined, admin: boolean][] = [
  ["GET", "/admin/users", undefined, false],
  ["GET", "/admin/users/ada", undefined, false],
  ["POST", "/admin/users/ada/suspension", { reason: "x" }, false],
  ["DELETE", "/admin/users/ada/suspension", {}, false],
  ["POST", "/admin/channels/ada/suspension", { reason: "x" }, false],
  ["DELETE", "/admin/channels/ada/suspension", {}, false],
  ["GET", "/admin/reports", undefined, false],
  ["GET", `/admin/reports/${crypto.randomUUID()}`, undefined, false],
  ["POST", `/admin/reports/${crypto.randomUUID()}/resolve`, { note: "x" }, false],
  ["PATCH", "/admin/users/ada", { role: "admin" }, true],
  ["GET", "/admin/audit", undefined, true],
];

test.each(ROUTES)("%s %s is refused for users without the role", async (method, path, json, admins) => {
  expect(code(await send(method, path, null, json))).toEqual([401, "not_signed_in"]);
  expect(code(await send(method, path, bob, json))).toEqual([403, "forbidden"]);
  if (admins) expect(code(await send(method, path, staff, json))).toEqual([403, "forbidden"]);
});

test("users are found by a part of the name or the whole e-mail address", async () => {
  const found = async (query: string) =>
    items<AdminUserView>(await send("GET", `/admin/users?${query}`, staff)).map(({ login }) => login);
  expect(await found("q=UAR")).toEqual(["guard"]);
  expect(await found("q=guard@example.org")).toEqual(["guard"]);
  expect(await found("q=example.org")).toEqual([]);
  expect(await found("role=admin")).toEqual(["root_1"]);
  expect(await found("q=%25")).toEqual([]);
});

test("a user is shown with devices, reports and audit entries, and without secrets", async () => {
  await send("POST", "/reports", ada, { kind: "user", target: "bob", reason: "spam" });
  await send("POST", "/reports", bob, { kind: "channel", target: "ada", reason: "other" });
  const answer = await send("GET", "/admin/users/bob", staff);
  const bobs = answer.body as unknown as AdminUserDetailView;
  expect(bobs).toMatchObject({
    id: bob.userId,
    login: "bob",
    email: "bob@example.org",
    role: "user",
    suspension: null,
    emailVerified: false,
    twoFactor: false,
    hasPassword: true,
    providers: [],
    channel: { followers: 0, suspension: null },
    signIns: [{ method: "password", address: expect.stringMatching(/./) }],
    reports: { open: 1, resolved: 0, dismissed: 0 },
    reported: { open: 1, resolved: 0, dismissed: 0 },
  });
  expect(bobs.audit[0]).toMatchObject({ act: "user.viewed", actor: { login: "guard" } });
  expect(answer.text).not.toMatch(/hash|secret|\$2[aby]\$/i);
});

test("an admin can change a role, which voids the user's tokens", async () => {
  const ivy = await edge.register("ivy");
  const made = await send("PATCH", "/admin/users/ivy", admin, { role: "staff", reason: "helps out" });
  expect([made.status, made.body.role]).toEqual([200, "staff"]);
  expect(code(await send("GET", "/me", ivy))[0]).toBe(401);
  const refreshed = await edge.ask("POST", "/api/v1/auth/refresh", { json: { refreshToken: ivy.refreshToken } });
  const now = { token: refreshed.body.accessToken as string };
  expect((await send("GET", "/admin/users", now)).status).toBe(200);
  await send("PATCH", "/admin/users/ivy", admin, { role: "user" });
  expect((await send("GET", "/admin/users", now)).status).toBeGreaterThanOrEqual(401);
  expect(await log("target=ivy&act=role.granted")).toMatchObject([
    { detail: { role: "user", was: "staff" } },
    { detail: { role: "staff", was: "user", reason: "helps out" } },
  ]);
});

test("the last admin keeps the role, even if two demote each other at once", async () => {
  expect(code(await send("PATCH", "/admin/users/root_1", admin, { role: "user" }))).toEqual([409, "last_admin"]);
  const jan = await edge.register("jan");
  await edge.world.database.sql`UPDATE users SET role = 'admin' WHERE id = ${jan.userId}`;
  const both = await Promise.all([
    send("PATCH", "/admin/users/root_1", jan, { role: "user" }),
    send("PATCH", "/admin/users/jan", admin, { role: "user" }),
  ]);
  expect(both.filter(({ status }) => status === 200)).toHaveLength(1);
  const left = await edge.world.database.sql`SELECT id FROM users WHERE role = 'admin'`;
  expect(left).toHaveLength(1);
  await edge.world.database.sql`UPDATE users SET role = 'admin' WHERE id = ${admin.userId}`;
  await edge.world.database.sql`DELETE FROM revocations`;
});
