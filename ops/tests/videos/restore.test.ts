// The database is restored to a minute ago, the object store is not: after the sweeps rows and objects agree. Real object server and PostgreSQL.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BEGINNING, type Place, step } from "#actors/orphan-sweep/walk/walk.ts";
import { sweepVideos } from "#actors/video-sweep/sweep.ts";
import { verifyVideo } from "#ops/operator/verify/verify-video.ts";
import { type S3Server, startS3 } from "#ops/s3/server.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { connectObjects, type S3Objects } from "#runtime/objects/objects-s3.ts";
import { connectDatabase, type Database, type Sql } from "#schema/database.ts";
import { deleteUser } from "#schema/queries/accounts/account.ts";
import { markDeleting } from "#schema/queries/videos/deletion.ts";
import { setVideoPictures } from "#schema/queries/videos/pictures.ts";
import { beginRecording, finishRecording, writeInit, writeSegment } from "#schema/queries/videos/recording.ts";
import { madeChannel } from "#schema/queries/videos/testing.ts";
import { beginUpload } from "#schema/queries/videos/uploads.ts";
import { standFor, type TestDatabase, testDatabase } from "#schema/testing.ts";
import { patient } from "#schema/testing-slowness.ts";
import { MEDIA_OBJECT, uploadKey, videoKey } from "#schema/wire/video-keys.ts";

const log = createLog({ name: "test", level: "silent" });
const keys = { accessKeyId: "test", secretAccessKey: "secret" };
const folder = mkdtempSync(join(tmpdir(), "restored-"));
let stored: TestDatabase;
let server: S3Server;
let objects: S3Objects;
beforeAll(async () => {
  stored = await testDatabase();
  server = await startS3({ folder, keys: { ...keys, region: "us-east-1" }, bucket: "live", durable: false });
  const { url } = server;
  const config = { ...keys, endpoint: url, publicEndpoint: url, region: "us-east-1", bucket: "live", pathStyle: true };
  objects = connectObjects({ config, clock });
}, patient(60_000));
afterAll(async () => {
  await stored.drop();
  objects.stop();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** As recorders do: the object, then its row. */
async function record(sql: Sql, videoId: string, numbers: readonly number[]) {
  const init = new Uint8Array(700);
  await objects.put(videoKey.init(videoId, "source", "a0"), init, MEDIA_OBJECT);
  await writeInit(sql, videoId, { rendition: "source", hash: "a0", bytes: init.length });
  for (const number of numbers) {
    const bytes = new Uint8Array(100).fill(number);
    const sha256 = new Uint8Array(new Bun.CryptoHasher("sha256").update(bytes).digest());
    await objects.put(videoKey.segment(videoId, "source", { number, epoch: 1 }), bytes, { ...MEDIA_OBJECT, sha256 });
    await writeSegment(sql, videoId, {
      ...{ rendition: "source", number, epoch: 1, atMs: number * 2_000, durationMs: 2_000 },
      ...{ discontinuity: false, keyed: true, media: { initHash: "a0", bytes: bytes.length, sha256 } },
    });
  }
}

async function channel(database: Database, login: string) {
  const made = await madeChannel(database.sql, login);
  await standFor(database, made.channelId);
  return { ...made, owner: (videoId: string) => ({ videoId, channelId: made.channelId, epoch: 1 }) };
}

const ten = Array.from({ length: 10 }, (_, number) => number);

/** A copy of the database as it is now. */
async function backup(): Promise<{ name: string; open(): Database }> {
  const name = `t_${crypto.randomUUID().replaceAll("-", "")}`;
  const admin = connectDatabase({ url: process.env.TEST_DATABASE_URL!, applicationName: "backup", connectionsMax: 1 });
  const source = new URL(stored.url).pathname.slice(1);
  await admin.sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${source}`;
  await admin.sql.unsafe(`CREATE DATABASE ${name} TEMPLATE ${source}`);
  await admin.close();
  const url = Object.assign(new URL(stored.url), { pathname: `/${name}` }).href;
  return { name, open: () => connectDatabase({ url, applicationName: "restored" }) };
}

async function sweepAll(sql: Sql, objectsStayMs: number) {
  const parts = { sql, objects, clock, log, retention: { days: 0, bytes: 0 }, objectsStayMs };
  while ((await sweepVideos(parts)) === "again");
}

test(
  "after the database was restored to a minute ago, what it has forgotten goes, and what it names is there",
  async () => {
    const { database } = stored;
    const { sql } = database;
    const [ada, bob, carl] = [
      await channel(database, "ada"),
      await channel(database, "bob"),
      await channel(database, "carl"),
    ];
    const [running, ended, bobs, carls] = ten.map(() => Bun.randomUUIDv7()) as [string, string, string, string];
    for (const [who, id] of [
      [ada, running],
      [ada, ended],
      [bob, bobs],
      [carl, carls],
    ] as const) {
      await beginRecording(sql, { ...who.owner(id), firstNumber: 0 });
      await record(sql, id, ten);
      if (id !== running) await finishRecording(sql, who.owner(id));
    }
    const copy = await backup();

    // The minute that is lost: a recording goes on and ends, another one begins, pictures are drawn, an upload comes, a video and an account go.
    const [late, upload] = [Bun.randomUUIDv7(), Bun.randomUUIDv7()];
    await record(sql, running, [10, 11, 12]);
    await finishRecording(sql, ada.owner(running));
    await beginRecording(sql, { ...bob.owner(late), firstNumber: 0 });
    await record(sql, late, ten);
    await objects.put(videoKey.poster(ended), new Uint8Array(9), { contentType: "image/jpeg" });
    await setVideoPictures(sql, ended, { storyboard: null, pictures: ["poster"] });
    const film = { title: "Film", visibility: "public", fileName: "a.mp4", bytes: 9, partBytes: 9, expiresInMs: 9_000 };
    await beginUpload(sql, { ...film, videoId: upload, userId: ada.userId }, { countMax: 0, bytesMax: 0 });
    await objects.put(uploadKey(upload), new Uint8Array(9), { contentType: "video/mp4" });
    await markDeleting(sql, bobs);
    await deleteUser(sql, { userId: carl.userId, holdMs: 0 });
    // A minute is less than the time for which objects of tombstones stay.
    await sweepAll(sql, 120_000);

    const restored = copy.open();
    try {
      const now = restored.sql;
      await finishRecording(now, ada.owner(running));
      await sweepAll(now, 120_000);
      const reports: object[] = [];
      const silent = { info() {}, error: (fields: object) => void reports.push(fields) };
      // Everything is old: the day after.
      const parts = { sql: now, objects, log: silent, nowMs: () => Date.now() + 60_000, orphanAgeMs: 0 };
      for (let place: Place | null = BEGINNING; place; ) place = await step(parts, place);
      expect(reports).toEqual([]);
      const ids = (await now<{ id: string }[]>`SELECT id FROM videos ORDER BY id`).map(({ id }) => id);
      expect(ids).toEqual([running, ended, bobs, carls].sort());
      for (const videoId of ids)
        expect(await verifyVideo({ sql: now, objects, videoId, deep: true })).toMatchObject({
          segments: 10,
          faults: [],
        });
      const { items } = await objects.list("");
      expect(new Set(items.map(({ key }) => key.split("/")[1]))).toEqual(new Set(ids));
    } finally {
      await restored.close();
      const admin = connectDatabase({
        url: process.env.TEST_DATABASE_URL!,
        applicationName: "backup",
        connectionsMax: 1,
      });
      await admin.sql.unsafe(`DROP DATABASE ${copy.name} WITH (FORCE)`);
      await admin.close();
    }
  },
  patient(120_000),
);
