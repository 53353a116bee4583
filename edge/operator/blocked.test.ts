// The API for blocked addresses, on a real database and Redis.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { AuditView } from "#schema/api/audit.ts";
import type { Page } from "#schema/api/fields.ts";
import { changeRole } from "#schema/queries/people/platform-roles.ts";
import { type TestEdge, type TestUser, testEdge } from "../testing.ts";

let edge: TestEdge;
let admin: TestUser;
beforeAll(async () => {
  edge = await testEdge();
  admin = await edge.register();
  await changeRole(edge.world.database.sql, { login: admin.login, role: "admin", evenLastAdmin: true });
  const { login, password } = admin;
  admin.token = (await edge.ask("POST", "/api/v1/auth/login", { json: { login, password } })).body
    .accessToken as string;
});
afterAll(() => edge.close());

const PATH = "/api/v1/admin/blocked-addresses";
const ask = (method: string, path = PATH, json?: unknown) => edge.ask(method, path, { json, token: admin.token });

test("an admin blocks, lists and unblocks, and each act is in the audit log", async () => {
  const block = `198.51.${crypto.getRandomValues(new Uint8Array(1))[0]}.0/24`;
  const made = await ask("POST", PATH, { block, durationMs: 60_000, reason: "a flood" });
  expect([made.status, made.body.block, made.body.by]).toEqual([201, block, admin.login]);
  expect(Date.parse(made.body.until as string) - Date.now()).toBeWithin(50_000, 60_001);
  const listed = (await ask("GET")).body.items as { block: string }[];
  expect(listed.some((one) => one.block === block)).toBe(true);
  expect((await ask("DELETE", `${PATH}?block=${encodeURIComponent(block)}`)).status).toBe(204);
  expect((await ask("DELETE", `${PATH}?block=${encodeURIComponent(block)}`)).status).toBe(404);
  const audit = (await ask("GET", `/api/v1/admin/audit?target=${encodeURIComponent(block)}`))
    .body as unknown as Page<AuditView>;
  expect(audit.items.map(({ act }) => act)).toEqual(["address.unblocked", "address.unblocked", "address.blocked"]);
});

test("everything, no time and no reason are refused", async () => {
  const good = { block: "198.51.100.7", durationMs: 60_000, reason: "r" };
  for (const wrong of [{ block: "0.0.0.0/0" }, { block: "ada" }, { durationMs: 0 }, { reason: " " }])
    expect((await ask("POST", PATH, { ...good, ...wrong })).body.code).toBe("validation_failed");
});
