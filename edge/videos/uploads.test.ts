// Uploads by the API: limits, addresses for what is missing, and names of files that are texts and nothing else.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { Refusal } from "#runtime/actor/actor.ts";
import { ManualClock } from "#runtime/base/clock.ts";
import { readMemoryAddress } from "#runtime/objects/memory-address.ts";
import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import type { CompleteAnswer } from "#schema/wire/video-actor.ts";
import { uploadKey } from "#schema/wire/video-keys.ts";
import { type TestEdge, testEdge } from "../testing.ts";
import { partBytesFor } from "./upload-parts.ts";
import { uploadRoutes } from "./uploads.ts";

const MB = 1024 * 1024;
let edge: TestEdge;
let answer: CompleteAnswer = { type: "stored" };
const asked: unknown[] = [];
beforeAll(async () => {
  const call = async (...args: unknown[]) => {
    asked.push(args.slice(0, 3));
    return answer as never;
  };
  edge = await testEdge({ caller: { call } });
});
afterAll(() => edge.close());

async function uploader(limits: Partial<TestEdge["world"]["config"]["uploads"]> = {}) {
  const { userId } = await edge.register();
  const objects = new MemoryObjects(new ManualClock(Date.now()));
  const config = { ...edge.world.config, uploads: { ...edge.world.config.uploads, ...limits } };
  const videoOf = async (id: string) => {
    const [row] = await edge.world.database.sql`SELECT id, title, status FROM videos WHERE id = ${id}`;
    return row as never;
  };
  const [begin, read, complete] = uploadRoutes({ ...edge.world, config }, { objects, videoOf });
  const run = (route: typeof begin, input: object, who = { userId }) =>
    route!.handle({ who, ...input } as never) as never;
  return {
    objects,
    begin: async (body: object) =>
      (await run(begin, { body })) as {
        video: { id: string; title: string };
        upload: {
          partSizeBytes: number;
          partCount: number;
          parts: { number: number; url: string }[];
          receivedBytes: number;
        };
      },
    read: async (id: string, who?: { userId: string }) =>
      (
        (await run(read, { params: { id } }, who)) as {
          upload: { parts: { number: number }[]; receivedBytes: number } | null;
        }
      ).upload,
    complete: async (id: string) => run(complete, { params: { id }, body: {} }),
  };
}

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => "none",
    (error) => (error instanceof Refusal ? error.code : String(error)),
  );

test("an upload begins with addresses of its parts, and has those of the missing ones when it is resumed", async () => {
  const { begin, read, objects } = await uploader();
  const { video, upload } = await begin({ fileName: "a.mp4", sizeBytes: 25 * MB });
  expect(upload).toMatchObject({ partSizeBytes: 10 * MB, partCount: 3, receivedBytes: 0 });
  expect(upload.parts.map(({ number }) => number)).toEqual([1, 2, 3]);
  const { uploadId, key, number } = readMemoryAddress(upload.parts[1]!.url, { method: "PUT", nowMs: Date.now() });
  expect([key, number]).toEqual([uploadKey(video.id), 2]);
  await objects.uploads.receive({ key, uploadId, number: 2 }, new Uint8Array(10 * MB));
  await objects.uploads.receive({ key, uploadId, number: 3 }, new Uint8Array(3));
  const resumed = await read(video.id);
  expect(resumed?.parts.map(({ number }) => number)).toEqual([1, 3]);
  expect(resumed?.receivedBytes).toBe(10 * MB);
});

test("a stranger's upload is not there, whatever is asked", async () => {
  const [mine, theirs] = [await uploader(), await uploader()];
  const { video } = await mine.begin({ fileName: "a.mp4", sizeBytes: 5 });
  expect(await refusal(theirs.read(video.id))).toBe("not_found");
  expect(await refusal(theirs.complete(video.id))).toBe("not_found");
  expect(await refusal(mine.read(crypto.randomUUID()))).toBe("not_found");
});

test("limits of size, number and bytes are refused with their own codes", async () => {
  const { begin } = await uploader({ bytesMax: 1_000, countPerUser: 2, bytesPerUser: 1_500 });
  expect(await refusal(begin({ fileName: "a", sizeBytes: 1_001 }))).toBe("upload_too_large");
  await begin({ fileName: "a", sizeBytes: 1_000 });
  expect(await refusal(begin({ fileName: "a", sizeBytes: 501 }))).toBe("quota_reached");
  await begin({ fileName: "a", sizeBytes: 500 });
  expect(await refusal(begin({ fileName: "a", sizeBytes: 1 }))).toBe("too_many");
});

test("while the object store is away nothing is begun, and nothing is left", async () => {
  const { begin, objects } = await uploader({ countPerUser: 1 });
  objects.fault = () => "before";
  expect(await refusal(begin({ fileName: "a.mp4", sizeBytes: 5 }))).toBe("unavailable");
  objects.fault = () => undefined;
  await begin({ fileName: "a.mp4", sizeBytes: 5 });
});

test("a completion is asked of the video's actor, and its answer is told in words", async () => {
  const { begin, complete } = await uploader();
  const { video } = await begin({ fileName: "a.mp4", sizeBytes: 5 });
  answer = { type: "incomplete", missing: [2, 5] };
  expect(
    await complete(video.id).then(
      () => null,
      (error) => [error.code, error.detail],
    ),
  ).toEqual([...["parts_missing", "Part 2 is missing, and 1 more."]]);
  answer = { type: "over" };
  expect(await refusal(complete(video.id))).toBe("upload_over");
  answer = { type: "refused", detail: "More was sent than was declared." };
  expect(await refusal(complete(video.id))).toBe("upload_refused");
  answer = { type: "stored" };
  expect(await refusal(complete(video.id))).toBe("none");
  expect(asked.at(-1)).toEqual(["video", video.id, { type: "complete" }]);
});

test("the name of a file is a title at most", async () => {
  const { begin, objects } = await uploader({ countPerUser: 0 });
  for (const [fileName, title] of [
    ["../../../../etc/passwd", "passwd"],
    ["a\r\nX-Injected: 1\r\n.mp4", "a X-Injected: 1"],
    ["a\u0000.mp4", "a"],
    ["\ud800.mp4", "\ufffd"],
    ["", "Untitled"],
    ["<img src=x onerror=alert(1)>.mp4", "<img src=x onerror=alert(1)>"],
  ] as const) {
    const { video, upload } = await begin({ fileName, sizeBytes: 5 });
    expect(video.title).toBe(title);
    const { key } = readMemoryAddress(upload.parts[0]!.url, { method: "PUT", nowMs: Date.now() });
    expect(key).toBe(`uploads/${video.id}`);
  }
  expect([...objects.uploads.begun.values()].every(({ key }) => /^uploads\/[0-9a-f-]{36}$/.test(key))).toBe(true);
  const named = await begin({ fileName: "a.mp4", sizeBytes: 5, title: "  My\u202e film\n " });
  expect(named.video.title).toBe("My film");
});

test("a file of any size has at most 9 000 parts of a multiple of 5 MiB", () => {
  for (const bytes of [1, 10 * MB, 2 * 1024 * MB, 100 * 1024 * MB, 5_000 * 1024 * MB]) {
    const partBytes = partBytesFor(bytes);
    expect([partBytes % (5 * MB), Math.ceil(bytes / partBytes) <= 9_000]).toEqual([0, true]);
  }
});
