import { afterAll, beforeAll, expect, test } from "bun:test";
import { systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { overdueRooms } from "#schema/queries/chat/raids.ts";
import { type TestDatabase, testDatabase } from "#schema/testing.ts";
import { sweepChat } from "./sweep.ts";

const log = createLog({ name: "test", level: "silent" });
let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

/** A channel whose room has entries of these ages in days, oldest first. */
async function room(ages: number[], { chatDays = null as number | null } = {}): Promise<string> {
  const { sql } = database.database;
  const id = Bun.randomUUIDv7();
  await sql`INSERT INTO users (id, login, display_name, email) VALUES (${id}, ${`u${id.replaceAll("-", "").slice(12)}`}, 'u', ${`${id}@example.org`})`;
  await sql`INSERT INTO channels (id, user_id) VALUES (${id}, ${id})`;
  if (chatDays !== null) await sql`INSERT INTO channel_retention (channel_id, chat_days) VALUES (${id}, ${chatDays})`;
  await sql`
    INSERT INTO chat_entries (channel_id, seq, epoch, id, kind, at, body)
    SELECT ${id}, t.seq, 1, gen_random_uuid(), 'line', now() - t.age * interval '1 day', 'x'
    FROM unnest(${ages}::float8[]) WITH ORDINALITY t (age, seq)`;
  return id;
}

const left = async (channelId: string) => {
  const rows = await database.database.sql<{ seq: number }[]>`
    SELECT seq FROM chat_entries WHERE channel_id = ${channelId} ORDER BY seq`;
  return rows.map(({ seq }) => seq);
};
const sweep = (days: number) => sweepChat({ sql: database.database.sql, clock: systemClock, log, days });

test("old entries go by the stricter of both limits, a room keeps its newest entry and has no holes", async () => {
  const free = await room([400, 20, 1]);
  const own = await room([400, 20, 1], { chatDays: 10 });
  const unlimited = await room([400, 20, 1], { chatDays: 0 });
  const allOld = await room([400, 300, 200], { chatDays: 1 });
  const clockWentBack = await room([50, 1, 50, 1], { chatDays: 10 });
  await sweep(0);
  expect(await left(free)).toEqual([1, 2, 3]);
  expect(await left(own)).toEqual([3]);
  expect(await left(unlimited)).toEqual([1, 2, 3]);
  expect(await left(allOld)).toEqual([3]);
  expect(await left(clockWentBack)).toEqual([2, 3, 4]);
  await sweep(30);
  expect(await left(free)).toEqual([2, 3]);
  expect(await left(unlimited)).toEqual([2, 3]);
  await sweep(Number.MAX_SAFE_INTEGER);
  expect(await left(free)).toEqual([2, 3]);
});

test("a long room goes in steps of a thousand", async () => {
  const long = await room([...Array<number>(2_500).fill(40), 1], { chatDays: 30 });
  await sweep(0);
  expect(await left(long)).toEqual([2_501]);
});

test("rooms in which something is overdue are found", async () => {
  const { sql } = database.database;
  const [poll, counting, told, early] = await Promise.all([room([1]), room([1]), room([1]), room([1])]);
  const due = (channelId: string, inS: number) => sql`
    INSERT INTO chat_polls (id, channel_id, question, choices, votes, started_at, ends_at)
    VALUES (gen_random_uuid(), ${channelId}, '?', '{a,b}', '{0,0}', now(), now() + ${inS} * interval '1 s')`;
  const raid = (channelId: string, state: string, isTold: boolean) => sql`
    INSERT INTO raids (id, channel_id, to_channel_id, viewers, state, started_at, goes_at, told_at)
    VALUES (gen_random_uuid(), ${channelId}, ${early}, 1, ${state}, now(), now() - interval '1 minute', ${isTold ? new Date() : null})`;
  await due(poll, -60);
  await due(early, 60);
  await raid(counting, "counting", false);
  await raid(told, "gone", true);
  const overdue = () => overdueRooms(sql, { lateMs: 5_000, limit: 100 });
  expect((await overdue()).sort()).toEqual([poll, counting].sort());
  await raid(early, "gone", false);
  expect((await overdue()).sort()).toEqual([poll, counting, early].sort());
  const [late, later] = await Promise.all([room([1]), room([1])]);
  for (const [channelId, inS] of [
    [late, -60],
    [later, 60],
  ] as const)
    await sql`
      INSERT INTO room_settings (channel_id, settings, changed_at, ends_at)
      VALUES (${channelId}, '{}', now(), now() + ${inS} * interval '1 s')`;
  expect((await overdue()).sort()).toEqual([poll, counting, early, late].sort());
});
