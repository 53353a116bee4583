// Personal access tokens: their owners and scopes.

import { and, count, desc, eq, isNull, lt, or } from "drizzle-orm";
import type { Role } from "../../api/user.ts";
import type { Sql } from "../../database.ts";
import { drizzleOn, fromNow, now } from "../../drizzle.ts";
import { accessTokens, users } from "../../tables/accounts.ts";
import { inTransaction } from "../../transaction.ts";
import { suspendedNow } from "../people/suspensions.ts";

const DAY_MS = 86_400_000;

interface AccessTokenOwner {
  /** Id of the token. */
  id: string;
  userId: string;
  login: string;
  displayName: string;
  role: Role;
  scopes: string[];
  /** Wall time of the database, now. */
  issuedAtMs: number;
  /** Null: it does not expire. */
  expiresAtMs: number | null;
  /** True when used within the last minute. */
  wasUsedLately: boolean;
  /** The owner is suspended now. */
  suspended: boolean;
}

/** Runs for each request of a bot. Null: no such token. The caller checks `expiresAtMs`. */
export async function accessTokenByHash(sql: Sql, hash: Uint8Array): Promise<AccessTokenOwner | null> {
  const [row] = await sql<AccessTokenOwner[]>`
    SELECT t.id, u.id AS "userId", u.login, u.display_name AS "displayName", u.role, t.scopes,
           (extract(epoch FROM now()) * 1000)::float8 AS "issuedAtMs",
           (extract(epoch FROM t.expires_at) * 1000)::float8 AS "expiresAtMs",
           coalesce(t.last_used_at > now() - interval '1 minute', false) AS "wasUsedLately",
           ${suspendedNow(sql, "u")} AS suspended
    FROM access_tokens t JOIN users u ON u.id = t.user_id
    WHERE t.token_hash = ${hash}`;
  return row ?? null;
}

/** Sets `lastUsedAt`, at most once a minute. */
export async function touchAccessToken(sql: Sql, id: string): Promise<void> {
  const { lastUsedAt } = accessTokens;
  const isDue = or(isNull(lastUsedAt), lt(lastUsedAt, fromNow(-60_000)));
  await drizzleOn(sql)
    .update(accessTokens)
    .set({ lastUsedAt: now })
    .where(and(eq(accessTokens.id, id), isDue));
}

interface NewAccessToken {
  id: string;
  userId: string;
  name: string;
  hash: Uint8Array;
  hint: string;
  scopes: readonly string[];
  /** Null: it does not expire. */
  expiresInDays: number | null;
}

const columns = {
  id: accessTokens.id,
  name: accessTokens.name,
  hint: accessTokens.hint,
  scopes: accessTokens.scopes,
  createdAt: accessTokens.createdAt,
  lastUsedAt: accessTokens.lastUsedAt,
  expiresAt: accessTokens.expiresAt,
};

export type AccessTokenRow = Pick<typeof accessTokens.$inferSelect, keyof typeof columns>;

/** Null: the user has `countMax` already. The user's row is locked, so that concurrent requests cannot exceed the limit. */
export async function addAccessToken(
  sql: Sql,
  token: NewAccessToken,
  { countMax }: { countMax: number },
): Promise<AccessTokenRow | null> {
  const { id, userId, name, hash, hint, scopes, expiresInDays } = token;
  return inTransaction(sql, async (tx) => {
    const db = drizzleOn(tx);
    await db.select({ id: users.id }).from(users).where(eq(users.id, userId)).for("no key update");
    const [had] = await db.select({ count: count() }).from(accessTokens).where(eq(accessTokens.userId, userId));
    if (had!.count >= countMax) return null;
    const expiresAt = expiresInDays === null ? null : fromNow(expiresInDays * DAY_MS);
    const made = { id, userId, name, tokenHash: hash, hint, scopes: [...scopes], expiresAt };
    const [row] = await db.insert(accessTokens).values(made).returning(columns);
    return row!;
  });
}

/** Newest first. */
export function accessTokensOf(sql: Sql, userId: string): Promise<AccessTokenRow[]> {
  return drizzleOn(sql)
    .select(columns)
    .from(accessTokens)
    .where(eq(accessTokens.userId, userId))
    .orderBy(desc(accessTokens.id));
}

/** False: this user has no such token. The same statement revokes access that was granted by the token. */
export async function endAccessToken(sql: Sql, { id, userId }: { id: string; userId: string }): Promise<boolean> {
  const ended = await sql`
    WITH ended AS (DELETE FROM access_tokens WHERE id = ${id} AND user_id = ${userId} RETURNING id),
    voided AS (INSERT INTO revocations (subject, at) SELECT id, clock_timestamp() FROM ended)
    SELECT id FROM ended`;
  return ended.length > 0;
}
