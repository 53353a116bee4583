// For tests: one upload on a node of its own, with a real PostgreSQL and real programs, and an object store of the test's choice.

import { expect } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "#runtime/base/clock.ts";
import type { Activation } from "#runtime/cluster/activation.ts";
import type { Objects } from "#runtime/objects/objects.ts";
import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import { systemProcesses } from "#runtime/process/process-bun.ts";
import { findSandbox, type Sandbox } from "#runtime/process/sandbox.ts";
import { beginUpload, setUploadId } from "#schema/queries/videos/uploads.ts";
import { type TestDatabase, testDatabase } from "#schema/testing.ts";
import { patient } from "#schema/testing-slowness.ts";
import { uploadKey } from "#schema/wire/video-keys.ts";
import { until } from "../until.ts";
import { videoNodes } from "../videos/video-node.ts";
import { ordinary } from "./ingredients.ts";

const PART_BYTES = 10 * 1024 * 1024;
const WITHIN_MS = 60_000;

export interface UploadStage {
  stored: TestDatabase;
  /** Where uploads are worked on. */
  folder: string;
  sandbox: Sandbox;
  /** Five seconds of MP4. */
  film: Uint8Array;
  close(): Promise<void>;
}

export async function uploadStage(): Promise<UploadStage> {
  const stored = await testDatabase();
  const folder = mkdtempSync(join(tmpdir(), "lives-"));
  const sandbox = await findSandbox({ processes: systemProcesses, log: console, niceness: 0 });
  await ordinary({ folder }, "film.mp4", { seconds: 5 });
  const film = await Bun.file(join(folder, "film.mp4")).bytes();
  return {
    ...{ stored, folder, sandbox, film },
    async close() {
      await stored.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface SceneOptions<Store extends Objects> {
  /** Default: a new one in memory. */
  objects?: Store;
  partBytes?: number;
  bytes?: Uint8Array;
  declared?: number;
  countMax?: number;
  bytesMax?: number;
}

/** An upload that has begun. */
export async function uploadScene<Store extends Objects = MemoryObjects>(
  { stored, folder, sandbox, film }: UploadStage,
  {
    objects = new MemoryObjects(systemClock) as Objects as Store,
    partBytes = PART_BYTES,
    bytes = film,
    declared = bytes.length,
    countMax = 10,
    bytesMax = 0,
  }: SceneOptions<Store> = {},
) {
  const { database } = stored;
  const { sql } = database;
  const [userId, videoId] = [crypto.randomUUID(), Bun.randomUUIDv7()];
  const login = `u${userId.slice(0, 8)}`;
  await sql`INSERT INTO users (id, login, email, display_name, password_hash) VALUES (${userId}, ${login}, ${`${login}@x.y`}, ${login}, 'x')`;
  await sql`INSERT INTO channels (id, user_id) VALUES (${crypto.randomUUID()}, ${userId})`;
  const upload = { ...{ videoId, userId, title: "Film", visibility: "public", fileName: "film.mp4" } };
  const begin = (id = videoId) =>
    beginUpload(
      sql,
      { ...upload, videoId: id, bytes: declared, partBytes, expiresInMs: 60_000 },
      { countMax, bytesMax },
    );
  expect(await begin()).toBe("begun");
  const uploadId = await objects.uploads.begin(uploadKey(videoId), { contentType: "video/mp4" });
  await setUploadId(sql, videoId, uploadId);
  /** Bytes of one part, to its address; by default of the whole file, as the first. Answers the status. */
  async function send(number = 1, part = bytes): Promise<number> {
    const at = { key: uploadKey(videoId), uploadId, number, bytes: part.length, expiresInS: 60 };
    const url = await objects.uploads.signPart(at);
    if (objects instanceof MemoryObjects) return objects.send(url, part).then(() => 200);
    return (await fetch(url, { method: "PUT", body: new Uint8Array(part) })).status;
  }
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
