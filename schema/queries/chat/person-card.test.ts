// The card of a person on a real PostgreSQL: what it counts and shows, and that a long room costs it no scan.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { connectDatabase, type Database, type Sql } from "../../database.ts";
import { type TestDatabase, testDatabase } from "../../testing.ts";
import { bansOf, moderationLog, personInChannel } from "./moderation.ts";
import { isFirstLine, newestLinesOf, personRow } from "./person-card.ts";
import { notesAbout } from "./person-notes.ts";
import { findSuspicion, suspicionsIn } from "./suspicions.ts";
import { openWarning } from "./warnings.ts";

/** Of 200 people; the first one has said every fourth. */
const LINES = 100_000;

let fresh: TestDatabase;
/** One connection, whose statistics can be asked for. */
let database: Database;
let sql: Sql;
const [channelId, ownerId] = [Bun.randomUUIDv7(), Bun.randomUUIDv7()];
const people = Array.from({ length: 200 }, () => Bun.randomUUIDv7());
const [talker, quiet] = [people[0]!, Bun.randomUUIDv7()];

beforeAll(async () => {
  fresh = await testDatabase();
  database = connectDatabase({ url: fresh.url, applicationName: "card", connectionsMax: 1 });
  sql = database.sql;
  // What fills the tables may take longer than what the product asks.
  await sql`SET statement_timeout = 0`;
  for (const [index, id] of [ownerId, quiet, ...people].entries())
    await sql`INSERT INTO users (id, login, display_name, email) VALUES (${id}, ${`user_${index}`}, 'x', ${`${index}@example.org`})`;
  await sql`INSERT INTO channels (id, user_id) VALUES (${channelId}, ${ownerId})`;
  await sql`
    INSERT INTO chat_entries (channel_id, seq, epoch, id, kind, at, user_id, nonce, author, body)
    SELECT ${channelId}, n, 1, gen_random_uuid(), 'line', now(),
           (${people}::uuid[])[CASE WHEN n % 4 = 0 THEN 1 ELSE 2 + n % 199 END], n::text, '{"id":"x"}', 'line ' || n
    FROM generate_series(1, ${LINES}::int) n`;
  await sql`ANALYZE`;
  await sql`RESET statement_timeout`;
}, 120_000);
afterAll(async () => {
  await database?.close();
  await fresh?.drop();
});

const room = { channelId, userId: talker };

test("lines are counted up to a limit, and the newest are shown first", async () => {
  expect(await personRow(sql, room)).toMatchObject({ lines: 10_000, bans: 0, warnings: 0, roles: [], isOwner: false });
  expect((await personRow(sql, { channelId, userId: quiet }))?.lines).toBe(0);
  const lines = await newestLinesOf(sql, { ...room, limit: 3 });
  expect(lines.map(({ seq }) => seq)).toEqual([LINES, LINES - 4, LINES - 8]);
});

test("a cleared line keeps its text for moderators, as deleted", async () => {
  await sql`INSERT INTO chat_clears (channel_id, user_id, seq) VALUES (${channelId}, ${talker}, ${LINES - 4})`;
  const lines = await newestLinesOf(sql, { ...room, limit: 2 });
  expect(lines.map(({ body, deleted }) => [body, deleted])).toEqual([
    [`line ${LINES}`, undefined],
    [`line ${LINES - 4}`, true],
  ]);
});

test("no part of the card scans the room", async () => {
  const scans = async () => {
    await sql`SELECT pg_stat_force_next_flush()`;
    const rows = await sql<{ scans: number }[]>`
      SELECT coalesce(seq_scan, 0) AS scans FROM pg_stat_user_tables WHERE relname = 'chat_entries'`;
    return rows[0]!.scans;
  };
  const before = await scans();
  for (const userId of [talker, quiet, people[7]!]) {
    const about = { channelId, userId };
    await personInChannel(sql, { channelId, id: userId });
    await personRow(sql, about);
    await newestLinesOf(sql, { ...about, limit: 20 });
    await isFirstLine(sql, about);
    await findSuspicion(sql, about);
    await bansOf(sql, { ...about, limit: 1 });
    await openWarning(sql, about);
    await suspicionsIn(sql, { ...about, limit: 1 });
    await notesAbout(sql, { ...about, limit: 50 });
    await moderationLog(sql, { channelId, targetId: userId, beforeId: null, limit: 50 });
  }
  expect(await scans()).toBe(before);
  await sql`SELECT count(*) FROM chat_entries WHERE body = 'line 1'`;
  expect(await scans()).toBeGreaterThan(before);
});
