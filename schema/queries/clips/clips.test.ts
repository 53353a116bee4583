// Clips on a real PostgreSQL: who is shown which, how many there may be, what is counted, and which indexes that reads.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Sql } from "../../database.ts";
import { type TestDatabase, testDatabase } from "../../testing.ts";
import { suspendChannel } from "../people/suspensions.ts";
import { madeChannel, madeClip, madeVideo } from "../videos/testing.ts";
import { countViews, forgetOldViews } from "../videos/views.ts";
import { CLIPS_PER_CHANNEL_MAX, clipById, listedClips } from "./clips.ts";

let fresh: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  fresh = await testDatabase();
  sql = fresh.database.sql;
});
afterAll(() => fresh.drop());

const list = { videoId: null, askerId: null, keeps: false, beforeId: null, limit: 100 };
const titles = (rows: { title: string }[]) => rows.map(({ title }) => title);

test("lists have the newest first, and of each video what the asker may know of it", async () => {
  const { channelId } = await madeChannel(sql, "ada");
  const ids: Record<string, string> = {};
  for (const visibility of ["public", "unlisted", "followers", "private"] as const) {
    ids[visibility] = await madeVideo(sql, channelId, { visibility });
    await madeClip(sql, ids[visibility], { title: visibility });
  }
  expect(titles(await listedClips(sql, { ...list, channelId }))).toEqual(["followers", "public"]);
  const kept = await listedClips(sql, { ...list, channelId, keeps: true });
  expect(titles(kept)).toEqual(["private", "followers", "unlisted", "public"]);
  const older = await listedClips(sql, { ...list, channelId, keeps: true, beforeId: kept[1]!.id });
  expect(titles(older)).toEqual(["unlisted", "public"]);
  expect(titles(await listedClips(sql, { ...list, channelId, videoId: ids.public! }))).toEqual(["public"]);
  await sql`UPDATE videos SET visibility = 'private' WHERE id = ${ids.public!}`;
  expect(titles(await listedClips(sql, { ...list, channelId }))).toEqual(["followers"]);
  await suspendChannel(sql, channelId, { reason: "spam", durationMs: 60_000 });
  expect(await listedClips(sql, { ...list, channelId })).toEqual([]);
  expect((await listedClips(sql, { ...list, channelId, keeps: true })).length).toBe(4);
});

test("a clip outlives the account of its maker, and says nothing of them", async () => {
  const { channelId } = await madeChannel(sql, "bob");
  const { userId } = await madeChannel(sql, "eve");
  const id = await madeClip(sql, await madeVideo(sql, channelId), { userId });
  expect(await clipById(sql, { id, askerId: null })).toMatchObject({
    makerLogin: "eve",
    makerName: "EVE",
    login: "bob",
  });
  await sql`DELETE FROM users WHERE id = ${userId}`;
  expect(await clipById(sql, { id, askerId: null })).toMatchObject({ makerLogin: null, userId: null });
});

test("a channel has so many clips at most", async () => {
  const { channelId } = await madeChannel(sql, "carl");
  const videoId = await madeVideo(sql, channelId);
  await sql`
    INSERT INTO clips (id, channel_id, video_id, title, start_ms, duration_ms, first_number, last_number, offset_ms)
    SELECT gen_random_uuid(), ${channelId}, ${videoId}, '', 0, 5000, 0, 2, 0 FROM generate_series(2, ${CLIPS_PER_CHANNEL_MAX})`;
  await madeClip(sql, videoId);
  await expect(madeClip(sql, videoId)).rejects.toThrow("too many");
  const plan = await sql`EXPLAIN SELECT * FROM clips WHERE channel_id = ${channelId} ORDER BY id DESC LIMIT 20`;
  expect(plan.map((row) => row["QUERY PLAN"]).join("\n")).toContain("clips_of_channel");
});

test("views of a clip are its own, and once a day", async () => {
  const { channelId } = await madeChannel(sql, "dora");
  const videoId = await madeVideo(sql, channelId);
  const id = await madeClip(sql, videoId);
  const views = [
    { of: "clip" as const, id, session: "a" },
    { of: "clip" as const, id, session: "b" },
    { of: "video" as const, id: videoId, session: "a" },
  ];
  expect([await countViews(sql, views), await countViews(sql, views)]).toEqual([3, 0]);
  expect((await clipById(sql, { id, askerId: null }))?.views).toBe(2);
  await sql`UPDATE clip_views SET at = at - interval '25 h' WHERE session = 'a'`;
  expect([await forgetOldViews(sql, 10), await countViews(sql, views)]).toEqual([1, 1]);
});
