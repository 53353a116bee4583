// Granting and taking the roles of a channel, and their permissions.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { AuditView } from "#schema/api/audit.ts";
import type { RoleHolderView } from "#schema/api/channel-roles.ts";
import { type Answer, type TestEdge, type TestUser, testEdge } from "../testing.ts";

let edge: TestEdge;
let ada: TestUser;
let bob: TestUser;
let cyd: TestUser;
const changes: string[] = [];

beforeAll(async () => {
  edge = await testEdge({ rolesChanged: (_channelId, userId) => changes.push(userId) });
  ada = await edge.register("ada");
  bob = await edge.register("bob");
  cyd = await edge.register("cyd");
});
afterAll(() => edge.close());

const send = (method: string, path: string, user: TestUser | null, json?: unknown) =>
  edge.ask(method, `/api/v1${path}`, {
    ...(user ? { token: user.token } : {}),
    ...(json === undefined ? {} : { json }),
  });
const code = ({ status, body }: Answer) => [status, body.code];
const holders = async (path: string) =>
  ((await send("GET", `/channels/ada/${path}`, ada)).body.items as RoleHolderView[]).map(({ login }) => login);

test.each(["moderators", "editors", "vips", "subscribers"])("the owner grants and takes %s", async (path) => {
  changes.length = 0;
  for (let i = 0; i < 2; i++) expect((await send("PUT", `/channels/ada/${path}/BOB`, ada)).status).toBe(204);
  expect(await holders(path)).toEqual(["bob"]);
  for (let i = 0; i < 2; i++) expect((await send("DELETE", `/channels/ada/${path}/bob`, ada)).status).toBe(204);
  expect(await holders(path)).toEqual([]);
  expect(changes).toEqual([bob.userId, bob.userId]);
});

test("strangers, moderators and editors can neither grant roles nor list holders; admins can", async () => {
  await send("PUT", "/channels/ada/editors/bob", ada);
  await send("PUT", "/channels/ada/moderators/bob", ada);
  for (const user of [bob, cyd]) {
    expect(code(await send("PUT", "/channels/ada/moderators/cyd", user))).toEqual([403, "forbidden"]);
    expect(code(await send("DELETE", "/channels/ada/editors/bob", user))).toEqual([403, "forbidden"]);
    expect(code(await send("GET", "/channels/ada/moderators", user))).toEqual([403, "forbidden"]);
  }
  expect(code(await send("PUT", "/channels/ada/moderators/cyd", null))).toEqual([401, "not_signed_in"]);
  const { sql } = edge.world.database;
  await sql`UPDATE users SET role = 'admin' WHERE id = ${cyd.userId}`;
  expect((await send("PUT", "/channels/ada/vips/bob", cyd)).status).toBe(204);
  await sql`UPDATE users SET role = 'user' WHERE id = ${cyd.userId}`;
});

test("an editor may change the channel until the role is taken", async () => {
  await send("PUT", "/channels/ada/editors/bob", ada);
  expect((await send("PATCH", "/channels/ada", bob, { title: "by bob" })).status).toBe(200);
  await send("DELETE", "/channels/ada/editors/bob", ada);
  expect(code(await send("PATCH", "/channels/ada", bob, { title: "again" }))).toEqual([403, "forbidden"]);
});

test.each([
  ["the owner", "/channels/ada/moderators/ada", [422, "validation_failed"]],
  ["an unknown user", "/channels/ada/moderators/nobody_here", [404, "not_found"]],
  ["no login at all", "/channels/ada/moderators/%00", [404, "not_found"]],
  ["a role we do not have", "/channels/ada/kings/bob", [404, "not_found"]],
])("%s gets no role", async (_, path, answer) => {
  expect(code(await send("PUT", path, ada))).toEqual(answer);
});

test("the holders are listed page by page, and limited in number", async () => {
  const { sql } = edge.world.database;
  await sql`
    WITH made AS (
      INSERT INTO users (id, login, display_name, email)
      SELECT gen_random_uuid(), 'e_' || n, 'e', n || '@example.com' FROM generate_series(100, 199) n RETURNING id
    )
    INSERT INTO channel_roles (channel_id, user_id, role)
    SELECT c.id, made.id, 'editor' FROM made, channels c WHERE c.user_id = ${ada.userId}`;
  const seen: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: Answer = await send("GET", `/channels/ada/editors?limit=30&cursor=${cursor}`, ada);
    seen.push(...(page.body.items as RoleHolderView[]).map(({ login }) => login));
    cursor = page.body.nextCursor as string | null;
  }
  expect(seen).toEqual(Array.from({ length: 100 }, (_, i) => `e_${100 + i}`));
  expect(code(await send("PUT", "/channels/ada/editors/bob", ada))).toEqual([409, "too_many"]);
  expect((await send("PUT", "/channels/ada/editors/e_100", ada)).status).toBe(204);
});

test("grants and takes are in the audit log, once each", async () => {
  const fay = await edge.register("fay");
  for (const method of ["PUT", "PUT", "DELETE", "DELETE"]) await send(method, "/channels/ada/vips/fay", ada);
  const { sql } = edge.world.database;
  await sql`UPDATE users SET role = 'admin' WHERE id = ${cyd.userId}`;
  const log = (await send("GET", "/admin/audit?target=fay&act=channel-role", cyd)).body.items as AuditView[];
  expect(log).toMatchObject([
    { act: "channel-role.taken", target: fay.userId, actor: { login: "ada" }, detail: { role: "vip" } },
    { act: "channel-role.granted", target: fay.userId, actor: { login: "ada" }, detail: { role: "vip" } },
  ]);
});
