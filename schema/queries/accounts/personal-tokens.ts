// Personal access tokens: who holds which, and what it may do.

import type { Role } from "../../api/auth.ts";
import type { Sql } from "../../database.ts";

export interface AccessTokenOwner {
  /** Of the token. */
  id: string;
  userId: string;
  login: string;
  displayName: string;
  role: Role;
  scopes: string[];
  /** Wall time of the database, now. */
  issuedAtMs: number;
  /** Null: without an end. */
  expiresAtMs: number | null;
  /** Within the last minute. */
  wasUsedLately: boolean;
}

/** Null too while its owner is suspended. */
export async function accessTokenByHash(sql: Sql, hash: Uint8Array): Promise<AccessTokenOwner | null> {
  const [row] = await sql<AccessTokenOwner[]>`
    SELECT t.id, u.id AS "userId", u.login, u.display_name AS "displayName", u.role, t.scopes,
           (extract(epoch FROM now()) * 1000)::float8 AS "issuedAtMs",
           (extract(epoch FROM t.expires_at) * 1000)::float8 AS "expiresAtMs",
           coalesce(t.last_used_at > now() - interval '1 minute', false) AS "wasUsedLately"
    FROM access_tokens t JOIN users u ON u.id = t.user_id
    WHERE t.token_hash = ${hash}
      AND NOT (u.suspended_at IS NOT NULL AND (u.suspended_until IS NULL OR u.suspended_until > now()))`;
  return row ?? null;
}

/** Writes at most once a minute, however many ask. */
export async function touchAccessToken(sql: Sql, id: string): Promise<void> {
  await sql`
    UPDATE access_tokens SET last_used_at = now()
    WHERE id = ${id} AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`;
}

export interface NewAccessToken {
  id: string;
  userId: string;
  name: string;
  hash: Uint8Array;
  hint: string;
  scopes: readonly string[];
  /** Null: without an end. */
  expiresInDays: number | null;
}

export interface AccessTokenRow {
  id: string;
  name: string;
  hint: string;
  scopes: string[];
  createdAt: Date;
  lastUsedAt: Date | null;
  expiresAt: Date | null;
}

/** Null: this user has `countMax` already. The user's row is locked, so that two at once are counted one after the other. */
export async function addAccessToken(
  sql: Sql,
  token: NewAccessToken,
  { countMax }: { countMax: number },
): Promise<AccessTokenRow | null> {
  return await sql.begin(async (tx) => {
    await tx`SELECT 1 FROM users WHERE id = ${token.userId} FOR NO KEY UPDATE`;
    const [row] = await tx<AccessTokenRow[]>`
      INSERT INTO access_tokens (id, user_id, name, token_hash, hint, scopes, expires_at)
      SELECT ${token.id}, ${token.userId}, ${token.name}, ${token.hash}, ${token.hint}, ${token.scopes as string[]},
             now() + ${token.expiresInDays}::int * interval '1 day'
      WHERE (SELECT count(*) FROM access_tokens WHERE user_id = ${token.userId}) < ${countMax}
      RETURNING id, name, hint, scopes, created_at AS "createdAt", last_used_at AS "lastUsedAt", expires_at AS "expiresAt"`;
    return row ?? null;
  });
}

/** The newest first. */
export async function accessTokensOf(sql: Sql, userId: string): Promise<AccessTokenRow[]> {
  return await sql<AccessTokenRow[]>`
    SELECT id, name, hint, scopes, created_at AS "createdAt", last_used_at AS "lastUsedAt", expires_at AS "expiresAt"
    FROM access_tokens WHERE user_id = ${userId} ORDER BY id DESC`;
}

/** False: this user has no such token. What it has opened is void by the same statement. */
export async function endAccessToken(sql: Sql, { id, userId }: { id: string; userId: string }): Promise<boolean> {
  const ended = await sql`
    WITH ended AS (DELETE FROM access_tokens WHERE id = ${id} AND user_id = ${userId} RETURNING id),
    voided AS (INSERT INTO revocations (subject, at) SELECT id, clock_timestamp() FROM ended)
    SELECT id FROM ended`;
  return ended.length > 0;
}
