// The fuzz tests of `npm test` with ten times as many requests: `npm run test:long -- fuzz`.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fuzz } from "#edge/gateway/fuzz/testing.ts";
import { DataFolder } from "#ops/up/data-folder.ts";
import { type Stores, startStores } from "../support/stores.ts";

const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 20_000);
const WITHIN_MS = 15 * 60_000;

const path = mkdtempSync(join(tmpdir(), "fuzz-"));
let stores: Stores;
beforeAll(async () => {
  stores = await startStores(new DataFolder(path), () => {});
  process.env.TEST_DATABASE_URL = stores.databaseUrl;
  process.env.TEST_REDIS_URL = stores.redisUrl;
});
afterAll(async () => {
  await stores?.stop();
  rmSync(path, { recursive: true, force: true });
});

test(
  `${REQUESTS} requests: no failure, no stack trace, every answer matches its schema`,
  async () => {
    const seed = process.env.FUZZ_SEED;
    const report = await fuzz({ requests: REQUESTS, ...(seed === undefined ? {} : { seed: Number(seed) }) });
    console.log(`${report.asked.size} operations asked, ${report.done.size} done`, Object.fromEntries(report.statuses));
    expect(report.done.size).toBeGreaterThan(report.asked.size / 2);
  },
  WITHIN_MS,
);
