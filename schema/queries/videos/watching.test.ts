// What is kept of those who watch, on a real PostgreSQL: positions, views, topics, and the lines of a time.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Sql } from "../../database.ts";
import { type TestDatabase, testDatabase } from "../../testing.ts";
import { updateChannel } from "../channels/channels.ts";
import { broadcastTopics, noteBroadcastTopic } from "./chapters.ts";
import { linesBetween } from "./chat-replay.ts";
import { rememberPosition } from "./positions.ts";
import { DATE_MS, madeChannel, madeVideo } from "./testing.ts";
import { countViews, forgetOldViews } from "./views.ts";

let fresh: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  fresh = await testDatabase();
  sql = fresh.database.sql;
});
afterAll(() => fresh.drop());

test("a position is written each 10 s at most, and forgotten at the end, at the beginning, with the account and with the video", async () => {
  const { channelId, userId } = await madeChannel(sql, "ada");
  const videoId = await madeVideo(sql, channelId, { sessions: [{ segments: 60 }] });
  const remember = (positionMs: number, of = videoId) => rememberPosition(sql, { userId, videoId: of, positionMs });
  const positions = async () => (await sql`SELECT position_ms FROM video_positions`).map((row) => row.position_ms);
  const later = () => sql`UPDATE video_positions SET updated_at = updated_at - interval '11 s'`;
  await remember(20_000);
  await remember(25_000);
  expect(await positions()).toEqual([20_000]);
  await later();
  await remember(30_000);
  expect(await positions()).toEqual([30_000]);
  await remember(111_000); // Within 10 s of the last one: the end counts at once.
  expect(await positions()).toEqual([]);
  await remember(20_000);
  await remember(0);
  expect(await positions()).toEqual([]);
  const running = await madeVideo(sql, channelId, { status: "recording", sessions: [{ segments: 60 }] });
  await remember(119_000, running); // A video that grows has no end yet.
  expect(await positions()).toEqual([119_000]);
  await remember(1_000, crypto.randomUUID());
  await sql`DELETE FROM users WHERE id = ${userId}`;
  expect(await positions()).toEqual([]);
});

test("of a person's positions the newest 1 000 are kept", async () => {
  const { channelId, userId } = await madeChannel(sql, "bob");
  const videoIds = await sql`
    INSERT INTO videos (id, channel_id, kind, status, title, duration_ms)
    SELECT gen_random_uuid(), ${channelId}, 'upload', 'ready', '', 60000 FROM generate_series(1, 1001) RETURNING id`;
  await sql`
    INSERT INTO video_positions (user_id, video_id, position_ms, updated_at)
    SELECT ${userId}, id, n, now() - n * interval '1 s'
    FROM (SELECT id, row_number() OVER () AS n FROM videos WHERE channel_id = ${channelId} ORDER BY id LIMIT 1001) v`;
  const [free] = await sql`DELETE FROM video_positions WHERE position_ms = 1 RETURNING video_id`;
  await rememberPosition(sql, { userId, videoId: free!.video_id, positionMs: 5_000 });
  const kept =
    await sql`SELECT max(position_ms) FILTER (WHERE position_ms < 5000) AS oldest, count(*) AS n FROM video_positions WHERE user_id = ${userId}`;
  expect([videoIds.length, kept[0]!.n, kept[0]!.oldest]).toEqual([1_001, 1_000, 1_000]);
});

test("a session counts once in a day, on however many edges and however often it is said", async () => {
  const { channelId } = await madeChannel(sql, "carl");
  const [one, other] = [await madeVideo(sql, channelId), await madeVideo(sql, channelId)];
  const views = [
    { of: "video" as const, id: one, session: "a" },
    { of: "video" as const, id: one, session: "a" },
    { of: "video" as const, id: one, session: "b" },
    { of: "video" as const, id: other, session: "a" },
    { of: "video" as const, id: crypto.randomUUID(), session: "a" },
  ];
  const counted = await Promise.all([
    countViews(sql, views),
    countViews(sql, [...views].reverse()),
    countViews(sql, views),
  ]);
  expect(counted.reduce((sum, n) => sum + n)).toBe(3);
  const shown = async () =>
    (await sql`SELECT views FROM videos WHERE id IN (${one}, ${other}) ORDER BY id`).map((row) => row.views);
  expect(await shown()).toEqual([2, 1]);
  await sql`UPDATE video_views SET at = at - interval '25 h' WHERE session = 'a'`;
  expect(await countViews(sql, [{ of: "video" as const, id: one, session: "a" }])).toBe(1);
  expect([await forgetOldViews(sql, 10), await forgetOldViews(sql, 10)]).toEqual([1, 0]);
  expect([await shown(), await countViews(sql, [])]).toEqual([[3, 1], 0]);
});

test("a broadcast has the topics that it began with and those it changed to, and off air nothing is noted", async () => {
  const { channelId } = await madeChannel(sql, "dora", { title: "First", category: "Chess" });
  await noteBroadcastTopic(sql, channelId);
  const id = await madeVideo(sql, channelId, { status: "recording", broadcast: { title: "First", category: "Chess" } });
  const change = async (change: Parameters<typeof updateChannel>[2]) => {
    await updateChannel(sql, channelId, change);
    await noteBroadcastTopic(sql, channelId);
  };
  await change({ title: "First", tags: ["x"] });
  await change({ title: "Second" });
  await change({ title: "Second" });
  await change({ category: null });
  await change({ category: null, title: "Third" });
  const topics = await broadcastTopics(sql, id);
  expect(topics.map(({ title, category }) => [title, category])).toEqual([
    ["First", "Chess"],
    ["Second", "Chess"],
    ["Second", null],
    ["Third", null],
  ]);
  expect(topics.map(({ atMs }) => atMs === null)).toEqual([true, false, false, false]);
  expect(Math.abs(topics[3]!.atMs! - Date.now())).toBeLessThan(60_000);
  await sql`UPDATE broadcasts SET ended_at = now(), phase = 'ended'`;
  await change({ title: "Fourth" });
  expect(await broadcastTopics(sql, id)).toHaveLength(4);
  expect(await broadcastTopics(sql, crypto.randomUUID())).toEqual([]);
});

test("the lines of a time come in its order, page by page, without those that lost their text", async () => {
  const { channelId } = await madeChannel(sql, "eve");
  const say = (seq: number, atMs: number, body = `line ${seq}`) => sql`
    INSERT INTO chat_entries (channel_id, seq, epoch, id, kind, at, body, author)
    VALUES (${channelId}, ${seq}, 1, gen_random_uuid(), 'line', to_timestamp(${(DATE_MS + atMs) / 1_000}::float8), ${body}, '{}')`;
  for (const [seq, atMs] of [
    [1, 999],
    [2, 1_000],
    [3, 1_000],
    [4, 1_500],
    [6, 1_999],
    [7, 2_000],
  ] as const)
    await say(seq, atMs);
  await say(5, 1_600, "");
  const range = { channelId, fromMs: DATE_MS + 1_000, toMs: DATE_MS + 2_000, limit: 2 };
  const first = await linesBetween(sql, { ...range, within: null, after: null });
  expect(first.map(({ seq }) => seq)).toEqual([2, 3]);
  const after = { atMs: Date.parse(first[1]!.at), seq: 3 };
  expect((await linesBetween(sql, { ...range, within: null, after })).map(({ seq }) => seq)).toEqual([4, 6]);
});
