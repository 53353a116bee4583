// Videos on a real PostgreSQL: who is shown which, in which order, and which indexes that reads.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Sql } from "../../database.ts";
import { type TestDatabase, testDatabase } from "../../testing.ts";
import { suspendChannel } from "../people/suspensions.ts";
import { lineRows } from "./chat-replay.ts";
import { playableVideo } from "./playable.ts";
import { firstSegment, segmentsAfter } from "./segments.ts";
import { DATE_MS, madeChannel, madeVideo } from "./testing.ts";
import { listedVideos, updateVideo, videoById } from "./videos.ts";

let fresh: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  fresh = await testDatabase();
  sql = fresh.database.sql;
});
afterAll(() => fresh.drop());

const list = { channelId: null, askerId: null, keeps: false, words: null, beforeId: null, limit: 100 };
const titles = (rows: { title: string }[]) => rows.map(({ title }) => title);

test("lists have the newest first, what the asker may know of, and nothing of suspended channels", async () => {
  const { channelId } = await madeChannel(sql, "ada");
  for (const visibility of ["public", "unlisted", "followers", "private"] as const)
    await madeVideo(sql, channelId, { title: visibility, visibility, sessions: [{ segments: 1 }] });
  for (const status of ["recording", "processing", "failed", "deleting"] as const)
    await madeVideo(sql, channelId, { title: status, status, sessions: [] });
  expect(titles(await listedVideos(sql, list))).toEqual(["recording", "public"]);
  expect(titles(await listedVideos(sql, { ...list, channelId }))).toEqual(["recording", "followers", "public"]);
  const kept = await listedVideos(sql, { ...list, channelId, keeps: true });
  expect(titles(kept)).toEqual(["failed", "processing", "recording", "private", "followers", "unlisted", "public"]);
  const older = await listedVideos(sql, { ...list, channelId, keeps: true, beforeId: kept[4]!.id });
  expect(titles(older)).toEqual(["unlisted", "public"]);
  await suspendChannel(sql, channelId, { reason: "spam", durationMs: 60_000 });
  expect([await listedVideos(sql, list), await listedVideos(sql, { ...list, channelId })]).toEqual([[], []]);
  expect((await listedVideos(sql, { ...list, channelId, keeps: true })).length).toBe(7);
});

test("words of titles are found by how they begin", async () => {
  const { channelId } = await madeChannel(sql, "bob");
  await madeVideo(sql, channelId, { title: "Chess endgames", sessions: [{ segments: 1 }] });
  const found = async (words: string) => titles(await listedVideos(sql, { ...list, channelId, words }));
  expect([await found("'^endg':*"), await found("'^games':*")]).toEqual([["Chess endgames"], []]);
});

test("a recording that runs is as long as what is stored, and shows nothing before", async () => {
  const { channelId, userId } = await madeChannel(sql, "eve");
  const sessions = [{ segments: 3 }, { segments: 2, afterMs: 10_000 }];
  const id = await madeVideo(sql, channelId, { status: "recording", sessions });
  const row = (await videoById(sql, { id, askerId: userId }))!;
  expect([row.firstAtMs, row.endsAtMs, row.login, row.ownerUserId]).toEqual([DATE_MS, DATE_MS + 20_000, "eve", userId]);
  expect(row).not.toHaveProperty("deletingSince");
  const empty = await madeVideo(sql, channelId, { status: "recording", sessions: [] });
  expect(await videoById(sql, { id: empty, askerId: null })).toMatchObject({ firstAtMs: null, endsAtMs: null });
  await updateVideo(sql, id, { title: "Another", pinned: true });
  expect(await videoById(sql, { id, askerId: null })).toMatchObject({ title: "Another", pinned: true });
  expect(await updateVideo(sql, crypto.randomUUID(), { title: "x" })).toBe(false);
});

test("what connects the asker with a video comes with it", async () => {
  const { channelId } = await madeChannel(sql, "carl");
  const { userId: askerId } = await madeChannel(sql, "dora");
  const id = await madeVideo(sql, channelId, {});
  await sql`INSERT INTO follows (user_id, channel_id) VALUES (${askerId}, ${channelId})`;
  await sql`INSERT INTO channel_roles (channel_id, user_id, role) VALUES (${channelId}, ${askerId}, 'vip')`;
  expect(await videoById(sql, { id, askerId })).toMatchObject({ roles: ["vip"], follows: true, blocked: false });
  expect(await videoById(sql, { id, askerId: null })).toMatchObject({ roles: [], follows: false, blocked: false });
});

test("what plays has its renditions, the source first, and no tombstone plays", async () => {
  const { channelId } = await madeChannel(sql, "fred");
  const id = await madeVideo(sql, channelId, { renditions: { "480p": [{ segments: 9 }] } });
  const video = (await playableVideo(sql, id))!;
  expect(video).toMatchObject({
    id,
    channelId,
    status: "ready",
    visibility: "public",
    suspended: false,
    targetDurationMs: 2_000,
  });
  expect(video.renditions.map(({ name, width }) => [name, width])).toEqual([
    ["source", 1_280],
    ["480p", 640],
  ]);
  expect(await firstSegment(sql, { videoId: id, rendition: "480p" })).toEqual({ number: 0, atMs: DATE_MS });
  await sql`UPDATE videos SET status = 'deleting' WHERE id = ${id}`;
  expect([await playableVideo(sql, id), await videoById(sql, { id, askerId: null })]).toEqual([null, null]);
});

test("20 000 videos and lines: each list reads its index", async () => {
  const { channelId, userId } = await madeChannel(sql, "many");
  for (let i = 0; i < 20_000; i += 500)
    await sql`
      INSERT INTO videos (id, channel_id, kind, status, title, visibility)
      SELECT gen_random_uuid(), ${channelId}, 'upload', 'ready', 'Part ' || i, CASE i % 10 WHEN 0 THEN 'public' ELSE 'private' END
      FROM generate_series(${i + 1}::integer, ${i + 500}::integer) i`;
  await sql`
    INSERT INTO chat_entries (channel_id, seq, epoch, id, kind, at, body, author)
    SELECT ${channelId}, i, 1, gen_random_uuid(), 'line', to_timestamp(${DATE_MS / 1_000}::float8 + i), 'x', '{}'
    FROM generate_series(1, 20000) i`;
  const videoId = await madeVideo(sql, channelId, { title: "moonrise", sessions: [{ segments: 18_000 }] });
  await sql.unsafe("ANALYZE videos; ANALYZE chat_entries; ANALYZE video_segments");
  const at = DATE_MS + 15_000_000;
  const lists: [string, Promise<unknown[]>][] = [
    ["of all", listedVideos(sql, { ...list, limit: 20 })],
    ["of a channel", listedVideos(sql, { ...list, channelId, limit: 20 })],
    ["of its owner", listedVideos(sql, { ...list, channelId, keeps: true, askerId: userId, limit: 20 })],
    ["of words", listedVideos(sql, { ...list, words: "'^moonr':*", limit: 20 })],
    ["of a page", listedVideos(sql, { ...list, beforeId: videoId, limit: 20 })],
    ["of segments", segmentsAfter(sql, { videoId, rendition: "source", after: 17_000, limit: 20 })],
  ];
  const lines = {
    channelId,
    fromMs: at,
    toMs: at + 20_000,
    within: null,
    after: { atMs: at + 5_000, seq: 15_005 },
    limit: 20,
  };
  lists.push(["of lines", lineRows(sql, lines)]);
  for (const [what, rows] of lists)
    expect([what, await planOf(await rows)]).toEqual([
      what,
      expect.not.stringMatching(/Seq Scan on (videos|video_segments|chat_entries)/),
    ]);
  expect(await planOf(await sql`SELECT count(*) FROM videos WHERE bytes = 1`)).toContain("Seq Scan on videos");
  expect(await lineRows(sql, lines)).toHaveLength(14);
  for (const [what, rows] of lists) expect([what, (await rows).length > 0]).toEqual([what, true]);
});

/** What PostgreSQL does for the statement that gave these rows, whatever its parameters. */
async function planOf(rows: readonly unknown[]): Promise<string> {
  const { statement } = rows as unknown as { statement: { string: string } };
  const plan = await sql.unsafe<{ "QUERY PLAN": string }[]>(`EXPLAIN (GENERIC_PLAN) ${statement.string}`);
  return plan.map((line) => line["QUERY PLAN"]).join("\n");
}
