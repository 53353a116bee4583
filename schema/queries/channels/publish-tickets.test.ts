// Tickets to publish once, on a real database.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Sql } from "../../database.ts";
import { drizzleOn } from "../../drizzle.ts";
import { users } from "../../tables/accounts.ts";
import { channels, publishTickets } from "../../tables/channels.ts";
import { type TestDatabase, testDatabase } from "../../testing.ts";
import { suspendChannel } from "../people/suspensions.ts";
import { deleteOldPublishTickets, insertPublishTicket, usePublishTicket } from "./publish-tickets.ts";

let fresh: TestDatabase;
let sql: Sql;
const [userId, channelId] = [crypto.randomUUID(), crypto.randomUUID()];
beforeAll(async () => {
  fresh = await testDatabase();
  sql = fresh.database.sql;
  await drizzleOn(sql).insert(users).values({ id: userId, login: "ada", displayName: "Ada", email: "ada@example.org" });
  await drizzleOn(sql).insert(channels).values({ id: channelId, userId });
});
afterAll(() => fresh.drop());

let made = 0;
async function ticketFor(lifeMs = 60_000) {
  const ticket = `once_${++made}`;
  await insertPublishTicket(sql, { ticket, channelId, encoder: "OBS 30 (WHIP)", lifeMs });
  return ticket;
}

test("a ticket opens its channel to one session, as often as that one asks", async () => {
  const ticket = await ticketFor();
  const opened = { channelId, userId, login: "ada", suspended: false, autoStart: true, encoder: "OBS 30 (WHIP)" };
  expect(await usePublishTicket(sql, { ticket, by: "main/a/1" })).toEqual(opened);
  expect(await usePublishTicket(sql, { ticket, by: "main/a/1" })).toEqual(opened);
  expect(await usePublishTicket(sql, { ticket, by: "main/a/2" })).toBeNull();
  expect(await usePublishTicket(sql, { ticket: "once_other", by: "main/a/1" })).toBeNull();
});

test("of two sessions that show a ticket at once one gets it", async () => {
  const ticket = await ticketFor();
  const outcomes = await Promise.all(
    Array.from({ length: 8 }, (_, i) => usePublishTicket(sql, { ticket, by: `s${i}` })),
  );
  expect(outcomes.filter((one) => one !== null).length).toBe(1);
});

test("a ticket that is not used in time is none; one that was used lives on for its session", async () => {
  const late = await ticketFor(-1);
  expect(await usePublishTicket(sql, { ticket: late, by: "s" })).toBeNull();
  const used = await ticketFor();
  await usePublishTicket(sql, { ticket: used, by: "s" });
  await drizzleOn(sql)
    .update(publishTickets)
    .set({ expiresAt: new Date(Date.now() - 3_600_000) });
  expect(await usePublishTicket(sql, { ticket: used, by: "s" })).not.toBeNull();
});

test("old tickets are swept: unused ones at once, used ones after a week", async () => {
  await drizzleOn(sql).delete(publishTickets);
  const [unused, used, old] = [await ticketFor(-1), await ticketFor(), await ticketFor()];
  for (const ticket of [used, old]) await usePublishTicket(sql, { ticket, by: "s" });
  await sql`UPDATE publish_tickets SET expires_at = now() - interval '1 hour' WHERE used_by = 's'`;
  await sql`UPDATE publish_tickets SET expires_at = now() - interval '8 days' WHERE hash = sha256(${old}::bytea)`;
  await ticketFor();
  expect(await deleteOldPublishTickets(sql, { limit: 10 })).toBe(2);
  expect(await usePublishTicket(sql, { ticket: used, by: "s" })).not.toBeNull();
  expect(await usePublishTicket(sql, { ticket: unused, by: "s" })).toBeNull();
});

test("a ticket does not open a suspended channel, and goes with it", async () => {
  const ticket = await ticketFor();
  await suspendChannel(sql, channelId, { reason: "x", durationMs: null });
  expect((await usePublishTicket(sql, { ticket, by: "s" }))?.suspended).toBe(true);
  await sql`DELETE FROM channels WHERE id = ${channelId}`;
  expect(await usePublishTicket(sql, { ticket, by: "s" })).toBeNull();
});
