// A deletion of 10 000 segments whose process is killed again and again. Real stores, which live on.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataFolder } from "#ops/up/data-folder.ts";
import { type TestDatabase, testDatabase } from "#schema/testing.ts";
import { type Stores, startStores } from "../support/stores.ts";
import { deleteUnderKills } from "../support/videos/killed-deletion.ts";

const path = mkdtempSync(join(tmpdir(), "deletion-"));
let stores: Stores;
let stored: TestDatabase;
beforeAll(async () => {
  stores = await startStores(new DataFolder(path), console.log, { durable: false });
  Object.assign(process.env, { TEST_DATABASE_URL: stores.databaseUrl, TEST_S3_URL: stores.s3Url });
  stored = await testDatabase();
});
afterAll(async () => {
  await stored.drop();
  await stores.stop();
  rmSync(path, { recursive: true, force: true });
});

const WITHIN_MS = 900_000;

test(
  "a deletion of 10 000 segments that is killed twelve times ends, and leaves nothing of it and all of its neighbour",
  async () => {
    const left = await deleteUnderKills({ stored, segments: 10_000, kills: 12 });
    console.log(`${left.kills} kills, ${left.seconds.toFixed(1)} s`);
    expect(left).toMatchObject({ objects: 0, rows: 0, neighbour: { objects: 12, rows: 11 } });
    expect(left.kills).toBeGreaterThan(5);
  },
  WITHIN_MS,
);
