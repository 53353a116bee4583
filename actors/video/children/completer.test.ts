// Whether an upload is complete, by what the object store has.

import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import { uploadKey } from "#schema/wire/video-keys.ts";
import { completeUpload, troubleOf } from "./completer.ts";

const MB = 1024 * 1024;
const declared = { bytes: 25 * MB, partBytes: 10 * MB };
const parts = (...sizes: (number | null)[]) =>
  sizes.flatMap((bytes, i) => (bytes === null ? [] : [{ number: i + 1, bytes, etag: `e${i}` }]));

test("all parts of the declared sizes are a file; the last one may be short", () => {
  expect(troubleOf(parts(10 * MB, 10 * MB, 5 * MB), declared)).toBeNull();
  expect(troubleOf(parts(10 * MB, 10 * MB), { ...declared, bytes: 20 * MB })).toBeNull();
  expect(troubleOf(parts(1), { ...declared, bytes: 1 })).toBeNull();
});

test("missing parts are told by their numbers", () => {
  expect(troubleOf(parts(10 * MB, null, 5 * MB), declared)).toEqual({ type: "incomplete", missing: [2] });
  expect(troubleOf([], declared)).toEqual({ type: "incomplete", missing: [1, 2, 3] });
});

test("parts of other sizes, and more of them than were declared, are refused", () => {
  expect(troubleOf(parts(10 * MB, 9 * MB, 5 * MB), declared)).toMatchObject({ type: "refused" });
  expect(troubleOf(parts(10 * MB, 10 * MB, 5 * MB + 1), declared)).toMatchObject({ type: "refused" });
  expect(troubleOf(parts(10 * MB, 10 * MB, 5 * MB, 1), declared)).toMatchObject({ type: "refused" });
});

const wall = new ManualClock(Date.UTC(2026, 10, 30));
const videoId = Bun.randomUUIDv7("hex", wall.wallMs());

/** An upload of three bytes that have arrived, in a store in memory. */
async function arrived() {
  const objects = new MemoryObjects(wall);
  const key = uploadKey(videoId);
  const uploadId = await objects.uploads.begin(key, { contentType: "video/mp4" });
  await objects.uploads.receive({ key, uploadId, number: 1 }, Uint8Array.of(1, 2, 3));
  const row = { videoId, uploadId, bytes: 3, partBytes: 10 * MB } as never;
  const complete = () => completeUpload(videoId, { objects, uploads: { find: async () => row } as never });
  return { objects, key, uploadId, complete };
}

test("a completion whose answer was lost counts when it is asked again", async () => {
  const { objects, key, complete } = await arrived();
  objects.fault = (request) => (request === "uploads.complete" ? "after" : undefined);
  expect(await complete().catch((error: Error) => error.name)).toBe("ObjectsAway");
  objects.fault = () => undefined;
  expect(await complete()).toEqual({ type: "stored" });
  expect(await objects.get(key)).toEqual(Uint8Array.of(1, 2, 3));
});

test("an upload that the store has forgotten is over, also when another object lies at its key", async () => {
  const { objects, key, uploadId, complete } = await arrived();
  await objects.uploads.abort({ key, uploadId });
  expect(await complete()).toEqual({ type: "over" });
  await objects.put(key, Uint8Array.of(1, 2), { contentType: "video/mp4" });
  expect(await complete()).toEqual({ type: "over" });
  await objects.put(key, Uint8Array.of(7, 8, 9), { contentType: "video/mp4" });
  objects.stored.get(key)!.modifiedAtMs = wall.wallMs() - 3_600_000;
  expect(await complete()).toEqual({ type: "over" });
});
