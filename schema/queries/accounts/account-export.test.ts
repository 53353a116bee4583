// Compares the data export with the tables: each new column must be exported or named as not exported.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { getTableColumns, getTableName, is, SQL } from "drizzle-orm";
import { PgColumn } from "drizzle-orm/pg-core";
import type { Sql } from "../../database.ts";
import { drizzleOn } from "../../drizzle.ts";
import { accessTokens, emailTokens, identities, pastLogins, signIns, users } from "../../tables/accounts.ts";
import { broadcastChanges, broadcasts, channels, streamKeys } from "../../tables/channels.ts";
import { chatEntries } from "../../tables/chat.ts";
import { clips } from "../../tables/clips.ts";
import { emotes } from "../../tables/emotes.ts";
import { heldLines } from "../../tables/judging.ts";
import { moderationLog } from "../../tables/moderation.ts";
import { auditLog } from "../../tables/operator.ts";
import { blocks, channelRoles, follows, reports } from "../../tables/people.ts";
import { chatPolls, pollVotes, raidSettings } from "../../tables/room-events.ts";
import { personNotes, unbanRequests, warnings } from "../../tables/room-people.ts";
import { restreamTargets } from "../../tables/targets.ts";
import { uploads } from "../../tables/uploads.ts";
import { channelRetention, videoPositions, videos } from "../../tables/videos.ts";
import { allTables, type TestDatabase, testDatabase } from "../../testing.ts";
import { EXPORT_LONG, EXPORTED, exportParts, NOT_EXPORTED } from "./account-export.ts";

let fresh: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  fresh = await testDatabase();
  sql = fresh.database.sql;
});
afterAll(() => fresh.drop());

test("each column of each table is exported or named as not exported, and none is both", async () => {
  const exported = new Set(Object.values(EXPORTED).flatMap((columns) => Object.values(columns).flatMap(columnsIn)));
  const wrong: string[] = [];
  for (const table of await allTables()) {
    const kept = NOT_EXPORTED[getTableName(table)] ?? [];
    for (const [field, column] of Object.entries(getTableColumns(table))) {
      const isKept = kept === "all" || kept.includes(field);
      // The export says that there is a password (`hasPassword`), without its hash.
      if (isKept === exported.has(column) && field !== "passwordHash") wrong.push(`${getTableName(table)}.${field}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("every table and column named as not exported exists", async () => {
  const tables = await allTables();
  for (const [name, fields] of Object.entries(NOT_EXPORTED)) {
    const table = tables.find((one) => getTableName(one) === name);
    expect([name, table !== undefined]).toEqual([name, true]);
    if (fields !== "all") expect(Object.keys(getTableColumns(table!))).toEqual(expect.arrayContaining([...fields]));
  }
});

test("no exported column has bytes or the name of a secret", () => {
  for (const [part, columns] of Object.entries(EXPORTED))
    for (const [field, column] of Object.entries(columns)) {
      if (!is(column, PgColumn)) continue;
      expect([part, field, column.getSQLType()]).not.toEqual([part, field, "bytea"]);
      expect(column.name).not.toMatch(/hash|secret|password|nonce|token/);
    }
});

test("each part of the export has all its columns, for a user with rows in every table", async () => {
  const [me, other] = [person("ada"), person("bob")];
  const db = drizzleOn(sql);
  const bytes = (n: number) => new Uint8Array([n]);
  const soon = new Date(Date.now() + 60_000);
  for (const { userId, channelId, login } of [me, other]) {
    await db.insert(users).values({ id: userId, login, displayName: login, email: `${login}@example.org` });
    await db.insert(channels).values({ id: channelId, userId });
  }
  const { userId, channelId } = me;
  await db.insert(pastLogins).values({ login: "countess", userId, heldUntil: soon });
  await db.insert(signIns).values({ id: id(), userId, tokenHash: bytes(1), expiresAt: soon });
  await db.insert(identities).values({ provider: "google", subject: "1", userId });
  await db.insert(emailTokens).values({ tokenHash: bytes(2), userId, purpose: "verify", email: "x", expiresAt: soon });
  await db
    .insert(accessTokens)
    .values({ id: id(), userId, name: "bot", tokenHash: bytes(3), hint: "h", scopes: ["chat"] });
  await db.insert(streamKeys).values({ channelId, keyHash: bytes(4), hint: "abcd" });
  await db.insert(channelRoles).values({ channelId: other.channelId, userId, role: "vip" });
  await db.insert(follows).values({ channelId: other.channelId, userId });
  await db.insert(blocks).values({ userId, blockedUserId: other.userId });
  await db
    .insert(reports)
    .values({ id: id(), reporterId: userId, kind: "user", targetId: other.userId, reason: "spam" });
  const broadcastId = id();
  await db
    .insert(broadcasts)
    .values({ id: broadcastId, channelId, title: "t", phase: "live", epoch: 1, startedAt: soon });
  await db.insert(broadcastChanges).values({ broadcastId, at: soon, title: "u" });
  const videoId = id();
  await db.insert(videos).values({ id: videoId, channelId, kind: "upload", status: "ready", title: "v" });
  await db.insert(emotes).values({
    ...{ id: crypto.randomUUID(), channelId, userId, code: "Wave", hash: "ab", width: 28, height: 28 },
    ...{ heights: [28], animated: false },
  });
  await db.insert(clips).values({
    ...{ id: Bun.randomUUIDv7(), channelId, videoId, userId, title: "A clip" },
    ...{ startMs: 0, durationMs: 5_000, firstNumber: 0, lastNumber: 2, offsetMs: 0 },
  });
  await db.insert(uploads).values({ videoId, userId, fileName: "v.mp4", bytes: 1, partBytes: 1, expiresAt: soon });
  await db.insert(videoPositions).values({ userId, videoId, positionMs: 1 });
  await db.insert(channelRetention).values({ channelId, days: 30 });
  await db.insert(raidSettings).values({ channelId });
  const pollId = id();
  await db
    .insert(chatPolls)
    .values({ id: pollId, channelId, question: "?", choices: ["a"], votes: [1], startedAt: soon, endsAt: soon });
  await db.insert(pollVotes).values({ pollId, userId, choice: 0, id: id(), at: soon });
  await db.insert(restreamTargets).values({
    ...{ id: id(), channelId, position: 0, name: "Elsewhere", serverUrl: "rtmp://elsewhere.example/live" },
    sealedKey: new Uint8Array(8),
  });
  const line = { channelId, seq: 1, epoch: 1, id: id(), kind: "line", at: soon, userId };
  await db.insert(chatEntries).values(line);
  const author = { id: userId, login: "ada", displayName: "ada", color: "#000000", badges: [] };
  await db.insert(heldLines).values({
    ...{ id: id(), channelId: other.channelId, userId, at: soon, expiresAt: soon, nonce: "n", author, body: "well" },
    reason: { code: "suspicious" as const, marks: [] },
  });
  const inOther = { id: id(), channelId: other.channelId, userId };
  await db.insert(warnings).values({ ...inOther, reason: "mind your words", createdAt: soon });
  await db.insert(unbanRequests).values({ ...inOther, bannedAt: soon, body: "please" });
  await db.insert(personNotes).values({ id: id(), channelId, userId: other.userId, byUserId: userId, body: "watch" });
  await db.insert(moderationLog).values({ id: id(), channelId, at: soon, act: "clear", byUserId: userId });
  await db
    .insert(auditLog)
    .values({ id: id(), actorId: userId, act: "user.viewed", target: "whom", detail: { why: "x" } });

  const parts: Record<string, unknown> = {};
  for await (const [name, value] of exportParts(sql, userId)) parts[name] = value;
  for (const [name, read] of EXPORT_LONG) parts[name] = (await read(sql, { userId, after: null, limit: 10 })).rows;
  for (const [name, columns] of Object.entries(EXPORTED)) {
    const rows = [parts[name]].flat() as object[];
    expect([name, rows.length]).toEqual([name, 1]);
    expect(Object.keys(rows[0]!).sort()).toEqual(Object.keys(columns).sort());
  }
  expect(parts).toMatchObject({
    user: { login: "ada", hasPassword: false, twoFactorSince: null },
    channel: { streamKeyHint: "abcd" },
    follows: [{ channel: "bob" }],
    warnings: [{ channel: "bob", reason: "mind your words" }],
    unbanRequests: [{ channel: "bob", body: "please", state: "open" }],
    notes: [{ body: "watch" }],
    blocks: [{ login: "bob", userId: other.userId }],
    acts: [{ act: "user.viewed", target: "", detail: {} }],
  });
});

const id = () => crypto.randomUUID();
const person = (login: string) => ({ login, userId: id(), channelId: id() });

/** The column itself, or the columns in an expression. */
function columnsIn(value: unknown): PgColumn[] {
  if (is(value, PgColumn)) return [value];
  return is(value, SQL) ? value.queryChunks.flatMap(columnsIn) : [];
}
