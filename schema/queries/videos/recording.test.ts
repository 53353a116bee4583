// Owners of a channel write one recording, one after the other and at the same time, on a real PostgreSQL.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { standFor, type TestDatabase, testDatabase } from "#schema/testing.ts";
import { retireEmpty } from "./deletion.ts";
import { fillHole, holeBefore } from "./holes.ts";
import {
  beginRecording,
  finishRecording,
  retotalRecording,
  type SegmentEntry,
  supersede,
  writeInit,
  writeRenditions,
  writeSegment,
} from "./recording.ts";
import { listedVideos } from "./videos.ts";

let fresh: TestDatabase;
beforeAll(async () => {
  fresh = await testDatabase();
});
afterAll(() => fresh.drop());

/** A channel whose actor has epoch 1. */
async function channel({ visibility = "public", record = true } = {}) {
  const { sql } = fresh.database;
  const [userId, channelId, videoId] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
  const login = `u${userId.slice(0, 8)}`;
  await sql`INSERT INTO users (id, login, email, display_name, password_hash) VALUES (${userId}, ${login}, ${`${login}@x.y`}, ${login}, 'x')`;
  await sql`INSERT INTO channels (id, user_id, title, visibility, record) VALUES (${channelId}, ${userId}, 'A title', ${visibility}, ${record})`;
  await standFor(fresh.database, channelId);
  const owner = (epoch: number) => ({ videoId, channelId, epoch });
  return {
    sql,
    channelId,
    videoId,
    owner,
    begin: (epoch: number, firstNumber = 0) => beginRecording(sql, { ...owner(epoch), firstNumber }),
    /** The next owner has claimed the channel. */
    claim: () => sql`UPDATE actors SET epoch = epoch + 1 WHERE kind = 'channel' AND key = ${channelId}`,
    write: (segment: SegmentEntry) => writeSegment(sql, videoId, segment),
    rows: () => sql<{ number: number; epoch: number; init: string | null; at: number; ms: number }[]>`
      SELECT number, epoch, init_hash AS init, at_ms AS at, duration_ms AS ms FROM video_segments
      WHERE video_id = ${videoId} ORDER BY rendition, number`,
    video: async () => (await sql`SELECT * FROM videos WHERE id = ${videoId}`)[0],
  };
}

const DATE_MS = 1_800_000_000_000;
const media = (number: number, epoch: number, rendition = "source"): SegmentEntry => ({
  ...{ rendition, number, epoch, atMs: DATE_MS + number * 2_000, durationMs: 2_000, discontinuity: false, keyed: true },
  media: { initHash: `of ${epoch}`, bytes: 1_000, sha256: new Uint8Array(32).fill(number) },
});
const gap = (number: number, epoch: number): SegmentEntry => ({ ...media(number, epoch), keyed: false, media: null });

test("a recording begins with its first owner, by the channel's title and visibility", async () => {
  const open = await channel();
  expect(await open.begin(1)).toBe("kept");
  expect(await open.begin(1)).toBe("kept");
  expect(await open.video()).toMatchObject({
    kind: "recording",
    status: "recording",
    title: "A title",
    visibility: "public",
  });
  const behindAPassword = await channel({ visibility: "password" });
  await behindAPassword.begin(1);
  expect((await behindAPassword.video())?.visibility).toBe("private");
});

test("nothing is begun for a channel that does not want it, nor by who does not own it", async () => {
  const unwanted = await channel({ record: false });
  expect([await unwanted.begin(1), await unwanted.video()]).toEqual(["not kept", undefined]);
  const changedItsMind = await channel();
  await changedItsMind.begin(1);
  await changedItsMind.sql`UPDATE channels SET record = false WHERE id = ${changedItsMind.channelId}`;
  await changedItsMind.claim();
  expect(await changedItsMind.begin(2, 5)).toBe("kept");
  const other = await channel();
  expect([await other.begin(2), await other.video()]).toEqual(["replaced", undefined]);
});

test("an owner that was replaced adds what lies below its successor's numbers, and nothing else", async () => {
  const { begin, claim, write, rows } = await channel();
  await begin(1);
  for (const number of [0, 1]) await write(media(number, 1));
  await write(media(7, 1)); // Nobody has seen it: the successor has this number, too.
  await claim();
  expect(await begin(2, 5)).toBe("kept");
  expect((await rows()).map(({ number }) => number)).toEqual([0, 1]);
  expect([await write(media(2, 1)), await write(media(5, 1)), await write(media(6, 2))]).toEqual([true, false, true]);
  expect((await rows()).map(({ number, epoch }) => [number, epoch])).toEqual([
    [0, 1],
    [1, 1],
    [2, 1],
    [6, 2],
  ]);
});

test("a row that is written while the successor begins is there before it, and removed, or refused", async () => {
  for (let i = 0; i < 20; i++) {
    const { begin, claim, write, rows } = await channel();
    await begin(1);
    await claim();
    const numbers = Array.from({ length: 12 }, (_, number) => number);
    await Promise.all([begin(2, 6), ...numbers.map((number) => write(media(number, 1)))]);
    expect((await rows()).map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5]);
  }
});

test("media that another owner has filled in are not written again, and their own owner may repeat them", async () => {
  const { begin, claim, write, rows } = await channel();
  await begin(1);
  await claim();
  await begin(2, 5);
  expect(await write(media(3, 2))).toBe(true);
  expect([await write(media(3, 1)), await write(media(3, 2)), await write(gap(3, 1))]).toEqual([false, true, false]);
  expect((await rows()).map(({ number, epoch }) => [number, epoch])).toEqual([[3, 2]]);
});

test("media take the place of a gap, and a gap never that of media", async () => {
  const { begin, write, rows } = await channel();
  await begin(1);
  await write(gap(0, 1));
  await write(media(0, 1));
  await write(gap(0, 1));
  expect((await rows()).map(({ init }) => init)).toEqual(["of 1"]);
});

test("the end of a recording marks the numbers that nobody has, and counts once", async () => {
  const { sql, begin, write, rows, owner, video, videoId } = await channel();
  await begin(1);
  for (const number of [3, 4, 8]) await write(media(number, 1));
  await writeInit(sql, videoId, { rendition: "source", hash: "of 1", bytes: 700 });
  await writeRenditions(sql, videoId, {
    targetDurationMs: 2_000,
    renditions: [
      {
        name: "source",
        codecs: ["avc1.42c01e"],
        width: 320,
        height: 180,
        fps: 30,
        bandwidth: 9_000,
        averageBandwidth: null,
      },
    ],
  });
  expect(await finishRecording(sql, owner(1))).toBe(true);
  expect((await rows()).map(({ number, init, at, ms }) => [number, init !== null, at - DATE_MS, ms])).toEqual([
    [3, true, 6_000, 2_000],
    [4, true, 8_000, 2_000],
    [5, false, 10_000, 2_000],
    [6, false, 12_000, 2_000],
    [7, false, 14_000, 2_000],
    [8, true, 16_000, 2_000],
  ]);
  const finished = await video();
  expect(finished).toMatchObject({ status: "ready", duration_ms: 12_000, bytes: 3_000, target_duration_ms: 2_000 });
  expect(await finishRecording(sql, owner(1))).toBe(true);
  expect((await video())?.finished_at).toEqual(finished?.finished_at);
  // What waited in a spool comes after the end.
  expect(await write(media(6, 1))).toBe(true);
  expect((await rows()).map(({ init }) => init !== null)).toEqual([true, true, false, true, false, true]);
});

test("a recording without media is no video", async () => {
  const { sql, begin, write, owner, video } = await channel();
  await begin(1);
  await write(gap(0, 1));
  await finishRecording(sql, owner(1));
  expect(await video()).toBeUndefined();
});

test("a recording whose owners left all of it in their spools stays, is in no list, and is counted when it comes", async () => {
  const { sql, channelId, begin, claim, write, owner, video, videoId } = await channel();
  const listed = async (keeps: boolean) =>
    (await listedVideos(sql, { channelId, askerId: null, keeps, words: null, beforeId: null, limit: 9 })).length;
  await begin(1);
  await claim();
  await begin(2, 5);
  expect(await finishRecording(sql, owner(2))).toBe(true);
  expect(await video()).toMatchObject({ status: "ready", bytes: 0, started_at: null });
  expect([await listed(false), await listed(true)]).toEqual([0, 1]);
  const actor = () => sql`SELECT 1 FROM actors WHERE kind = 'video' AND key = ${videoId}`;
  expect((await actor()).count).toBe(0);
  for (const number of [0, 1, 3]) expect(await write(media(number, 1))).toBe(true);
  await retotalRecording(sql, videoId);
  expect(await video()).toMatchObject({ bytes: 3_000, duration_ms: 8_000, started_at: new Date(DATE_MS) });
  expect([await listed(false), (await actor()).count]).toEqual([1, 1]);
  expect(await retireEmpty(sql, { olderThanMs: 0, limit: 9 })).toBe(0);
});

test("a recording that runs is not counted, and one without media is removed in the end", async () => {
  const running = await channel();
  await running.begin(1);
  await running.write(media(0, 1));
  await running.write(media(2, 1));
  await retotalRecording(running.sql, running.videoId);
  expect([(await running.rows()).length, (await running.video())?.bytes]).toEqual([2, 0]);
  const { sql, begin, claim, owner, video } = await channel();
  await begin(1);
  await claim();
  await begin(2);
  await finishRecording(sql, owner(2));
  expect(await retireEmpty(sql, { olderThanMs: 60_000, limit: 9 })).toBe(0);
  expect([await retireEmpty(sql, { olderThanMs: 0, limit: 9 }), (await video())?.status]).toEqual([1, "deleting"]);
});

test("only the owner ends a recording", async () => {
  const { sql, begin, claim, write, owner, video } = await channel();
  await begin(1);
  await write(media(0, 1));
  await claim();
  expect(await finishRecording(sql, owner(1))).toBe(false);
  expect((await video())?.status).toBe("recording");
});

test("a hole is what lies between the last media and a segment, and is filled as one", async () => {
  const { sql, begin, claim, write, rows, videoId } = await channel();
  await begin(1);
  for (const number of [0, 1]) await write(media(number, 1));
  expect(await holeBefore(sql, videoId, { rendition: "source", number: 1 })).toBeNull();
  expect(await holeBefore(sql, videoId, { rendition: "source", number: 0 })).toBeNull();
  await claim();
  await begin(2, 6);
  for (const number of [4, 5]) await write(gap(number, 2));
  await write(media(6, 2));
  const hole = await holeBefore(sql, videoId, { rendition: "source", number: 6 });
  const at = (number: number) => ({ number, atMs: DATE_MS + number * 2_000 });
  expect(hole).toEqual({ after: 1, fromMs: DATE_MS + 4_000, marked: [at(4), at(5)] });
  const place = { rendition: "source", after: 1, before: 6 };
  expect(
    await fillHole(
      sql,
      videoId,
      place,
      [2, 3, 4, 5].map((number) => media(number, 2)),
    ),
  ).toBe(true);
  expect((await rows()).map(({ number, init }) => [number, init])).toEqual([
    [0, "of 1"],
    [1, "of 1"],
    ...[2, 3, 4, 5, 6].map((number) => [number, "of 2"]),
  ]);
  expect(await holeBefore(sql, videoId, { rendition: "source", number: 6 })).toBeNull();
});

test("a hole into which a spool has written, or whose numbers a later owner has, stays as it is", async () => {
  const { sql, begin, claim, write, rows, videoId } = await channel();
  await begin(1);
  await write(media(0, 1));
  await claim();
  await begin(2, 4);
  await write(media(4, 2));
  await write(media(2, 1)); // It waited in the spool of the owner before.
  const place = { rendition: "source", after: 0, before: 4 };
  expect(
    await fillHole(
      sql,
      videoId,
      place,
      [1, 2, 3].map((number) => media(number, 2)),
    ),
  ).toBe(false);
  expect((await rows()).map(({ number }) => number)).toEqual([0, 2, 4]);
  await claim();
  await begin(3, 2);
  expect(await fillHole(sql, videoId, { ...place, after: 2, before: 4 }, [media(3, 2)])).toBe(false);
  expect(await fillHole(sql, crypto.randomUUID(), place, [media(1, 2)])).toBe(false);
});

test("what an owner made at a time from which its successor has media is there once", async () => {
  const { sql, videoId, begin, claim, write, rows } = await channel();
  await begin(1);
  for (const number of [0, 1, 2]) await write(media(number, 1));
  await claim();
  await begin(2, 6);
  const numbers = async () => (await rows()).map(({ number }) => number);
  expect(await numbers()).toEqual([0, 1, 2]);
  const again = { ...media(6, 2), atMs: media(2, 1).atMs + 3 };
  expect(await write(again)).toBe(true);
  await supersede(sql, videoId, again);
  expect(await numbers()).toEqual([0, 1, 6]);
  expect(await write(media(3, 1))).toBe(false);
  expect(await write(media(2, 1))).toBe(false);
  expect(await write({ ...media(5, 1), atMs: again.atMs - 1_000 })).toBe(true); // From its spool: nobody else has it.
  expect(await numbers()).toEqual([0, 1, 5, 6]);
});
