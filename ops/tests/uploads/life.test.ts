// The life of an upload in its actor: real FFmpeg and PostgreSQL, an object store in memory; its node dies in the middle of the work.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import type { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import { findUpload } from "#schema/queries/videos/uploads.ts";
import type { TestDatabase } from "#schema/testing.ts";
import { patient } from "#schema/testing-slowness.ts";
import { videoKey, videoPrefix } from "#schema/wire/video-keys.ts";
import { splitJpegs } from "#transcoding/pictures/jpeg.ts";
import { until } from "../support/until.ts";
import { type SceneOptions, type UploadStage, uploadScene, uploadStage } from "../support/uploads/upload-scene.ts";

const WITHIN_MS = 60_000;

let stage: UploadStage;
beforeAll(async () => {
  stage = await uploadStage();
}, patient(60_000));
afterAll(() => stage.close());

const scene = (options: SceneOptions<MemoryObjects> = {}) => uploadScene(stage, options);

test(
  "an upload becomes a video: every row has its object, and the file is gone",
  async () => {
    const { sql, videoId, objects, send, wake, ask, becomes, keys, isIdle } = await scene();
    const actor = await wake();
    expect((await ask(actor, "complete")).value).toEqual({ type: "incomplete", missing: [1] });
    await send();
    expect((await ask(actor, "complete")).value).toEqual({ type: "stored" });
    const ready = await becomes("ready");
    expect(ready.durationMs).toBeCloseTo(5_000, -2);
    const segments = await sql<
      { rendition: string; number: number; epoch: number; bytes: number; sha256: Uint8Array }[]
    >`
    SELECT rendition, number, epoch, bytes, sha256 FROM video_segments WHERE video_id = ${videoId} ORDER BY rendition, number`;
    expect(segments.map(({ rendition, number }) => `${rendition} ${number}`)).toEqual(["180p 0", "180p 1"]);
    for (const segment of segments) {
      const object = await objects.get(videoKey.segment(videoId, segment.rendition, segment));
      expect(object.length).toBe(segment.bytes);
      expect(new Bun.CryptoHasher("sha256").update(object).digest("hex")).toBe(
        Buffer.from(segment.sha256).toString("hex"),
      );
    }
    await isIdle(actor);
    expect(await keys("uploads/")).toEqual([]);
    expect(await keys(videoPrefix(videoId))).toEqual(
      [
        ...segments.map((segment) => videoKey.segment(videoId, segment.rendition, segment)),
        ...(await inits(sql, videoId)),
        ...[videoKey.poster(videoId), videoKey.thumbnail(videoId, 320), videoKey.thumbnail(videoId, 1_280)],
        videoKey.storyboard(videoId, 0),
      ].sort(),
    );
    const [drawn] = await sql`SELECT storyboard, pictures FROM videos WHERE id = ${videoId}`;
    expect(drawn).toEqual({
      storyboard: { intervalMs: 2_000, width: 160, height: 90, columns: 10, rows: 10, count: 3 },
      pictures: ["poster", "thumbnail"],
    });
    const [sheet, ...more] = splitJpegs(await objects.get(videoKey.storyboard(videoId, 0))) ?? [];
    expect([sheet?.width, sheet?.height, more]).toEqual([1_600, 900, []]);
    expect((await ask(actor, "complete")).value).toEqual({ type: "stored" });
    await actor.stop("ask");
  },
  patient(120_000),
);

const inits = async (sql: TestDatabase["database"]["sql"], videoId: string) => {
  const rows = await sql<{ rendition: string; hash: string }[]>`
    SELECT rendition, hash FROM video_inits WHERE video_id = ${videoId}`;
  return rows.map(({ rendition, hash }) => videoKey.init(videoId, rendition, hash));
};

test(
  "when its node dies in the middle, another one goes on, and the dead one writes nothing",
  async () => {
    const { send, wake, ask, becomes, ladderPlan, fenced, videoId, sql } = await scene();
    await send();
    ladderPlan.lags = true; // A node whose live ladder lags begins nothing.
    const first = await wake();
    expect((await ask(first, "complete")).value).toEqual({ type: "stored" });
    await Bun.sleep(500);
    expect(readdirSync(stage.folder).filter((name) => name.includes(videoId))).toEqual([]);
    await first.stop("kill");
    ladderPlan.lags = false;
    const second = await wake();
    await becomes("ready");
    const epochs = await sql<
      { epoch: number }[]
    >`SELECT DISTINCT epoch FROM video_segments WHERE video_id = ${videoId}`;
    expect(epochs.map(({ epoch }) => epoch)).toEqual([2]);
    expect(fenced).toEqual([]);
    await second.stop("ask");
  },
  patient(120_000),
);

test(
  "what is no video fails with a code and a sentence, and was never processing",
  async () => {
    const { send, wake, ask, becomes, keys, isIdle, sql, videoId } = await scene({
      bytes: new TextEncoder().encode("#EXTM3U\nneighbour.ts\n"),
    });
    await send();
    const seen = new Set<string>();
    const actor = await wake();
    await ask(actor, "complete");
    const failed = await until(
      "the failure",
      async () => {
        const [row] = await sql<{ status: string }[]>`SELECT status FROM videos WHERE id = ${videoId}`;
        seen.add(row!.status);
        return row!.status === "failed";
      },
      { withinMs: WITHIN_MS, everyMs: 5 },
    );
    expect(failed).toBe(true);
    expect((await becomes("failed")).failure).toEqual({ code: "playlist", detail: "This is a playlist, not a video." });
    expect(seen.has("processing")).toBe(false);
    await isIdle(actor);
    expect(await keys("uploads/")).toEqual([]);
    await actor.stop("ask");
  },
  patient(60_000),
);

test(
  "an upload that is cancelled, or expires, leaves nothing",
  async () => {
    const cancelled = await scene();
    await cancelled.send();
    const actor = await cancelled.wake();
    expect((await cancelled.ask(actor, "cancel")).value).toBeNull();
    expect(cancelled.objects.uploads.begun.size).toBe(0);
    await actor.stop("ask");

    const expired = await scene();
    await expired.send();
    await expired.sql`UPDATE uploads SET expires_at = now() - interval '1 s' WHERE video_id = ${expired.videoId}`;
    const late = await expired.wake();
    expect((await expired.becomes("failed")).failure).toMatchObject({ code: "upload_expired" });
    await expired.isIdle(late);
    expect(expired.objects.uploads.begun.size).toBe(0);
    expect((await expired.ask(late, "complete")).value).toEqual({ type: "over" });
    await late.stop("ask");
  },
  patient(60_000),
);

test(
  "a user has so many uploads and bytes, also when they begin at once",
  async () => {
    const many = await scene({ countMax: 3 });
    const begun = await Promise.all(Array.from({ length: 6 }, () => many.begin(crypto.randomUUID())));
    expect(begun.filter((outcome) => outcome === "begun")).toHaveLength(2);
    const large = await scene({ declared: 600, bytesMax: 1_000 });
    expect(await large.begin(crypto.randomUUID())).toBe("too many bytes");
    expect(await findUpload(large.sql, crypto.randomUUID())).toBeNull();
  },
  patient(60_000),
);
