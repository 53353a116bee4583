// What is kept of a broadcast as its owner writes it, on a real PostgreSQL.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Sql } from "../../database.ts";
import { drizzleOn } from "../../drizzle.ts";
import { users } from "../../tables/accounts.ts";
import { channels } from "../../tables/channels.ts";
import { type TestDatabase, testDatabase } from "../../testing.ts";
import { type BroadcastEntry, writeBroadcast, writeUniqueViewers } from "./broadcast-writes.ts";
import { broadcastById } from "./broadcasts.ts";
import { updateChannel } from "./channels.ts";

const ADA = "01890000-0000-7000-8000-000000000001";
const HERS = "01890000-0000-7000-8000-000000000002";
const SHOW = "01890000-0000-7000-8000-000000000003";
const LIVE_AT_MS = Date.UTC(2026, 10, 30, 8);

let fresh: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  fresh = await testDatabase();
  sql = fresh.database.sql;
  await drizzleOn(sql).insert(users).values({ id: ADA, login: "ada", displayName: "Ada", email: "ada@example.org" });
  await drizzleOn(sql).insert(channels).values({ id: HERS, userId: ADA, title: "Engines" });
  await sql`INSERT INTO actors (kind, key, epoch) VALUES ('channel', ${HERS}, 1)`;
});
afterAll(() => fresh.drop());

const write = (entry: Pick<BroadcastEntry, "phase"> & Partial<BroadcastEntry>) =>
  writeBroadcast(sql, { id: SHOW, channelId: HERS, epoch: 1, liveAtMs: LIVE_AT_MS, endedAtMs: null, ...entry });
const title = async () => (await broadcastById(sql, SHOW))!.title;

test("a broadcast has the title of its end, and what the channel is called later does not change it", async () => {
  await write({ phase: "live" });
  expect(await title()).toBe("Engines");
  await updateChannel(sql, HERS, { title: "Engines, and what they are good for" });
  const endedAtMs = LIVE_AT_MS + 60_000;
  expect(await write({ phase: "ended", endedAtMs })).toBe(true);
  expect(await title()).toBe("Engines, and what they are good for");
  await updateChannel(sql, HERS, { title: "Poems" });
  expect(await write({ phase: "ended", endedAtMs, endReason: "stopped" })).toBe(true);
  expect(await broadcastById(sql, SHOW)).toMatchObject({
    title: "Engines, and what they are good for",
    endReason: "stopped",
  });
});

test("an ended broadcast is not opened again, and nobody but the owner writes it", async () => {
  expect(await write({ phase: "live" })).toBe(false);
  expect(await write({ phase: "ended", epoch: 0, endedAtMs: LIVE_AT_MS })).toBe(false);
  expect((await broadcastById(sql, SHOW))!.phase).toBe("ended");
});

test("the highest count of unique viewers stays, and nobody but the owner writes it", async () => {
  const count = { broadcastId: SHOW, channelId: HERS, epoch: 1 };
  const unique = async () => (await sql`SELECT viewers_unique AS n FROM broadcasts WHERE id = ${SHOW}`)[0]!.n;
  await writeUniqueViewers(sql, { ...count, viewers: 12 });
  await writeUniqueViewers(sql, { ...count, viewers: 7 });
  await writeUniqueViewers(sql, { ...count, epoch: 0, viewers: 99 });
  expect(await unique()).toBe(12);
});
