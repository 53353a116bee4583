// Whether an upload is complete, by what the object store has.

import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { ObjectMissing } from "#runtime/objects/objects.ts";
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

test("a completion whose answer was lost counts when the object has the declared size, and an upload that is forgotten is over", async () => {
  const objects = new MemoryObjects(new ManualClock());
  const clock = new ManualClock();
  const row = { videoId: "v", uploadId: "u", bytes: 3, partBytes: 10 * MB } as never;
  const uploads = { find: async () => row } as never;
  objects.fault = (request) => (request === "uploads.parts" ? new ObjectMissing("u") : undefined);
  expect(await completeUpload("v", { clock, objects, uploads })).toEqual({ type: "over" });
  await objects.put(uploadKey("v"), Uint8Array.of(1, 2), { contentType: "video/mp4" });
  expect(await completeUpload("v", { clock, objects, uploads })).toEqual({ type: "over" });
  await objects.put(uploadKey("v"), Uint8Array.of(1, 2, 3), { contentType: "video/mp4" });
  expect(await completeUpload("v", { clock, objects, uploads })).toEqual({ type: "stored" });
});
