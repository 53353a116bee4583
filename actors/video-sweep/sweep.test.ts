// Deletion and retention on a real PostgreSQL and an object store in memory.

import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import type { Sql } from "#schema/database.ts";
import { deleteUser } from "#schema/queries/accounts/account.ts";
import { clipById, deleteClip } from "#schema/queries/clips/clips.ts";
import { playableClip } from "#schema/queries/clips/playable-clip.ts";
import { markDeleting } from "#schema/queries/videos/deletion.ts";
import { changeChannelLimits } from "#schema/queries/videos/retention.ts";
import { madeChannel, madeClip, madeVideo } from "#schema/queries/videos/testing.ts";
import { type TestDatabase, testDatabase } from "#schema/testing.ts";
import { uploadKey, videoKey } from "#schema/wire/video-keys.ts";
import { sweepVideos } from "./sweep.ts";

let fresh: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  fresh = await testDatabase();
  sql = fresh.database.sql;
});
afterAll(() => fresh.drop());
beforeEach(async () => {
  await sql`DELETE FROM users`;
  await sql`DELETE FROM videos`;
  await sql`DELETE FROM actors`;
});

const log = createLog({ name: "test", level: "silent" });
const type = { contentType: "video/mp4" };
const nothing = { days: 0, bytes: 0 };

function setup() {
  const objects = new MemoryObjects(systemClock);
  const sweep = (retention = nothing, objectsStayMs = 0) =>
    sweepVideos({ sql, objects, clock: systemClock, log, retention, objectsStayMs });
  const store = async (id: string, count: number) => {
    for (let number = 0; number < count; number++)
      await objects.put(videoKey.segment(id, "source", { number, epoch: 1 }), new Uint8Array(1), type);
    await objects.put(videoKey.poster(id), new Uint8Array(1), type);
  };
  return { objects, sweep, store };
}
const videoIds = async () =>
  (await sql`SELECT id FROM videos WHERE status <> 'deleting' ORDER BY id`).map(({ id }) => id as string);
const count = async (table: string) => Number((await sql.unsafe(`SELECT count(*) AS n FROM ${table}`))[0]!.n);

test("a deletion that is killed before or after any of its requests ends in a later sweep, and leaves nothing of it behind", async () => {
  const { objects, sweep, store } = setup();
  const { channelId } = await madeChannel(sql, "ada");
  const [id, other] = [
    await madeVideo(sql, channelId, { sessions: [{ segments: 5_100 }] }),
    await madeVideo(sql, channelId),
  ];
  await store(id, 1_500);
  await store(other, 2);
  await objects.put(uploadKey(id), new Uint8Array(1), type);
  await objects.uploads.begin(uploadKey(id), type);
  await markDeleting(sql, id);
  const asked = new Map<string, number>();
  let kills = 0;
  // Each kind of request fails once before and once after it took effect, then works once, and so on.
  objects.fault = (name) => {
    const turn = (asked.get(name) ?? 0) % 3;
    asked.set(name, turn + 1);
    if (turn === 2) return undefined;
    kills++;
    return turn === 0 ? "before" : "after";
  };
  for (let sweeps = 0; sweeps < 200 && (await count("videos")) > 1; sweeps++) await sweep().catch(() => {});
  objects.fault = () => undefined;
  expect(kills).toBeGreaterThan(5);
  expect([...objects.stored.keys()].filter((key) => key.includes(id))).toEqual([]);
  expect(await objects.uploads.pending("uploads/")).toEqual([]);
  expect([await videoIds(), await count("video_segments"), objects.stored.size]).toEqual([[other], 10, 3]);
});

test("the rows stay until every object is gone, and the objects while players may have the playlist", async () => {
  const { objects, sweep, store } = setup();
  const { channelId } = await madeChannel(sql, "bob");
  const id = await madeVideo(sql, channelId);
  await store(id, 3);
  await markDeleting(sql, id);
  await sweep(nothing, 60_000);
  expect([objects.stored.size, await count("video_segments")]).toEqual([4, 10]);
  objects.fault = (name) => (name === "remove" ? "before" : undefined);
  await expect(sweep()).rejects.toThrow();
  expect([await count("videos"), await count("video_segments")]).toEqual([1, 10]);
  objects.fault = () => undefined;
  expect(await sweep()).toBe("done");
  expect([objects.stored.size, await count("videos")]).toEqual([0, 0]);
});

test("a channel that goes, whoever deletes it, leaves tombstones; their objects, rows and actors go by the same way", async () => {
  const { objects, sweep, store } = setup();
  const [ada, bob] = [await madeChannel(sql, "ada"), await madeChannel(sql, "bob")];
  const gone = [
    await madeVideo(sql, ada.channelId, { failure: { code: "x", detail: "Of Ada." } }),
    await madeVideo(sql, ada.channelId, { status: "recording" }),
  ];
  const stays = await madeVideo(sql, bob.channelId);
  for (const id of [...gone, stays]) {
    await store(id, 3);
    await sql`INSERT INTO actors (kind, key, epoch) VALUES ('video', ${id}, 1)`;
  }
  expect(await deleteUser(sql, { userId: ada.userId, holdMs: 0 })).toEqual([]);
  const tombs = await sql`SELECT id, channel_id, title, failure FROM videos WHERE status = 'deleting' ORDER BY id`;
  expect([...tombs]).toEqual(gone.map((id) => ({ id, channel_id: null, title: "", failure: null })));
  await sweep(nothing, 60_000);
  expect(objects.stored.size).toBe(12);
  expect(await sweep()).toBe("done");
  expect([await videoIds(), await count("video_segments"), objects.stored.size]).toEqual([[stays], 10, 4]);
  expect([...(await sql`SELECT key FROM actors WHERE kind = 'video'`)]).toEqual([{ key: stays }]);
});

test("a running recording is neither deleted nor retired, and who is asked twice deletes once", async () => {
  const { sweep } = setup();
  const { channelId } = await madeChannel(sql, "carl");
  const id = await madeVideo(sql, channelId, { status: "recording", createdAt: new Date(0), bytes: 9_000 });
  expect(await markDeleting(sql, id)).toBe(false);
  await sweep({ days: 1, bytes: 1 });
  expect(await videoIds()).toEqual([id]);
  await sql`UPDATE videos SET status = 'ready'`;
  expect([
    await markDeleting(sql, id),
    await markDeleting(sql, id),
    await markDeleting(sql, crypto.randomUUID()),
  ]).toEqual([true, true, false]);
});

test("videos are kept for so many days, by the stricter of channel and instance; pinned ones for ever", async () => {
  const { sweep } = setup();
  const { channelId } = await madeChannel(sql, "dora");
  const aged = (days: number, pinned = false) => {
    const finishedAt = new Date(Date.now() - days * 86_400_000);
    return madeVideo(sql, channelId, { finishedAt, pinned, sessions: [{ segments: 1 }] });
  };
  const [pinned, ancient, older, young] = [await aged(9_000, true), await aged(40), await aged(20), await aged(5)];
  const kept = async (instance: number, channel: number | null) => {
    await changeChannelLimits(sql, channelId, { days: channel });
    await sweep({ days: instance, bytes: 0 }, 60_000);
    return videoIds();
  };
  const all = [pinned, ancient, older, young];
  for (const [instance, channel] of [
    [0, 0],
    [0, null],
    [Number.MAX_SAFE_INTEGER, null],
    [0, Number.MAX_SAFE_INTEGER],
  ] as const)
    expect(await kept(instance, channel)).toEqual(all);
  expect(await kept(30, 0)).toEqual([pinned, older, young]);
  expect(await kept(30, 365)).toEqual([pinned, older, young]);
  expect(await kept(365, 10)).toEqual([pinned, young]);
});

test("of a channel with too many bytes the oldest videos go, until the rest fits; pinned ones stay and count", async () => {
  const { sweep } = setup();
  const [{ channelId }, other] = [await madeChannel(sql, "eve"), await madeChannel(sql, "fred")];
  const sized = (bytes: number, pinned = false, of = channelId) => madeVideo(sql, of, { bytes, pinned, sessions: [] });
  const [first, pinned, third, fourth] = [await sized(100), await sized(100, true), await sized(100), await sized(100)];
  const elsewhere = await sized(5_000, false, other.channelId);
  await changeChannelLimits(sql, channelId, { bytes: 300 });
  await sweep(nothing, 60_000);
  expect(await videoIds()).toEqual([pinned, third, fourth, elsewhere]);
  await changeChannelLimits(sql, channelId, { bytes: 0 });
  await sweep({ days: 0, bytes: Number.MAX_SAFE_INTEGER }, 60_000);
  expect(await videoIds()).toEqual([pinned, third, fourth, elsewhere]);
  await sweep({ days: 0, bytes: 150 }, 60_000);
  expect(await videoIds()).toEqual([pinned, fourth]);
  expect(first).not.toBe(third);
});

test("retention leaves a video's clips what they need, and the last one of them takes it along", async () => {
  const { objects, sweep, store } = setup();
  const { channelId } = await madeChannel(sql, "gwen");
  const id = await madeVideo(sql, channelId, { finishedAt: new Date(0), storyboard: null, pictures: ["poster"] });
  await store(id, 10);
  const init = videoKey.init(id, "source", "a0");
  for (const key of [init, videoKey.init(id, "source", "ffff"), videoKey.storyboard(id, 0)])
    await objects.put(key, new Uint8Array(1), type);
  const first = await madeClip(sql, id);
  const second = await madeClip(sql, id, { firstNumber: 8, lastNumber: 9 });
  const numbers = async () =>
    (await sql`SELECT number FROM video_segments ORDER BY number`).map(({ number }) => number);
  const keys = () => [...objects.stored.keys()].sort();
  const pictureOf = (clip: string) => videoKey.clipThumbnail(id, clip, 320);
  for (const clip of [first, second]) await objects.put(pictureOf(clip), new Uint8Array(1), type);
  const keysOf = (clips: string[], ...kept: number[]) => {
    const segments = kept.map((number) => videoKey.segment(id, "source", { number, epoch: 1 }));
    return [...segments, ...clips.map(pictureOf), init, videoKey.poster(id)].sort();
  };

  expect(await sweep({ days: 1, bytes: 0 })).toBe("done");
  expect([await numbers(), keys()]).toEqual([[2, 3, 4, 5, 8, 9], keysOf([first, second], 2, 3, 4, 5, 8, 9)]);
  expect(await clipById(sql, { id: first, askerId: null })).toMatchObject({ videoGone: true, startMs: 4_500 });
  expect((await playableClip(sql, first))?.renditions.length).toBe(1);
  objects.fault = () => "before"; // What is left is not looked at again.
  expect(await sweep()).toBe("done");
  objects.fault = () => undefined;

  await deleteClip(sql, second);
  await sweep();
  expect([await numbers(), keys()]).toEqual([[2, 3, 4, 5], keysOf([first], 2, 3, 4, 5)]);
  await deleteClip(sql, first);
  await sweep();
  expect([await count("videos"), await numbers(), keys()]).toEqual([0, [], []]);
});

test("whoever deletes a video deletes its clips, and no clip is made of it any more", async () => {
  const { channelId } = await madeChannel(sql, "hugo");
  const [id, other] = [await madeVideo(sql, channelId), await madeVideo(sql, channelId)];
  const [clip, kept] = [await madeClip(sql, id), await madeClip(sql, other)];
  await markDeleting(sql, id);
  expect(await clipById(sql, { id: clip, askerId: null })).toBeNull();
  expect(await clipById(sql, { id: kept, askerId: null })).not.toBeNull();
  await expect(madeClip(sql, id)).rejects.toThrow("gone");
});

test("recordings from before there were pictures get an actor that draws them, some in each sweep, each once", async () => {
  const { sweep } = setup();
  const { channelId } = await madeChannel(sql, "eve");
  const undrawn: string[] = [];
  for (let i = 0; i < 7; i++) undrawn.push(await madeVideo(sql, channelId, { sessions: [{ segments: 1 }] }));
  const others = [
    await madeVideo(sql, channelId, { status: "recording" }),
    await madeVideo(sql, channelId, { pictures: ["poster", "thumbnail"] }),
    await madeVideo(sql, channelId, { bytes: 0, sessions: [{ segments: 0 }], renditions: {} }),
    await madeVideo(sql, channelId, { kind: "upload" }),
  ];
  const givenUp = await madeVideo(sql, channelId);
  await sql`INSERT INTO actors (kind, key, epoch, wake_at) VALUES ('video', ${givenUp}, 3, NULL)`;
  const woken = async () =>
    (
      await sql<{ key: string }[]>`
      SELECT key FROM actors WHERE kind = 'video' AND epoch = 0 AND wake_at <= now() ORDER BY key DESC`
    ).map(({ key }) => key);
  await sweep();
  expect(await woken()).toEqual(undrawn.slice(2).reverse());
  await sweep();
  expect(await woken()).toEqual(undrawn.toReversed());
  await sql`UPDATE actors SET wake_at = NULL, epoch = 1 WHERE kind = 'video'`;
  await sweep();
  expect(await woken()).toEqual([]);
  expect(await videoIds()).toEqual([...undrawn, ...others, givenUp].sort());
});
