// Highlights on a real PostgreSQL and an object store in memory: what is copied, and what failures, kills and deletions leave.

import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { systemClock } from "#runtime/base/clock.ts";
import { KeyedSemaphore } from "#runtime/base/keyed-semaphore.ts";
import { createLog } from "#runtime/base/log.ts";
import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import type { Sql } from "#schema/database.ts";
import { markDeleting } from "#schema/queries/videos/deletion.ts";
import { beginHighlight, type HighlightPart } from "#schema/queries/videos/highlights.ts";
import { playableVideo } from "#schema/queries/videos/playable.ts";
import { segmentsAfter } from "#schema/queries/videos/segments.ts";
import { DATE_MS, madeChannel, madeVideo } from "#schema/queries/videos/testing.ts";
import { videoTask } from "#schema/queries/videos/uploads.ts";
import { videoById } from "#schema/queries/videos/videos.ts";
import { type TestDatabase, testDatabase } from "#schema/testing.ts";
import { videoKey } from "#schema/wire/video-keys.ts";
import { startCopying } from "./copying.ts";

let fresh: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  fresh = await testDatabase();
  sql = fresh.database.sql;
});
afterAll(() => fresh.drop());
beforeEach(async () => {
  await sql`DELETE FROM users`;
  await sql`DELETE FROM actors`;
});

const log = createLog({ name: "test", level: "silent" });
const type = { contentType: "video/mp4" };
const NO_LIMITS = { countMax: 0, bytesMax: 0 };
const EPOCH = 7;

/** A recording of two sessions, ten and six segments; a rung that begins with number 4, and one that only the second session has. */
async function setup(parts: HighlightPart[], limits = NO_LIMITS) {
  const { channelId } = await madeChannel(sql, "ada");
  const objects = new MemoryObjects(systemClock);
  const sourceId = await madeVideo(sql, channelId, {
    sessions: [{ segments: 10 }, { segments: 6, afterMs: 5_000 }],
    renditions: { "480p": [{ segments: 0 }], "240p": [{ segments: 0 }] },
  });
  for (const [name, first] of [
    ["480p", 4],
    ["240p", 12],
  ] as const) {
    await sql`
      INSERT INTO video_segments (video_id, rendition, number, epoch, at_ms, duration_ms, discontinuity, keyed, init_hash, bytes, sha256)
      SELECT video_id, ${name}, number, epoch, at_ms, duration_ms, discontinuity, true, init_hash, 100, sha256 FROM video_segments
      WHERE video_id = ${sourceId} AND rendition = 'source' AND number >= ${first}`;
    await sql`
      INSERT INTO video_inits (video_id, rendition, hash, bytes)
      SELECT video_id, ${name}, hash, bytes FROM video_inits WHERE video_id = ${sourceId} AND rendition = 'source'`;
  }
  const rows = await sql<{ rendition: string; number: number; epoch: number; initHash: string }[]>`
    SELECT rendition, number, epoch, init_hash AS "initHash" FROM video_segments WHERE video_id = ${sourceId}`;
  for (const { rendition, initHash, ...segment } of rows) {
    const body = new TextEncoder().encode(`${rendition} ${segment.number}`);
    await objects.put(videoKey.segment(sourceId, rendition, segment), body, type);
    await objects.put(videoKey.init(sourceId, rendition, initHash), new TextEncoder().encode(initHash), type);
  }
  const videoId = Bun.randomUUIDv7();
  const made = { videoId, channelId, sourceId, title: "The best", visibility: "public", parts };
  const begun = await beginHighlight(sql, made, limits);
  const own = (epoch: number) => sql`UPDATE actors SET epoch = ${epoch} WHERE kind = 'video' AND key = ${videoId}`;
  await own(EPOCH);
  const turns = new KeyedSemaphore({ concurrentMax: 1, waitingMax: 9, full: () => new Error("full") });
  const copy = (epoch = EPOCH) => startCopying({ videoId, epoch }, { parts: { sql, objects, turns }, log }).end;
  const keysOf = (id: string) => [...objects.stored.keys()].filter((key) => key.includes(id));
  return { objects, sourceId, videoId, begun, own, copy, keysOf };
}

const TWO_PARTS = [
  { firstNumber: 2, lastNumber: 5 },
  { firstNumber: 9, lastNumber: 12 },
];

test("its segments are those of the parts, in one count of numbers, with a discontinuity where parts meet and where sessions do", async () => {
  const { objects, videoId, begun, copy } = await setup(TWO_PARTS);
  expect(begun).toBe("begun");
  expect(await videoTask(sql, videoId)).toEqual({ type: "highlight" });
  expect(await copy()).toEqual({ type: "copied" });
  expect(await videoTask(sql, videoId)).toEqual({ type: "pictures" });
  const read = (rendition: string) => segmentsAfter(sql, { videoId, rendition, after: -1, limit: 99 });
  const source = await read("source");
  expect(source.map(({ number, atMs, discontinuity }) => [number, atMs - DATE_MS, discontinuity])).toEqual([
    ...[2, 3, 4, 5].map((from, number) => [number, from * 2_000, false]),
    [4, 18_000, true],
    [5, 25_000, true],
    [6, 27_000, false],
    [7, 29_000, false],
  ]);
  const bodies = source.map(({ number, epoch }) => {
    const { bytes } = objects.stored.get(videoKey.segment(videoId, "source", { number, epoch }))!;
    return new TextDecoder().decode(bytes);
  });
  expect(bodies).toEqual([2, 3, 4, 5, 9, 10, 11, 12].map((number) => `source ${number}`));
  expect(source.every(({ initHash }) => objects.stored.has(videoKey.init(videoId, "source", initHash!)))).toBe(true);
  // What begins later begins with gaps, at the same numbers and with the same discontinuities.
  for (const rendition of ["480p", "240p"]) {
    const rows = await read(rendition);
    expect(rows.map(({ number, discontinuity }) => [number, discontinuity])).toEqual(
      source.map(({ number, discontinuity }) => [number, discontinuity]),
    );
    expect(rows.filter(({ initHash }) => initHash !== null).map(({ number }) => number)).toEqual(
      rendition === "480p" ? [2, 3, 4, 5, 6, 7] : [7],
    );
  }
  expect(await videoById(sql, { id: videoId, askerId: null })).toMatchObject({
    ...{ kind: "highlight", status: "ready", title: "The best", pinned: true, durationMs: 16_000, failure: null },
    ...{ bytes: 8 * 1_000 + 7 * 100, startedAt: new Date(DATE_MS + 4_000) },
  });
  expect((await playableVideo(sql, videoId))!.renditions.map(({ name }) => name)).toEqual(["source", "480p", "240p"]);
});

test("a rendition that is in none of the parts is left out", async () => {
  const { videoId, copy, keysOf } = await setup([{ firstNumber: 0, lastNumber: 3 }]);
  await copy();
  expect((await playableVideo(sql, videoId))!.renditions.map(({ name }) => name)).toEqual(["source"]);
  expect(keysOf(videoId).filter((key) => key.includes("480p"))).toEqual([]);
});

test("whatever request fails, before or after it took effect, a later try ends with the same", async () => {
  const { objects, videoId, copy, keysOf } = await setup(TWO_PARTS);
  let [requests, kills] = [0, 0];
  objects.fault = () => {
    if (requests++ % 4 !== 3) return undefined;
    return kills++ % 2 === 0 ? "before" : "after";
  };
  let end = await copy();
  expect(end).toEqual({ type: "broke" });
  expect((await videoById(sql, { id: videoId, askerId: null }))!.status).toBe("processing");
  objects.fault = (name) => (name === "copy" && Math.random() < 0.02 ? "after" : undefined);
  for (let tries = 0; tries < 50 && end?.type === "broke"; tries++) end = await copy();
  expect(end).toEqual({ type: "copied" });
  expect(kills).toBeGreaterThan(0);
  expect(keysOf(videoId)).toHaveLength(8 + 2 + 6 + 2 + 1 + 1);
  // An owner whose save was lost asks again.
  expect(await copy()).toEqual({ type: "copied" });
});

test("an owner that was replaced writes nothing, and takes nothing from its successor", async () => {
  const { videoId, own, copy } = await setup(TWO_PARTS);
  await own(EPOCH + 1);
  expect(await copy()).toEqual({ type: "gone" });
  expect((await sql`SELECT 1 FROM video_segments WHERE video_id = ${videoId}`).count).toBe(0);
  expect(await copy(EPOCH + 1)).toEqual({ type: "copied" });
  expect((await sql`SELECT 1 FROM video_segments WHERE video_id = ${videoId}`).count).toBe(24);
});

test("a source that is deleted meanwhile is told in words; a highlight that is deleted is left alone", async () => {
  const first = await setup(TWO_PARTS);
  await markDeleting(sql, first.sourceId);
  expect(await first.copy()).toMatchObject({ type: "refused", code: "source_gone" });
  await sql`DELETE FROM users`;
  const second = await setup(TWO_PARTS);
  await second.objects.remove([videoKey.segment(second.sourceId, "source", { number: 10, epoch: 2 })]);
  expect(await second.copy()).toMatchObject({ type: "refused", code: "source_gone" });
  await markDeleting(sql, second.videoId);
  expect(await second.copy()).toEqual({ type: "gone" });
});

test("a source whose rows go while it is copied is told, too", async () => {
  const { objects, sourceId, videoId, copy } = await setup(TWO_PARTS);
  let isGone = false;
  objects.fault = async () => {
    if (isGone) return undefined;
    isGone = true;
    await markDeleting(sql, sourceId);
    await sql`DELETE FROM video_segments WHERE video_id = ${sourceId}`;
    return undefined;
  };
  expect(await copy()).toMatchObject({ type: "refused", code: "source_gone" });
  expect((await videoById(sql, { id: videoId, askerId: null }))!.status).toBe("processing");
});

test("no more are begun at once, and no more bytes, than the channel's owner may have", async () => {
  const { sourceId, begun } = await setup(TWO_PARTS, { countMax: 1, bytesMax: 8_700 });
  expect(begun).toBe("begun");
  const [{ channelId }] = await sql<[{ channelId: string }]>`
    SELECT channel_id AS "channelId" FROM videos WHERE id = ${sourceId}`;
  const again = (limits: typeof NO_LIMITS, of = sourceId) =>
    beginHighlight(
      sql,
      { videoId: Bun.randomUUIDv7(), channelId, sourceId: of, title: "x", visibility: "public", parts: TWO_PARTS },
      limits,
    );
  expect(await again({ countMax: 1, bytesMax: 0 })).toBe("too many");
  expect(await again({ countMax: 0, bytesMax: 17_399 })).toBe("too many bytes");
  expect(await again({ countMax: 2, bytesMax: 17_400 })).toBe("begun");
  expect(await again(NO_LIMITS, crypto.randomUUID())).toBe("gone");
  await markDeleting(sql, sourceId);
  expect(await again(NO_LIMITS)).toBe("gone");
});

test("a node that stops waits for what it has asked, and asks nothing more", async () => {
  const { objects, videoId } = await setup(TWO_PARTS);
  let asked = 0;
  objects.fault = async () => {
    asked++;
    await Bun.sleep(20);
    return undefined;
  };
  const turns = new KeyedSemaphore({ concurrentMax: 1, waitingMax: 9, full: () => new Error("full") });
  const copying = startCopying({ videoId, epoch: EPOCH }, { parts: { sql, objects, turns }, log });
  while (asked === 0) await Bun.sleep(1);
  await copying.stop();
  const before = asked;
  expect(await copying.end).toBeNull();
  await Bun.sleep(50);
  expect(asked).toBe(before);
});
