// A network that silently drops traffic to PostgreSQL or Redis: callers get an error in time, and recover once it is over.

import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "#ops/tests/support/until.ts";
import { DataFolder } from "#ops/up/data-folder.ts";
import { ManualClock, systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { connectRedis } from "#runtime/base/redis.ts";
import { StoreAway } from "#runtime/store/store.ts";
import { createPostgresStore } from "#runtime/store/store-postgres.ts";
import { connectDatabase, type Database } from "#schema/database.ts";
import { migrate } from "#schema/migrate.ts";
import { patient } from "#schema/testing-slowness.ts";
import { type Stores, startStores } from "../support/stores.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";

const SILENT_MS = 700;
const data = mkdtempSync(join(tmpdir(), "silent-"));
let stores: Stores;
const opened: { proxy: TcpProxy; database: Database }[] = [];

beforeAll(async () => {
  stores = await startStores(new DataFolder(data), () => {});
  const database = connectDatabase({ url: stores.databaseUrl, applicationName: "migrate", connectionsMax: 1 });
  await migrate(database);
  await database.close();
});
afterAll(async () => {
  await stores?.stop();
  rmSync(data, { recursive: true, force: true });
});
afterEach(async () => {
  for (const { database, proxy } of opened.splice(0)) {
    await database.close();
    await proxy.close();
  }
});

async function behindProxy() {
  const target = new URL(stores.databaseUrl);
  const proxy = await TcpProxy.listen({ target: () => ({ host: target.hostname, port: Number(target.port) }) });
  const through = new URL(stores.databaseUrl);
  through.hostname = "127.0.0.1";
  through.port = String(proxy.port);
  const database = connectDatabase({
    url: through.href,
    applicationName: "silent",
    connectionsMax: 3,
    silence: { limitMs: SILENT_MS, clock: systemClock },
  });
  opened.push({ proxy, database });
  return { proxy, database, sql: database.sql };
}

test("statements on a silent connection fail, and the next one is answered over a new connection", async () => {
  const { proxy, sql } = await behindProxy();
  await Promise.all([sql`SELECT 1`, sql`SELECT 1`, sql`SELECT 1`]);
  proxy.set({ kind: "blackhole" });
  const startMs = performance.now();
  const outcomes = await Promise.all(
    Array.from({ length: 6 }, (_, n) => sql`SELECT ${n}::int AS n`.then(String, (error) => error.code)),
  );
  for (const outcome of outcomes) expect(["ETIMEDOUT", "CONNECT_TIMEOUT"]).toContain(outcome);
  expect(performance.now() - startMs).toBeLessThan(patient(SILENT_MS * 4));
  proxy.set({ kind: "pass" }); // Nothing is reset, so old connections would hang on.
  const backMs = performance.now();
  expect([...(await sql`SELECT 7 AS n`)]).toEqual([{ n: 7 }]);
  expect(performance.now() - backMs).toBeLessThan(patient(1_500));
});

test("an idle connection, or one with a slow statement, is left alone", async () => {
  const { proxy, sql } = await behindProxy();
  await sql`SELECT 1`;
  await Bun.sleep(2 * SILENT_MS);
  await sql`SELECT pg_sleep(0.5)`;
  await Bun.sleep(2 * SILENT_MS);
  expect([...(await sql`SELECT 2 AS n`)]).toEqual([{ n: 2 }]);
  expect(proxy.counts.accepted).toBe(1);
});

test("abandoned statements do not pile up while the store hangs, and it works again afterwards", async () => {
  const { proxy, database } = await behindProxy();
  const clock = new ManualClock();
  const { nodes } = createPostgresStore({ database, claims: database, clock });
  const look = () =>
    nodes.look(crypto.randomUUID()).then(
      () => "answered",
      (error) => (error instanceof StoreAway ? error.message : String(error)),
    );
  expect(await look()).toBe("answered");
  proxy.set({ kind: "blackhole" });
  const given = Array.from({ length: 80 }, look);
  clock.advance(6_001);
  expect(new Set(await Promise.all(given))).toEqual(new Set(["no answer within 6000 ms"]));
  const tried = look(); // One statement each second checks whether the store is back.
  expect(await look()).toBe("it hangs");
  proxy.set({ kind: "pass" });
  proxy.reset();
  clock.advance(6_001);
  await tried;
  const again = () => {
    clock.advance(1_001);
    return look();
  };
  await until("an answer", async () => (await again()) === "answered");
  expect(await Promise.all([look(), look()])).toEqual(["answered", "answered"]);
});

test("a connection on which Redis is silent is closed, and its pending commands fail", async () => {
  const url = new URL(stores.redisUrl);
  const proxy = await TcpProxy.listen({ target: () => ({ host: url.hostname, port: Number(url.port) }) });
  const redis = connectRedis({
    url: `redis://127.0.0.1:${proxy.port}`,
    name: "silent",
    log: createLog({ name: "test", level: "silent" }),
  });
  try {
    await until("redis", async () => (await redis.ping()) === "PONG");
    proxy.set({ kind: "blackhole" });
    const startMs = performance.now();
    const asked = Array.from({ length: 20 }, () => redis.ping());
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.map(({ status }) => status)).not.toContain("fulfilled");
    expect(performance.now() - startMs).toBeLessThan(patient(1_500));
    await until("another connection", () => proxy.counts.accepted > 1);
    proxy.set({ kind: "pass" }); // Nothing is reset, so the old connection would hang on.
    await until("an answer", async () => (await redis.ping()) === "PONG");
    expect(performance.now() - startMs).toBeLessThan(patient(12_000));
  } finally {
    redis.disconnect();
    await proxy.close();
  }
});
