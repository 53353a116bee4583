// The API of follows and blocks, on a real database.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { BlockView } from "#schema/api/blocks.ts";
import type { Page } from "#schema/api/fields.ts";
import type { FollowerView, FollowView } from "#schema/api/follows.ts";
import { standFor } from "#schema/testing.ts";
import { type Answer, type TestEdge, type TestUser, testEdge } from "../testing.ts";

let edge: TestEdge;
const rolesChanged: string[] = [];
let ada: TestUser;
let bob: TestUser;
let cyd: TestUser;

beforeAll(async () => {
  edge = await testEdge({ rolesChanged: (_channelId, userId) => rolesChanged.push(userId) });
  ada = await edge.register("ada");
  bob = await edge.register("bob");
  cyd = await edge.register("cyd");
});
afterAll(() => edge.close());

const send = (method: string, path: string, { token }: TestUser, json?: unknown) =>
  edge.ask(method, `/api/v1${path}`, { token, ...(json === undefined ? {} : { json }) });
const code = ({ status, body }: Answer) => [status, body.code];
const followersOf = async (login: string) => (await edge.ask("GET", `/api/v1/channels/${login}`)).body.followers;
/** Of the list of followed channels. */
const followsCursorText = Buffer.from("1.0197a3c4-5d6e-7f80-9a1b-2c3d4e5f6071").toString("base64url");
const follows = async (user: TestUser, query = "") =>
  (await send("GET", `/me/follows${query}`, user)).body as unknown as Page<FollowView>;
const followed = (page: Page<FollowView>) => page.items.map(({ channel }) => channel.login);
const blocked = async (user: TestUser) =>
  ((await send("GET", "/me/blocks", user)).body as unknown as Page<BlockView>).items.map(({ login }) => login);

test("a repeated follow counts once", async () => {
  expect((await send("PUT", "/me/follows/ada", bob)).status).toBe(204);
  expect((await send("PUT", "/me/follows/ADA", bob)).status).toBe(204);
  expect(await followersOf("ada")).toBe(1);
  expect((await send("PUT", "/me/follows/ada", cyd)).status).toBe(204);
  expect(await followersOf("ada")).toBe(2);
  expect((await send("GET", "/me/follows/ada", bob)).body).toEqual({
    following: true,
    followedAt: expect.any(String),
  });
  expect((await send("GET", "/me/follows/cyd", bob)).body).toEqual({ following: false, followedAt: null });
  for (let i = 0; i < 2; i++) expect((await send("DELETE", "/me/follows/ada", cyd)).status).toBe(204);
  expect(await followersOf("ada")).toBe(1);
});

test.each([
  ["follows", "user_id, channel_id", "/me/follows/bob"],
  ["blocks", "user_id, blocked_user_id", "/me/blocks/bob"],
  ["channel_roles", "user_id, channel_id, role", "/channels/ada/editors/bob"],
])("concurrent duplicate requests make one row and do not exceed the limit: %s", async (table, columns, path) => {
  const { sql } = edge.world.database;
  const channel = (user: TestUser) => sql`(SELECT id FROM channels WHERE user_id = ${user.userId})`;
  const values = {
    follows: sql`${ada.userId}, ${channel(bob)}`,
    blocks: sql`${ada.userId}, ${bob.userId}`,
    channel_roles: sql`${bob.userId}, ${channel(ada)}, 'editor'`,
  }[table]!;
  let answer: Promise<Answer> | undefined;
  await sql.begin(async (tx) => {
    await tx`INSERT INTO ${sql(table)} (${sql.unsafe(columns)}) VALUES (${values})`;
    answer = send("PUT", path, ada, {});
    while (
      (await sql`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`)
        .length === 0
    );
  });
  expect(code((await answer)!)).toEqual([204, undefined]);
  expect((await send("DELETE", path, ada)).status).toBe(204);
});

test("following one's own channel, an unknown one, or without sign-in is refused", async () => {
  expect(code(await send("PUT", "/me/follows/bob", bob))).toEqual([422, "validation_failed"]);
  expect(code(await send("PUT", "/me/follows/nobody_here", bob))).toEqual([404, "not_found"]);
  for (const method of ["PUT", "DELETE", "GET"])
    expect(code(await edge.ask(method, "/api/v1/me/follows/ada"))).toEqual([401, "not_signed_in"]);
  expect(code(await edge.ask("GET", "/api/v1/me/follows"))).toEqual([401, "not_signed_in"]);
  expect(code(await send("PUT", "/me/follows/ada", bob, { userId: cyd.userId }))).toEqual([422, "validation_failed"]);
});

test("the list has the last followed channel first, page by page, with live channels marked", async () => {
  const fan = await edge.register("fan");
  for (const login of ["bob", "ada", "cyd"]) await send("PUT", `/me/follows/${login}`, fan);
  const { sql } = edge.world.database;
  await sql`
    INSERT INTO broadcasts (id, channel_id, title, phase, epoch, started_at)
    SELECT ${crypto.randomUUID()}, id, '', 'live', 1, now() FROM channels WHERE user_id = ${ada.userId}`;
  const { id } = (await edge.ask("GET", "/api/v1/channels/ada")).body;
  await standFor(edge.world.database, String(id));
  const whole = await follows(fan);
  expect(followed(whole)).toEqual(["cyd", "ada", "bob"]);
  expect(whole.items.map(({ channel }) => channel.live?.phase ?? null)).toEqual([null, "live", null]);
  expect(whole.items[0]!.channel).toEqual((await edge.ask("GET", "/api/v1/channels/cyd")).body as never);
  expect(followed(await follows(fan, "?live=true"))).toEqual(["ada"]);
  expect(followed(await follows(fan, "?live=false"))).toEqual(["cyd", "bob"]);
  const paged: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: Page<FollowView> = await follows(fan, `?limit=1&cursor=${cursor}`);
    paged.push(...followed(page));
    cursor = page.nextCursor;
  }
  expect(paged).toEqual(["cyd", "ada", "bob"]);
  for (const query of ["?cursor=garbage", "?limit=0", "?live=maybe", "?live=2"])
    expect(code(await send("GET", `/me/follows${query}`, fan))).toEqual([422, "validation_failed"]);
});

test("the follows of a deleted account are no longer counted", async () => {
  const gone = await edge.register("gone");
  await send("PUT", "/me/follows/cyd", gone);
  const before = Number(await followersOf("cyd"));
  await edge.world.database.sql`DELETE FROM users WHERE id = ${gone.userId}`;
  expect(await followersOf("cyd")).toBe(before - 1);
});

test("many follows at once are all counted", async () => {
  const { sql } = edge.world.database;
  const star = await edge.register("star");
  const [channel] = await sql<{ id: string }[]>`SELECT id FROM channels WHERE user_id = ${star.userId}`;
  const fans = Array.from({ length: 40 }, () => crypto.randomUUID());
  await sql`
    INSERT INTO users (id, login, display_name, email)
    SELECT id, 'f_' || left(id::text, 8), 'f', id || '@example.org' FROM unnest(${fans}::uuid[]) AS id`;
  await Promise.all(fans.map((id) => sql`INSERT INTO follows (user_id, channel_id) VALUES (${id}, ${channel!.id})`));
  expect(await followersOf("star")).toBe(40);
  await Promise.all(fans.slice(0, 15).map((id) => sql`DELETE FROM follows WHERE user_id = ${id}`));
  expect(await followersOf("star")).toBe(25);
});

test("follows over the limit are refused with too_many", async () => {
  const { sql } = edge.world.database;
  const keen = await edge.register("keen");
  await sql`
    WITH made AS (
      INSERT INTO users (id, login, display_name, email)
      SELECT gen_random_uuid(), 'x_' || n, 'x', n || '@example.net' FROM generate_series(1, 2000) n RETURNING id
    ), channels AS (INSERT INTO channels (id, user_id) SELECT id, id FROM made RETURNING id)
    SELECT count(*) FROM channels`;
  await sql`
    INSERT INTO follows (user_id, channel_id)
    SELECT ${keen.userId}, c.id FROM channels c JOIN users u ON u.id = c.user_id WHERE u.login LIKE 'x\\_%'`;
  expect(code(await send("PUT", "/me/follows/ada", keen))).toEqual([409, "too_many"]);
  expect((await send("PUT", "/me/follows/x_7", keen)).status).toBe(204);
  await send("DELETE", "/me/follows/x_7", keen);
  expect((await send("PUT", "/me/follows/ada", keen)).status).toBe(204);
});

test("a channel's followers are listed for its moderators, the newest first, page by page", async () => {
  const star = await edge.register("star_2");
  const [mod, editor, stranger] = [await edge.register("mod_2"), await edge.register("editor_2"), bob];
  await send("PUT", "/channels/star_2/moderators/mod_2", star);
  await send("PUT", "/channels/star_2/editors/editor_2", star);
  const fans = ["fan_1", "fan_2", "fan_3", "fan_4"];
  for (const login of fans) await send("PUT", "/me/follows/star_2", await edge.register(login));
  const { sql } = edge.world.database;
  // The last two followed in the same microsecond.
  await sql`UPDATE follows f SET created_at = to_timestamp(1800000000.123456) FROM users u
    WHERE u.id = f.user_id AND u.login IN ('fan_3', 'fan_4')`;
  const list = async (user: TestUser, query = "") =>
    (await send("GET", `/channels/star_2/followers${query}`, user)).body as unknown as Page<FollowerView>;
  const whole = (await list(star)).items;
  expect(whole.map(({ login }) => login).sort()).toEqual(fans);
  expect(whole.slice(2).map(({ login }) => login)).toEqual(["fan_2", "fan_1"]);
  expect(whole[0]).toEqual({
    id: expect.any(String),
    login: expect.any(String),
    displayName: whole[0]!.login,
    pictureUrl: null,
    followedAt: "2027-01-15T08:00:00.123Z",
  });
  for (const user of [mod, editor]) expect((await list(user)).items).toEqual(whole);
  const paged: FollowerView[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: Page<FollowerView> = await list(star, `?limit=1&cursor=${cursor}`);
    paged.push(...page.items);
    cursor = page.nextCursor;
  }
  expect(paged).toEqual(whole);
  expect(code(await send("GET", "/channels/star_2/followers", stranger))).toEqual([403, "forbidden"]);
  expect(code(await edge.ask("GET", "/api/v1/channels/star_2/followers"))).toEqual([401, "not_signed_in"]);
  expect(code(await send("GET", `/channels/star_2/followers?cursor=${followsCursorText}`, star))).toEqual([
    422,
    "validation_failed",
  ]);
  await sql`UPDATE users SET suspended_at = now() WHERE login = 'fan_2'`;
  expect((await list(star)).items.map(({ login }) => login)).not.toContain("fan_2");
});

test("a blocked user loses the follow and the roles, and cannot follow again", async () => {
  const host = await edge.register("host");
  const pest = await edge.register("pest");
  await send("PUT", "/me/follows/host", pest);
  await send("PUT", "/channels/host/vips/pest", host);
  rolesChanged.length = 0;
  for (let i = 0; i < 2; i++) expect((await send("PUT", "/me/blocks/Pest", host)).status).toBe(204);
  expect(rolesChanged).toEqual([pest.userId]);
  expect(await blocked(host)).toEqual(["pest"]);
  expect(await blocked(pest)).toEqual([]);
  expect(await followersOf("host")).toBe(0);
  expect((await send("GET", "/channels/host/vips", host)).body.items).toEqual([]);
  expect(code(await send("PUT", "/me/follows/host", pest))).toEqual([403, "blocked"]);
  expect(code(await send("PUT", "/channels/host/moderators/pest", host))).toEqual([403, "blocked"]);
  expect((await send("PUT", "/me/follows/pest", host)).status).toBe(204);
  for (let i = 0; i < 2; i++) expect((await send("DELETE", "/me/blocks/pest", host)).status).toBe(204);
  expect((await send("PUT", "/me/follows/host", pest)).status).toBe(204);
});

test("blocks are listed by login, page by page; blocking oneself or an unknown user is refused", async () => {
  for (const login of ["cyd", "ada", "fan"]) await send("PUT", `/me/blocks/${login}`, bob);
  const first = await send("GET", "/me/blocks?limit=2", bob);
  const items = first.body.items as BlockView[];
  expect(items.map(({ login }) => login)).toEqual(["ada", "cyd"]);
  const second = await send("GET", `/me/blocks?limit=2&cursor=${first.body.nextCursor}`, bob);
  expect([(second.body.items as BlockView[]).map(({ login }) => login), second.body.nextCursor]).toEqual([
    ["fan"],
    null,
  ]);
  expect(code(await send("PUT", "/me/blocks/bob", bob))).toEqual([422, "validation_failed"]);
  expect(code(await send("PUT", "/me/blocks/nobody_here", bob))).toEqual([404, "not_found"]);
  expect(code(await edge.ask("GET", "/api/v1/me/blocks"))).toEqual([401, "not_signed_in"]);
});
