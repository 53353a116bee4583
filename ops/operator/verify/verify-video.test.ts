import { afterAll, beforeAll, expect, test } from "bun:test";
import { systemClock } from "#runtime/base/clock.ts";
import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import { madeChannel, madeVideo } from "#schema/queries/videos/testing.ts";
import { type TestDatabase, testDatabase } from "#schema/testing.ts";
import { videoKey } from "#schema/wire/video-keys.ts";
import { verifyVideo } from "./verify-video.ts";

let fresh: TestDatabase;
beforeAll(async () => {
  fresh = await testDatabase();
});
afterAll(() => fresh.drop());

/** A video of three segments, a gap and a poster, all as it should be. */
async function setup(login: string) {
  const { sql } = fresh.database;
  const objects = new MemoryObjects(systemClock);
  const { channelId } = await madeChannel(sql, login);
  const id = await madeVideo(sql, channelId, {
    pictures: ["poster"],
    sessions: [{ segments: 2 }, { segments: 1, gaps: 1, afterMs: 500 }],
  });
  const put = (key: string, bytes: Uint8Array) => objects.put(key, bytes, { contentType: "video/mp4" });
  for (const [number, epoch] of [
    [0, 1],
    [1, 1],
    [3, 2],
  ] as const) {
    const bytes = new Uint8Array(1_000).fill(number);
    await put(segment(id, number, epoch), bytes);
    await sql`UPDATE video_segments SET sha256 = ${new Bun.CryptoHasher("sha256").update(bytes).digest()} WHERE video_id = ${id} AND number = ${number}`;
  }
  for (const hash of ["a0", "a1"]) await put(videoKey.init(id, "source", hash), new Uint8Array(700));
  await put(videoKey.poster(id), new Uint8Array(9));
  const verify = (deep = true) => verifyVideo({ sql, objects, videoId: id, deep });
  const faults = async (deep = true) =>
    (await verify(deep))!.faults.map(({ kind, key }) => `${kind} ${key.slice(`videos/${id}/`.length)}`);
  return { sql, objects, id, put, verify, faults };
}
const segment = (id: string, number: number, epoch: number) => videoKey.segment(id, "source", { number, epoch });

test("a video whose rows and objects agree has no faults", async () => {
  const { verify } = await setup("ada");
  expect(await verify()).toEqual({ title: "A title", segments: 3, inits: 2, objects: 6, bytes: 3_000, faults: [] });
});

test("every kind of fault is found, in both directions", async () => {
  const { sql, objects, id, put, faults } = await setup("bob");
  await objects.remove([segment(id, 0, 1), videoKey.init(id, "source", "a1"), videoKey.poster(id)]);
  await put(segment(id, 1, 1), new Uint8Array(999));
  await put(segment(id, 3, 2), new Uint8Array(1_000).fill(77));
  await put(segment(id, 3, 1), new Uint8Array(5));
  await sql`DELETE FROM video_inits WHERE video_id = ${id} AND hash = 'a0'`;
  const found = ["missing source/0-1.m4s", "size source/1-1.m4s", "digest source/3-2.m4s", "init source/ia0.mp4"];
  const rest = ["missing source/ia1.mp4", "missing poster.jpg", "orphan source/3-1.m4s"];
  expect(await faults()).toEqual([...found, ...rest]);
  // Other bytes of the same length are only found by reading them.
  expect(await faults(false)).toEqual([...found.filter((fault) => !fault.startsWith("digest")), ...rest]);
});

test("an unknown video is none", async () => {
  const { faults } = await setup("carl");
  expect(await faults()).toEqual([]);
  expect(
    await verifyVideo({
      ...{ sql: fresh.database.sql, objects: new MemoryObjects(systemClock) },
      videoId: crypto.randomUUID(),
      deep: true,
    }),
  ).toBeNull();
});
