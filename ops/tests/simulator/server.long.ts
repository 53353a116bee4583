// The SQL that ships, on a real PostgreSQL, under the schedules of the simulator: it answers as the simulated one does, and without its fences it
// does not.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataFolder } from "#ops/up/data-folder.ts";
import { freePort } from "#ops/up/ports.ts";
import { Service } from "#ops/up/service.ts";
import { postgresService } from "#ops/up/services/postgres.ts";
import { RealServer } from "./real-postgres.ts";
import { runSeed, runSeedOnServer } from "./run.ts";

const SEEDS = 24;
const TEST_MS_MAX = 1_800_000;

const folder = new DataFolder(mkdtempSync(join(tmpdir(), "simulator-")));
let postgres: ReturnType<typeof postgresService>;
let service: Service;
let server: RealServer;

beforeAll(async () => {
  postgres = postgresService({ folder, port: await freePort(), durable: false });
  await postgres.prepare();
  service = new Service(postgres.spec, folder, () => {});
  await service.start();
  await postgres.createDatabase();
  server = await RealServer.open(postgres.url);
});
afterAll(async () => {
  await server.close();
  await service.stop();
  rmSync(folder.path, { recursive: true, force: true });
});

test(
  "the server answers every statement as the simulation does, also those that wait for a row",
  async () => {
    const red: string[] = [];
    let statements = 0;
    let waited = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { hash, violations, stats } = await runSeedOnServer(seed, server);
      statements += stats["statements on the server"] ?? 0;
      waited += stats["statements that waited on the server"] ?? 0;
      if (violations[0]) red.push(`seed ${seed}: ${violations[0]}`);
      else expect(hash).toBe(runSeed(seed).hash);
    }
    console.log(`${SEEDS} seeds, ${statements} statements, ${waited} of them waited for a row`);
    expect(red).toEqual([]);
    expect(waited).toBeGreaterThan(0);
  },
  TEST_MS_MAX,
);
