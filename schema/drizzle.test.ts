// Drizzle on postgres.js and a real PostgreSQL: value conversions, errors, prepared statements and transactions.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { eq, sql as expression } from "drizzle-orm";
import postgres from "postgres";
import { connectDatabase, isPoison, type Sql, sqlState } from "./database.ts";
import { drizzleOn } from "./drizzle.ts";
import { accessTokens, recoveryCodes, users } from "./tables/accounts.ts";
import { actors } from "./tables/cluster.ts";
import { auditLog } from "./tables/operator.ts";
import { type TestDatabase, testDatabase } from "./testing.ts";
import { inTransaction } from "./transaction.ts";

const ADA = "01890000-0000-7000-8000-000000000001";
const TOKEN = "01890000-0000-7000-8000-000000000002";

let fresh: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  fresh = await testDatabase();
  sql = fresh.database.sql;
  await drizzleOn(sql).insert(users).values({ id: ADA, login: "ada", displayName: "Ada", email: "ada@example.org" });
});
afterAll(() => fresh.drop());

test("a row reads back as it was written", async () => {
  const token = {
    id: TOKEN,
    userId: ADA,
    name: `a "name", {with} \\ commas`,
    tokenHash: new Uint8Array([0, 1, 255]),
    hint: "abcd",
    scopes: ["a", 'b"c', "d,e", "{f}", "NULL", ""],
    createdAt: new Date("2026-02-03T04:05:06.789Z"),
    lastUsedAt: null,
    expiresAt: new Date(0),
  };
  await drizzleOn(sql).insert(accessTokens).values(token);
  const [row] = await drizzleOn(sql).select().from(accessTokens).where(eq(accessTokens.tokenHash, token.tokenHash));
  expect({ ...row, tokenHash: new Uint8Array(row!.tokenHash) }).toEqual(token);
});

test("a bigint reads back as a number, and any JSON value as it was written", async () => {
  for (const state of [{ a: [1, "2", null] }, [], [true], ["x"], "text", '"quoted"', "12", 12, true, false]) {
    await drizzleOn(sql).delete(actors);
    await drizzleOn(sql).insert(actors).values({ kind: "k", key: "k", epoch: Number.MAX_SAFE_INTEGER, state });
    const [row] = await drizzleOn(sql).select().from(actors);
    expect(row).toMatchObject({ epoch: Number.MAX_SAFE_INTEGER, version: 0, node: null, state, answered: [] });
    const [raw] = await sql`SELECT epoch, version, state, claimed_at FROM actors`;
    expect(raw).toEqual({ epoch: Number.MAX_SAFE_INTEGER, version: 0, state, claimed_at: row!.claimedAt });
  }
});

test("tagged templates still convert dates and JSON after drizzle has used the same pool", async () => {
  const at = new Date("2026-02-03T04:05:06.789Z");
  await sql`INSERT INTO audit_log (id, at, act, detail) VALUES (${ADA}, ${at}, 'x', ${sql.json({ a: 1 })})`;
  expect([...(await sql`SELECT at, detail FROM audit_log`)]).toEqual([{ at, detail: { a: 1 } }]);
  expect(await drizzleOn(sql).select({ at: auditLog.at, detail: auditLog.detail }).from(auditLog)).toEqual([
    { at, detail: { a: 1 } },
  ]);
});

test("an error is the driver's own and does not contain the parameters", async () => {
  const secret = "a-password-hash";
  const error = await drizzleOn(sql)
    .insert(users)
    .values({ id: ADA, login: "ada", displayName: "Ada", email: "other@example.org", passwordHash: secret })
    .catch((error: unknown) => error);
  expect(error).toBeInstanceOf(postgres.PostgresError);
  expect(sqlState(error)).toBe("23505");
  expect(Bun.inspect(error)).not.toContain(secret);
});

test("a statement is prepared once per connection", async () => {
  const one = connectDatabase({ url: fresh.url, applicationName: "one", connectionsMax: 1 });
  const name = (id: string) =>
    drizzleOn(one.sql).select({ name: users.displayName }).from(users).where(eq(users.id, id));
  expect(await name(ADA)).toEqual([{ name: "Ada" }]);
  expect(await name(TOKEN)).toEqual([]);
  const prepared = await one.sql<{ uses: number }[]>`
    SELECT generic_plans + custom_plans AS uses FROM pg_prepared_statements WHERE statement LIKE 'select "display_name"%'`;
  expect([...prepared]).toEqual([{ uses: 2 }]);
  await one.close();
});

test("in a transaction, drizzle and tagged templates see each other's writes and roll back together", async () => {
  const failed = inTransaction(sql, async (tx) => {
    await drizzleOn(tx).update(users).set({ displayName: "Countess" }).where(eq(users.id, ADA));
    expect([...(await tx`SELECT display_name FROM users`)]).toEqual([{ display_name: "Countess" }]);
    const { count } = await drizzleOn(tx).delete(recoveryCodes).where(eq(recoveryCodes.userId, ADA));
    expect(count).toBe(0);
    throw new Error("undone");
  });
  expect(await failed.catch(String)).toBe("Error: undone");
  expect(await drizzleOn(sql).select({ name: users.displayName }).from(users)).toEqual([{ name: "Ada" }]);
});

test("drizzle's connections have the pool's statement time-out", async () => {
  expect([...(await drizzleOn(sql).execute(expression`SHOW statement_timeout`))]).toEqual([
    { statement_timeout: "5s" },
  ]);
});

test("a text that is not well-formed Unicode is refused, wherever it stands, and never stored with U+FFFD", async () => {
  const halves = ["\ud800", "a\udfff", "\ude00\ud83d"];
  for (const half of halves) {
    const user = { id: TOKEN, login: "bob", displayName: half, email: "bob@example.org" };
    await expect((async () => drizzleOn(sql).insert(users).values(user))()).rejects.toThrow();
    await expect((async () => sql`SELECT ${half}::text`)()).rejects.toThrow();
    await expect((async () => sql`SELECT ${["a", half]}::text[]`)()).rejects.toThrow();
    await expect((async () => sql`SELECT ${sql.json({ a: half })}::jsonb`)()).rejects.toThrow();
    const scopes = drizzleOn(sql)
      .update(accessTokens)
      .set({ scopes: ["a", half] })
      .where(eq(accessTokens.id, TOKEN));
    await expect((async () => scopes)()).rejects.toThrow();
  }
  // The refusals are the server's, so the connection goes on, and statements beside them are answered.
  const beside = await Promise.allSettled([
    sql`SELECT ${"🦊"}::text AS t`,
    sql`SELECT ${"\ud800"}::text`,
    sql`SELECT 2 AS n`,
  ]);
  expect(beside.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  const refusal = beside[1] as PromiseRejectedResult;
  expect([sqlState(refusal.reason), isPoison(refusal.reason)]).toEqual(["22021", true]);
});
