// The life of an upload in its actor: real FFmpeg and PostgreSQL, an object store in memory; its node dies in the middle of the work.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "#runtime/base/clock.ts";
import type { Activation } from "#runtime/cluster/activation.ts";
import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import { systemProcesses } from "#runtime/process/process-bun.ts";
import { findSandbox, type Sandbox } from "#runtime/process/sandbox.ts";
import { beginUpload, findUpload, setUploadId } from "#schema/queries/videos/uploads.ts";
import { type TestDatabase, testDatabase } from "#schema/testing.ts";
import { patient } from "#schema/testing-slowness.ts";
import { uploadKey, videoKey, videoPrefix } from "#schema/wire/video-keys.ts";
import { splitJpegs } from "#transcoding/pictures/jpeg.ts";
import { until } from "../support/until.ts";
import { ordinary } from "../support/uploads/ingredients.ts";
import { videoNodes } from "../support/videos/video-node.ts";

const PART_BYTES = 10 * 1024 * 1024;
const WITHIN_MS = 60_000;

let stored: TestDatabase;
let folder: string;
let sandbox: Sandbox;
let film: Uint8Array;
beforeAll(async () => {
  stored = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), "lives-"));
  sandbox = await findSandbox({ processes: systemProcesses, log: console, niceness: 0 });
  await ordinary({ folder }, "film.mp4", { seconds: 5 });
  film = await Bun.file(join(folder, "film.mp4")).bytes();
}, patient(60_000));
afterAll(async () => {
  await stored.drop();
  rmSync(folder, { recursive: true, force: true });
});

interface SceneOptions {
  bytes?: Uint8Array;
  declared?: number;
  countMax?: number;
  bytesMax?: number;
}

async function scene({ bytes = film, declared = bytes.length, countMax = 10, bytesMax = 0 }: SceneOptions = {}) {
  const { database } = stored;
  const { sql } = database;
  const [userId, videoId] = [crypto.randomUUID(), crypto.randomUUID()];
  const login = `u${userId.slice(0, 8)}`;
  await sql`INSERT INTO users (id, login, email, display_name, password_hash) VALUES (${userId}, ${login}, ${`${login}@x.y`}, ${login}, 'x')`;
  await sql`INSERT INTO channels (id, user_id) VALUES (${crypto.randomUUID()}, ${userId})`;
  const objects = new MemoryObjects(systemClock);
  const upload = { ...{ videoId, userId, title: "Film", visibility: "public", fileName: "film.mp4" } };
  const begin = (id = videoId) =>
    beginUpload(
      sql,
      { ...upload, videoId: id, bytes: declared, partBytes: PART_BYTES, expiresInMs: 60_000 },
      { countMax, bytesMax },
    );
  expect(await begin()).toBe("begun");
  const uploadId = await objects.uploads.begin(uploadKey(videoId), { contentType: "video/mp4" });
  await setUploadId(sql, videoId, uploadId);
  const send = () => objects.uploads.receive({ key: uploadKey(videoId), uploadId, number: 1 }, bytes);
  const nodes = videoNodes({ stored, objects, sandbox, folder });
  const { ladderPlan, fenced } = nodes;
  const wake = () => nodes.wake(videoId);
  const ask = async (actor: Activation, type: "complete" | "cancel") =>
    (await actor.ask(
      { type },
      { id: crypto.randomUUID(), deadlineMonoMs: systemClock.monoMs() + patient(30_000) },
    )) as {
      value: unknown;
    };
  const video = async () => {
    const [found] = await sql<
      { status: string; failure: { code: string; detail: string } | null; durationMs: number; bytes: number }[]
    >`
      SELECT status, failure, duration_ms AS "durationMs", bytes FROM videos WHERE id = ${videoId}`;
    return found!;
  };
  const becomes = (status: string) =>
    until(
      `the video to be ${status}`,
      async () => {
        const found = await video();
        return found.status === status ? found : null;
      },
      { withinMs: WITHIN_MS },
    );
  const keys = async (prefix: string) => (await objects.list(prefix)).items.map(({ key }) => key);
  const isIdle = (actor: Activation) =>
    until("the actor to rest", () => actor.idleAtVersion !== null, { withinMs: WITHIN_MS });
  return { sql, videoId, objects, uploadId, begin, send, wake, ask, video, becomes, keys, isIdle, ladderPlan, fenced };
}

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
    expect(readdirSync(folder).filter((name) => name.includes(videoId))).toEqual([]);
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
