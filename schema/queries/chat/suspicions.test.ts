import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Sql } from "../../database.ts";
import { type TestDatabase, testDatabase } from "../../testing.ts";
import { deleteOldTraces, keepTrace } from "../accounts/sign-in-traces.ts";
import { findSuspicion, markSuspicious, suspicionsIn } from "./suspicions.ts";

let fresh: TestDatabase;
let sql: Sql;
let channelId: string;
let made = 0;

beforeAll(async () => {
  fresh = await testDatabase();
  sql = fresh.database.sql;
  channelId = Bun.randomUUIDv7();
  await sql`INSERT INTO channels (id, user_id) VALUES (${channelId}, ${await user()})`;
});
afterAll(() => fresh.drop());

async function user() {
  const id = Bun.randomUUIDv7();
  const login = `user_${++made}`;
  await sql`INSERT INTO users (id, login, display_name, email) VALUES (${id}, ${login}, ${login}, ${`${login}@example.org`})`;
  return id;
}

const hash = (text: string) => new Uint8Array(Buffer.from(text.padEnd(16)));
const signsIn = (userId: string, address: string, device = "firefox") =>
  keepTrace(sql, { userId, addressHash: hash(address), deviceHash: hash(device) });
const ban = (userId: string, until: Date | null = null) =>
  sql`INSERT INTO bans (channel_id, user_id, created_at, until) VALUES (${channelId}, ${userId}, now(), ${until})`;

/** What is found of somebody who signs in from there; null: nothing. */
async function levelOf(userId: string) {
  const found = await findSuspicion(sql, { channelId, userId });
  const [row] = await suspicionsIn(sql, { channelId, userId, limit: 1 });
  expect(found).toBe(row !== undefined);
  return row?.level ?? null;
}

test("the address of somebody who is banned is possible, with the same browser likely; a timeout counts for nothing", async () => {
  const [banned, timedOut] = [await user(), await user()];
  await signsIn(banned, "home");
  await signsIn(timedOut, "office");
  await ban(banned);
  await ban(timedOut, new Date(Date.now() + 60_000));
  const [alike, other, far, colleague] = [await user(), await user(), await user(), await user()];
  await signsIn(alike, "home");
  await signsIn(other, "home", "curl");
  await signsIn(far, "elsewhere");
  await signsIn(colleague, "office");
  const levels = [await levelOf(alike), await levelOf(other), await levelOf(far), await levelOf(colleague)];
  expect(levels).toEqual(["likely", "possible", null, null]);
  // In another room nobody is banned.
  expect(await findSuspicion(sql, { channelId: Bun.randomUUIDv7(), userId: far })).toBe(false);
});

test("an address of many people says nothing about them", async () => {
  const banned = await user();
  await signsIn(banned, "school");
  await ban(banned);
  for (let i = 0; i < 18; i++) await signsIn(await user(), "school", `${i}`);
  const [twentieth, next] = [await user(), await user()];
  await signsIn(twentieth, "school");
  expect(await levelOf(twentieth)).toBe("likely");
  await signsIn(next, "school");
  expect(await levelOf(next)).toBeNull();
});

test("what moderators decided stays", async () => {
  const [banned, again, moderator] = [await user(), await user(), await user()];
  for (const userId of [banned, again]) await signsIn(userId, "cafe");
  await ban(banned);
  await markSuspicious(sql, { channelId, userId: again, level: "cleared", byUserId: moderator });
  expect(await levelOf(again)).toBeNull();
  await markSuspicious(sql, { channelId, userId: again, level: "possible", byUserId: moderator });
  expect(await findSuspicion(sql, { channelId, userId: again })).toBe(false);
  expect(await suspicionsIn(sql, { channelId, userId: again, limit: 1 })).toMatchObject([
    { level: "possible", byId: moderator },
  ]);
});

test("a person has the 20 newest traces, none older than 90 days; a repeat is the same trace", async () => {
  const userId = await user();
  const count = async () => (await sql`SELECT 1 FROM sign_in_traces WHERE user_id = ${userId}`).length;
  for (let i = 0; i < 25; i++) await signsIn(userId, `address ${i}`);
  await signsIn(userId, "address 24");
  expect(await count()).toBe(20);
  await sql`UPDATE sign_in_traces SET seen_at = now() - interval '91 days' WHERE user_id = ${userId}`;
  await signsIn(userId, "address 24");
  expect(await count()).toBe(1);
  await sql`UPDATE sign_in_traces SET seen_at = now() - interval '91 days' WHERE user_id = ${userId}`;
  expect(await deleteOldTraces(sql, { limit: 10 })).toBe(1);
  expect(await count()).toBe(0);
});
