// The orphan sweep on a real PostgreSQL and an object store in memory.

import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import type { Sql } from "#schema/database.ts";
import { madeChannel, madeVideo, segmentRows } from "#schema/queries/videos/testing.ts";
import { type TestDatabase, testDatabase } from "#schema/testing.ts";
import { uploadKey, videoKey } from "#schema/wire/video-keys.ts";
import { ORPHAN_AGE_MS } from "./parts.ts";
import { BEGINNING, type Place, step } from "./walk.ts";

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
});

const type = { contentType: "video/mp4" };

function setup() {
  const clock = new ManualClock();
  const objects = new MemoryObjects(clock);
  const reports: object[] = [];
  const log = { info() {}, error: (fields: object) => void reports.push(fields) };
  const parts = { sql, objects, log, nowMs: () => clock.wallMs() };
  const put = (key: string, bytes = 1) => objects.put(key, new Uint8Array(bytes), type);
  /** All that the rows of `madeVideo` name. */
  const store = async (id: string, sessions = [{ segments: 10 }]) => {
    for (const row of segmentRows(id, "source", sessions))
      if (row.initHash) {
        await put(videoKey.segment(id, "source", row), 1_000);
        await put(videoKey.init(id, "source", row.initHash), 700);
      }
  };
  /** Whoever walks may be killed at each place: what is left of it is its JSON. */
  const walk = async () => {
    const places: Place[] = [];
    for (let place: Place | null = BEGINNING; place; place = await step(parts, JSON.parse(JSON.stringify(place))))
      places.push(place);
    return places;
  };
  const aged = () => clock.advance(ORPHAN_AGE_MS + 1);
  const keys = () => [...objects.stored.keys()].sort();
  return { objects, parts, put, store, walk, aged, keys, reports };
}

test("what belongs to no video goes when it is a day old, and keys of others stay", async () => {
  const { put, walk, aged, keys, objects } = setup();
  const { channelId } = await madeChannel(sql, "ada");
  const [stranger, other] = [Bun.randomUUIDv7(), Bun.randomUUIDv7()];
  const awaited = await madeVideo(sql, channelId, { kind: "upload", status: "uploading", sessions: [] });
  const ready = await madeVideo(sql, channelId, { kind: "upload", sessions: [] });
  const foreign = [`pictures/${stranger}/0f-64.webp`, "people/x/picture.webp", "videos/notes.txt", "uploads/notes.txt"];
  const strange = [videoKey.poster(stranger), `videos/${stranger}/file.mp4`, `videos/${stranger}/what/ever.bin`];
  for (const key of [...foreign, ...strange, uploadKey(stranger), uploadKey(awaited), uploadKey(ready)]) await put(key);
  for (const id of [stranger, awaited]) await objects.uploads.begin(uploadKey(id), type);
  await walk();
  expect(keys()).toHaveLength(10);
  await aged();
  await put(videoKey.poster(other));
  await walk();
  expect(keys()).toEqual([...foreign, uploadKey(awaited), videoKey.poster(other)].sort());
  expect((await objects.uploads.pending("uploads/")).map(({ key }) => key)).toEqual([uploadKey(awaited)]);
});

test("of a video, what no row names goes, and its owner's poster or what has an unknown name stays", async () => {
  const { put, store, walk, aged, keys } = setup();
  const { channelId } = await madeChannel(sql, "bob");
  const id = await madeVideo(sql, channelId, { pictures: ["poster"] });
  await store(id);
  const kept = [videoKey.poster(id), `${videoKey.ownPosterStem(id, "0f")}-320.webp`, `videos/${id}/notes.txt`];
  for (const key of kept) await put(key);
  const before = keys();
  for (const epoch of [2, 3]) await put(videoKey.segment(id, "source", { number: 4, epoch }));
  for (const key of [videoKey.init(id, "source", "ff"), videoKey.thumbnail(id, 320), videoKey.storyboard(id, 0)])
    await put(key);
  await walk();
  expect(keys()).toHaveLength(before.length + 5);
  await aged();
  await walk();
  expect(keys()).toEqual(before);
});

test("what still runs is left alone, with all that it has stored", async () => {
  const { put, walk, aged, keys } = setup();
  const { channelId } = await madeChannel(sql, "carl");
  const ids = await Promise.all(
    (["recording", "processing", "uploading", "deleting"] as const).map((status) =>
      madeVideo(sql, channelId, { status }),
    ),
  );
  for (const id of ids) await put(videoKey.segment(id, "source", { number: 99, epoch: 9 }));
  await aged();
  await walk();
  expect(keys()).toHaveLength(4);
});

test("rows whose object is missing or has other bytes are reported, and stay", async () => {
  const { objects, put, store, walk, reports } = setup();
  const { channelId } = await madeChannel(sql, "dora");
  const [whole, id, empty] = [
    await madeVideo(sql, channelId),
    await madeVideo(sql, channelId, { pictures: ["thumbnail"] }),
    await madeVideo(sql, channelId, { sessions: [{ segments: 2 }] }),
  ];
  for (const one of [whole, id]) await store(one);
  await put(videoKey.thumbnail(id, 320));
  await objects.remove([videoKey.segment(id, "source", { number: 3, epoch: 1 })]);
  await put(videoKey.segment(id, "source", { number: 4, epoch: 1 }), 999);
  await walk();
  expect(reports).toEqual([
    { video: id, missing: 3, of: 13 },
    { video: empty, missing: 3, of: 3 },
  ]);
  const [{ n }] = (await sql`SELECT count(*) AS n FROM video_segments`) as unknown as [{ n: number }];
  expect(n).toBe(22);
});

test("each step looks at one page, and a walk through many objects goes on from any place", async () => {
  const { put, store, walk, aged, keys, reports } = setup();
  const { channelId } = await madeChannel(sql, "eve");
  const long = [{ segments: 2_500 }];
  const id = await madeVideo(sql, channelId, { sessions: long });
  await store(id, long);
  const before = keys();
  const strangers = [Bun.randomUUIDv7(), Bun.randomUUIDv7()];
  for (const stranger of strangers)
    for (let number = 0; number < 1_200; number++)
      await put(videoKey.segment(stranger, "source", { number, epoch: 1 }));
  for (let number = 0; number < 1_100; number++) await put(videoKey.segment(id, "source", { number, epoch: 7 }));
  await aged();
  const places = await walk();
  expect(keys()).toEqual(before);
  expect(reports).toEqual([]);
  expect(places.filter((place) => place.in === "rows")).toHaveLength(1 + 4 + 1);
  // Of the long video only the first page was looked at in the search for strangers.
  expect(places.filter((place) => place.in === "videos").length).toBeLessThanOrEqual(5);
});

test("a walk that fails before or after any of its requests is made again from the same place, and ends", async () => {
  const { objects, parts, put, store, aged, keys } = setup();
  const { channelId } = await madeChannel(sql, "fred");
  const id = await madeVideo(sql, channelId);
  await store(id);
  const before = keys();
  await put(videoKey.poster(Bun.randomUUIDv7()));
  await put(videoKey.segment(id, "source", { number: 1, epoch: 5 }));
  await aged();
  // Each kind of request fails once before and once after it took effect, then works once, and so on.
  const asked = new Map<string, number>();
  objects.fault = (name) => {
    const turn = asked.get(name) ?? 0;
    asked.set(name, turn + 1);
    return (["before", "after", undefined] as const)[turn % 3];
  };
  let failures = 0;
  for (let place: Place | null = BEGINNING; place; )
    place = await step(parts, place).catch(() => {
      failures++;
      return place;
    });
  expect(failures).toBeGreaterThan(4);
  objects.fault = () => undefined;
  expect(keys()).toEqual(before);
});
