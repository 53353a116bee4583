// How a user stands in a channel, on a real PostgreSQL.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Sql } from "../../database.ts";
import { type TestDatabase, testDatabase } from "../../testing.ts";
import { standingInChannel } from "./channel-roles.ts";

let fresh: TestDatabase;
let sql: Sql;
const channelId = Bun.randomUUIDv7();
let made = 0;

beforeAll(async () => {
  fresh = await testDatabase();
  sql = fresh.database.sql;
  await sql`INSERT INTO channels (id, user_id) VALUES (${channelId}, ${await user()})`;
});
afterAll(() => fresh.drop());

async function user() {
  const id = Bun.randomUUIDv7();
  const login = `user_${++made}`;
  await sql`INSERT INTO users (id, login, display_name, email) VALUES (${id}, ${login}, ${login}, ${`${login}@example.org`})`;
  return id;
}

const standing = (userId: string) => standingInChannel(sql, { channelId, userId });

test("the first ten subscribers are founders, as long as they subscribe", async () => {
  const subscribers: string[] = [];
  for (let i = 0; i < 12; i++) {
    const userId = await user();
    subscribers.push(userId);
    await sql`
      INSERT INTO channel_roles (channel_id, user_id, role, created_at)
      VALUES (${channelId}, ${userId}, 'subscriber', now() - ${12 - i} * interval '1 hour')`;
  }
  const founders = async () => (await Promise.all(subscribers.map(standing))).map(({ isFounder }) => isFounder);
  expect(await founders()).toEqual([...Array<boolean>(10).fill(true), false, false]);
  await sql`DELETE FROM channel_roles WHERE user_id = ${subscribers[0]!}`;
  expect(await founders()).toEqual([false, ...Array<boolean>(10).fill(true), false]);
  const vip = await user();
  await sql`INSERT INTO channel_roles (channel_id, user_id, role, created_at) VALUES (${channelId}, ${vip}, 'vip', to_timestamp(0))`;
  expect(await standing(vip)).toMatchObject({ roles: ["vip"], isFounder: false });
});

test("colour, newest open warning and mark are part of it; of a deleted account nothing is known", async () => {
  const userId = await user();
  expect(await standing(userId)).toMatchObject({ color: null, warning: null, speaking: { followedAtMs: null } });
  expect((await standing(userId)).speaking).not.toHaveProperty("suspicious");
  await sql`UPDATE users SET color = '#0000FF' WHERE id = ${userId}`;
  for (const reason of ["first", "second"])
    await sql`
      INSERT INTO warnings (id, channel_id, user_id, reason, created_at)
      VALUES (${Bun.randomUUIDv7()}, ${channelId}, ${userId}, ${reason}, now())`;
  await sql`INSERT INTO suspicions (channel_id, user_id, level) VALUES (${channelId}, ${userId}, 'possible')`;
  expect(await standing(userId)).toMatchObject({
    ...{ color: "#0000FF", warning: "second", speaking: { suspicious: true } },
  });
  await sql`UPDATE warnings SET acknowledged_at = now() WHERE user_id = ${userId}`;
  await sql`UPDATE suspicions SET level = 'cleared' WHERE user_id = ${userId}`;
  expect((await standing(userId)).warning).toBeNull();
  expect((await standing(userId)).speaking).not.toHaveProperty("suspicious");
  await sql`DELETE FROM users WHERE id = ${userId}`;
  expect(await standing(userId)).toEqual({ displayName: null, roles: [] });
});
