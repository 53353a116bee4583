// Changes of channels on a real PostgreSQL.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { getTableColumns } from "drizzle-orm";
import type { Sql } from "../../database.ts";
import { drizzleOn } from "../../drizzle.ts";
import { users } from "../../tables/accounts.ts";
import { broadcasts, channels } from "../../tables/channels.ts";
import { standFor, type TestDatabase, testDatabase } from "../../testing.ts";
import { suspendChannel } from "../people/suspensions.ts";
import { channelByReference, listedChannels, updateChannel } from "./channels.ts";

const ADA = "01890000-0000-7000-8000-000000000001";
const HERS = "01890000-0000-7000-8000-000000000002";
const SHOW = "01890000-0000-7000-8000-000000000003";

let fresh: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  fresh = await testDatabase();
  sql = fresh.database.sql;
  await drizzleOn(sql).insert(users).values({ id: ADA, login: "ada", displayName: "Ada", email: "ada@example.org" });
  await drizzleOn(sql).insert(channels).values({ id: HERS, userId: ADA });
});
afterAll(() => fresh.drop());

test("a change returns the channel as a later read returns it: off air, on air and suspended", async () => {
  const changed = await updateChannel(sql, HERS, { title: "Engines", tags: ["maths", "maths", "x,y"], category: null });
  expect(changed).toMatchObject({ id: HERS, login: "ada", title: "Engines", tags: ["maths", "x,y"], suspended: false });
  expect(changed).toEqual((await channelByReference(sql, HERS))!);

  const startedAt = new Date();
  await standFor(fresh.database, HERS);
  await drizzleOn(sql)
    .insert(broadcasts)
    .values({ id: SHOW, channelId: HERS, title: "", phase: "live", epoch: 1, startedAt });
  const onAir = await updateChannel(sql, HERS, { mature: true });
  expect(onAir).toMatchObject({ title: "Engines", mature: true, broadcastId: SHOW, phase: "live", startedAt });
  expect(onAir).toEqual((await channelByReference(sql, "ADA"))!);

  await suspendChannel(sql, HERS, { reason: "spam", durationMs: 60_000 });
  const suspended = await updateChannel(sql, HERS, { language: "en" });
  expect(suspended).toMatchObject({ suspended: true, suspensionReason: "spam", language: "en" });
  expect(suspended).toEqual((await channelByReference(sql, HERS, "staff"))!);
});

test("a live broadcast that no living node stands for is lost: its node is silent, and nothing was saved lately", async () => {
  const phase = async () => (await channelByReference(sql, HERS, "staff"))!.phase;
  const listed = async () =>
    (await listedChannels(sql, { live: true, category: null, q: null, beforeId: null, limit: 9 }))[0]?.phase;
  await sql`UPDATE channels SET suspended_at = NULL, suspended_until = NULL`;
  await standFor(fresh.database, HERS);
  expect([await phase(), await listed()]).toEqual(["live", "live"]);
  // The whole system was killed, and is started again: nobody has looked at the channel yet.
  await sql`UPDATE actors SET saved_at = now() - interval '11 s'`;
  expect(await phase()).toBe("live"); // The store refused saves, and the node lives.
  await sql`UPDATE nodes SET seen_at = now() - interval '11 s'`;
  expect([await phase(), await listed()]).toEqual(["lost", "lost"]);
  // Handed over: no node owns it for a moment, and its last save is young.
  await sql`UPDATE actors SET saved_at = now() + interval '1 hour', node = NULL`;
  expect([await phase(), await listed()]).toEqual(["live", "live"]);
  await sql`DELETE FROM actors`;
  expect(await phase()).toBe("lost");
});

test("an empty change sets only the time of the update", async () => {
  const times = () => drizzleOn(sql).select({ updatedAt: channels.updatedAt }).from(channels);
  const [before] = await times();
  const was = await channelByReference(sql, HERS, "staff");
  expect(await updateChannel(sql, HERS, {})).toEqual(was);
  expect((await times())[0]!.updatedAt.getTime()).toBeGreaterThan(before!.updatedAt.getTime());
});

test("a change of an unknown channel returns null", async () => {
  expect(await updateChannel(sql, SHOW, { title: "x" })).toBeNull();
});

test("another visibility and a new password end the playback tokens; the same visibility does not", async () => {
  const version = async () =>
    (await drizzleOn(sql).select({ version: channels.playbackVersion }).from(channels))[0]!.version;
  const first = await version();
  await updateChannel(sql, HERS, { visibility: "public", title: "again" });
  expect(await version()).toBe(first);
  expect(await updateChannel(sql, HERS, { visibility: "unlisted" })).toMatchObject({ visibility: "unlisted" });
  expect(await version()).toBe(first + 1);
  await updateChannel(sql, HERS, { visibility: "unlisted", playbackPasswordHash: "x" });
  expect(await version()).toBe(first + 2);
  expect(await updateChannel(sql, HERS, { visibility: "public" })).not.toHaveProperty("playbackPasswordHash");
});

test("a channel has all columns except its times, its own texts, the start of its suspension and its playback secrets", async () => {
  const row = (await channelByReference(sql, HERS, "staff"))!;
  const fields = Object.keys(getTableColumns(channels)).filter((field) => !(field in row));
  const texts = ["about", "links", "rules"];
  const others = ["createdAt", "playbackPasswordHash", "playbackVersion", "suspendedAt", "updatedAt"];
  expect(fields.sort()).toEqual([...texts, ...others].sort());
});
