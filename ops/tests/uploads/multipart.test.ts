// The parts of an upload, in whatever order, number and size they arrive, and whatever happens while they are put together: real PostgreSQL,
// and the test run's S3 server or a store in memory that fails on demand. The files are no videos: what is stored is refused and cleared.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { systemClock } from "#runtime/base/clock.ts";
import { PART_BYTES_MIN } from "#runtime/objects/multipart-rules.ts";
import { ObjectMissing } from "#runtime/objects/objects.ts";
import { connectObjects, type S3Objects } from "#runtime/objects/objects-s3.ts";
import { testObjectStore } from "#runtime/objects/testing.ts";
import { patient } from "#schema/testing-slowness.ts";
import { uploadKey, videoPrefix } from "#schema/wire/video-keys.ts";
import { until } from "../support/until.ts";
import { type SceneOptions, type UploadStage, uploadScene, uploadStage } from "../support/uploads/upload-scene.ts";

const PART = PART_BYTES_MIN;
let stage: UploadStage;
let s3: S3Objects;
beforeAll(async () => {
  stage = await uploadStage();
  s3 = connectObjects({ config: testObjectStore(), clock: systemClock });
}, patient(60_000));
afterAll(async () => {
  s3.stop();
  await stage.close();
});

/** Text that tells its place, so that parts in another order are found. */
function text(length: number): Uint8Array {
  const lines = Array.from({ length: Math.ceil(length / 8) }, (_, i) => `${String(i).padStart(7, "0")}\n`);
  return new TextEncoder().encode(lines.join("").slice(0, length));
}
const partOf = (bytes: Uint8Array, number: number) => bytes.subarray((number - 1) * PART, number * PART);
/** Nothing is processed before a test says so: what was stored can be looked at. */
async function begun(options: SceneOptions<S3Objects>) {
  const scene = await uploadScene(stage, { objects: s3, partBytes: PART, ...options });
  scene.ladderPlan.lags = true;
  return scene;
}
const remains = async ({ videoId, objects, uploadId }: Awaited<ReturnType<typeof begun>>) => ({
  file: await objects.look(uploadKey(videoId)),
  media: (await objects.list(videoPrefix(videoId))).items.length,
  parts: await objects.uploads.parts({ key: uploadKey(videoId), uploadId }).catch((error) => error),
});
const NOTHING = { file: null, media: 0, parts: expect.any(ObjectMissing) };

describe("parts at a real store", () => {
  test(
    "arrive in any order, some of them twice, and are put together by their numbers",
    async () => {
      const bytes = text(2 * PART + 1);
      const scene = await begun({ bytes });
      const actor = await scene.wake();
      expect(await scene.send(3, partOf(bytes, 3))).toBe(200);
      expect(await scene.send(1, text(PART).reverse())).toBe(200);
      expect(await scene.send(1, partOf(bytes, 1))).toBe(200);
      expect((await scene.ask(actor, "complete")).value).toEqual({ type: "incomplete", missing: [2] });
      expect((await scene.video()).status).toBe("uploading");
      expect(await scene.send(2, partOf(bytes, 2))).toBe(200);
      expect((await scene.ask(actor, "complete")).value).toEqual({ type: "stored" });
      expect(Buffer.compare(await s3.get(uploadKey(scene.videoId)), bytes)).toBe(0);
      expect((await scene.ask(actor, "complete")).value).toEqual({ type: "stored" });
      await scene.ask(actor, "cancel");
      expect(await remains(scene)).toEqual(NOTHING);
      await actor.stop("ask");
    },
    patient(60_000),
  );

  test.each([
    ["one byte", 1],
    ["exactly one part", PART],
    ["exactly two parts", 2 * PART],
    ["a part and a byte", PART + 1],
  ])(
    "make a file of %s",
    async (_, length) => {
      const bytes = text(length);
      const scene = await begun({ bytes });
      const actor = await scene.wake();
      for (let number = 1; (number - 1) * PART < length; number++) await scene.send(number, partOf(bytes, number));
      expect((await scene.ask(actor, "complete")).value).toEqual({ type: "stored" });
      expect((await s3.look(uploadKey(scene.videoId)))?.bytes).toBe(length);
      scene.ladderPlan.lags = false;
      expect((await scene.becomes("failed")).failure).toMatchObject({ code: "not_a_video" });
      await scene.isIdle(actor);
      expect(await remains(scene)).toEqual(NOTHING);
      await actor.stop("ask");
    },
    patient(60_000),
  );

  test.each([
    ["more parts than were declared", PART, [PART, 7]],
    ["a last part that is too long", PART + 5, [PART, 6]],
    ["parts of another size", 10_000_000, [5_000_000, 5_000_000]],
  ])(
    "that are %s are refused, and nothing is left",
    async (_, declared, lengths) => {
      const scene = await begun({ declared });
      const actor = await scene.wake();
      for (const [i, length] of lengths.entries()) expect(await scene.send(i + 1, text(length))).toBe(200);
      expect((await scene.ask(actor, "complete")).value).toMatchObject({ type: "refused" });
      expect((await scene.becomes("failed")).failure).toMatchObject({ code: "not_as_declared" });
      await scene.isIdle(actor);
      expect(await remains(scene)).toEqual(NOTHING);
      expect(await scene.send(1, text(PART))).toBe(404);
      await actor.stop("ask");
    },
    patient(60_000),
  );

  test(
    "of an upload that the store has forgotten are asked for no more: it is over",
    async () => {
      const scene = await begun({ bytes: text(5) });
      const actor = await scene.wake();
      await scene.send();
      await s3.uploads.abort({ key: uploadKey(scene.videoId), uploadId: scene.uploadId });
      expect((await scene.ask(actor, "complete")).value).toEqual({ type: "over" });
      expect((await scene.becomes("failed")).failure).toMatchObject({ code: "upload_expired" });
      await actor.stop("ask");
    },
    patient(60_000),
  );
});

describe("an upload that is cancelled", () => {
  test(
    "while the store puts it together leaves no object, however late the store is",
    async () => {
      const scene = await uploadScene(stage);
      await scene.send();
      const [begins, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<undefined>()];
      scene.objects.fault = (request) => {
        if (request !== "uploads.complete") return undefined;
        begins.resolve();
        return goesOn.promise;
      };
      const actor = await scene.wake();
      const completed = scene.ask(actor, "complete");
      await begins.promise;
      let isCancelled = false;
      const cancelled = scene.ask(actor, "cancel").then(() => {
        isCancelled = true;
      });
      expect((await completed).value).toEqual({ type: "over" });
      await Bun.sleep(300);
      expect(isCancelled).toBe(false);
      goesOn.resolve(undefined);
      await cancelled;
      expect([...scene.objects.stored.keys()]).toEqual([]);
      expect(scene.objects.uploads.begun.size).toBe(0);
      await actor.stop("ask");
    },
    patient(60_000),
  );

  test(
    "while a part is on its way is aborted again until no part is left",
    async () => {
      const scene = await uploadScene(stage);
      await scene.send();
      const { begun } = scene.objects.uploads;
      const held = begun.get(scene.uploadId)!;
      let aborts = 0;
      // As S3: the part that was on its way is kept, with its upload.
      scene.objects.fault = (request) => {
        if (request === "uploads.abort") aborts++;
        if (request === "uploads.parts" && aborts < 3) begun.set(scene.uploadId, held);
        return undefined;
      };
      const actor = await scene.wake();
      await scene.ask(actor, "cancel");
      expect([aborts, begun.size]).toEqual([3, 0]);
      await actor.stop("ask");
    },
    patient(60_000),
  );

  test(
    "while it is encoded leaves neither its file nor its media",
    async () => {
      const scene = await uploadScene(stage);
      await scene.send();
      const actor = await scene.wake();
      await scene.ask(actor, "complete");
      await scene.becomes("processing");
      await scene.ask(actor, "cancel");
      expect([...scene.objects.stored.keys()]).toEqual([]);
      await until("the actor to rest", () => actor.idleAtVersion !== null);
      await actor.stop("ask");
    },
    patient(60_000),
  );
});
