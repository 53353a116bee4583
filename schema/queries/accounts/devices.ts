// Devices: one row per refresh token family, with the hashes of the newest token and the one before.

import { and, desc, eq, gt } from "drizzle-orm";
import type { Role } from "../../api/user.ts";
import type { Sql } from "../../database.ts";
import { drizzleOn, now } from "../../drizzle.ts";
import { signIns } from "../../tables/accounts.ts";
import { suspendedNow } from "../people/suspensions.ts";

/** What an access token says about a user, read in the same statement as `issuedAtMs`. */
export interface SignedInUser {
  id: string;
  channelId: string;
  login: string;
  displayName: string;
  pictureUrl: string | null;
  role: Role;
  isSuspended: boolean;
  /** Wall time of the database, with fractions. Later changes are not included. */
  issuedAtMs: number;
}

interface NewSignIn {
  id: string;
  userId: string;
  tokenHash: Uint8Array;
  expiresInMs: number;
  userAgent: string;
  address: string;
  /** `password`, `oauth:google`, … */
  method: string;
  /** Hash of the password that was checked: a password change in the meantime refuses the sign-in. Null: sign-in without password. */
  passwordHash: string | null;
  /** Provider that confirmed the user, up to minutes ago: unlinking it in the meantime refuses the sign-in. Null: sign-in without provider. */
  provider: string | null;
}

/**
 * Null: no such user, or the password or provider no longer holds. A suspended user is returned but not signed in. The user's row is
 * locked FOR SHARE, so a concurrent statement that signs out all devices either ends this one too or is waited for. Also deletes this
 * user's rows that ended long ago (nothing else cleans the table) and, above `countMax` devices, the least recently used ones.
 */
export async function addSignIn(
  sql: Sql,
  signIn: NewSignIn,
  { countMax }: { countMax: number },
): Promise<SignedInUser | null> {
  const [row] = await sql<SignedInUser[]>`
    WITH swept AS (
      DELETE FROM sign_ins
      WHERE user_id = ${signIn.userId} AND (
        greatest(expires_at, rotated_at) < now() - interval '30 days'
        OR id IN (SELECT id FROM sign_ins WHERE user_id = ${signIn.userId} AND expires_at > now()
                  ORDER BY last_used_at DESC, id DESC OFFSET ${countMax - 1}))
    ), who AS (
      SELECT id, (SELECT c.id FROM channels c WHERE c.user_id = u.id) AS "channelId", login, display_name AS "displayName",
             picture_url AS "pictureUrl", role,
             ${suspendedNow(sql, "u")} AS "isSuspended", (extract(epoch FROM now()) * 1000)::float8 AS "issuedAtMs"
      FROM users u
      WHERE id = ${signIn.userId} AND (${signIn.passwordHash}::text IS NULL OR password_hash = ${signIn.passwordHash})
        AND (${signIn.provider}::text IS NULL
          OR EXISTS (SELECT 1 FROM identities WHERE user_id = u.id AND provider = ${signIn.provider}))
      FOR SHARE
    ), made AS (
      INSERT INTO sign_ins (id, user_id, token_hash, expires_at, user_agent, address, method)
      SELECT ${signIn.id}::uuid, who.id, ${signIn.tokenHash}, now() + ${signIn.expiresInMs} * interval '1 ms',
             ${signIn.userAgent}, ${signIn.address}, ${signIn.method}
      FROM who WHERE NOT "isSuspended"
    )
    SELECT * FROM who`;
  return row ?? null;
}

interface Rotation {
  id: string;
  presentedHash: Uint8Array;
  successorHash: Uint8Array;
  /** How long the previous token is still accepted and gets the same successor. */
  graceMs: number;
  expiresInMs: number;
  userAgent: string;
  address: string;
}

type Rotated =
  /** `tokenHash`: hash of the family's newest token; an earlier request may have stored it. */
  | { outcome: "rotated"; user: SignedInUser; tokenHash: Uint8Array }
  /** The token is older than the previous one, or the grace of the previous one is over: the family has ended. */
  | { outcome: "reused"; userId: string }
  /** No such family, or it has expired. */
  | { outcome: "unknown" };

/**
 * Replaces the presented token by its successor. One UPDATE: of two concurrent requests the second waits for the row and sees the result
 * of the first, so both tabs of a browser get the same token and a family never has two newest tokens.
 * A family ended by reuse keeps its row, with `expires_at` in 1970, and answers `reused` to every later token.
 */
export async function rotateSignIn(sql: Sql, rotation: Rotation): Promise<Rotated> {
  const { id, presentedHash, successorHash, graceMs, expiresInMs, userAgent, address } = rotation;
  const [row] = await sql<(SignedInUser & { tokenHash: Uint8Array; alive: boolean; current: boolean })[]>`
    UPDATE sign_ins AS s SET
      token_hash    = CASE WHEN s.token_hash = ${presentedHash} AND s.expires_at > now() THEN ${successorHash} ELSE s.token_hash END,
      previous_hash = CASE WHEN s.token_hash = ${presentedHash} AND s.expires_at > now() THEN s.token_hash ELSE s.previous_hash END,
      rotated_at    = CASE WHEN s.token_hash = ${presentedHash} AND s.expires_at > now() THEN clock_timestamp() ELSE s.rotated_at END,
      user_agent    = CASE WHEN s.token_hash = ${presentedHash} AND s.expires_at > now() THEN ${userAgent} ELSE s.user_agent END,
      address       = CASE WHEN s.token_hash = ${presentedHash} AND s.expires_at > now() THEN ${address} ELSE s.address END,
      last_used_at  = CASE WHEN s.token_hash = ${presentedHash} AND s.expires_at > now() THEN clock_timestamp() ELSE s.last_used_at END,
      expires_at    = CASE
        WHEN s.expires_at <= now() THEN s.expires_at
        WHEN s.token_hash = ${presentedHash} THEN now() + ${expiresInMs} * interval '1 ms'
        WHEN s.previous_hash = ${presentedHash} AND s.rotated_at > now() - ${graceMs} * interval '1 ms' THEN s.expires_at
        ELSE to_timestamp(0) END
    FROM users AS u
    WHERE s.id = ${id} AND u.id = s.user_id
    RETURNING u.id, (SELECT c.id FROM channels c WHERE c.user_id = u.id) AS "channelId", u.login, u.display_name AS "displayName",
              u.picture_url AS "pictureUrl", u.role,
              ${suspendedNow(sql, "u")} AS "isSuspended", (extract(epoch FROM now()) * 1000)::float8 AS "issuedAtMs", s.token_hash AS "tokenHash",
              s.expires_at > now() AS alive, s.expires_at > to_timestamp(0) AS current`;
  if (!row) return { outcome: "unknown" };
  const { alive, current, tokenHash, ...user } = row;
  if (alive) return { outcome: "rotated", user, tokenHash };
  return current ? { outcome: "unknown" } : { outcome: "reused", userId: user.id };
}

/**
 * Signs one device out. `userId` restricts it to devices of that user, for ids that come from a request. Null: no such device. The same
 * statement revokes the device's access tokens: if the answer is lost, a retry finds no device any more.
 */
export async function endSignIn(sql: Sql, id: string, { userId }: { userId?: string } = {}) {
  const [ended] = await sql<{ id: string; userId: string }[]>`
    WITH ended AS (
      DELETE FROM sign_ins WHERE id = ${id} AND (${userId ?? null}::uuid IS NULL OR user_id = ${userId ?? null})
      RETURNING id, user_id
    ), voided AS (INSERT INTO revocations (subject, at) SELECT id, clock_timestamp() FROM ended)
    SELECT id, user_id AS "userId" FROM ended`;
  return ended ?? null;
}

interface SignInsToEnd {
  /** Device that stays signed in. */
  except?: string | null;
  /** Only devices that signed in by this method. */
  method?: string;
}

/** Signs out the devices of a user, as `endSignIn` does. Returns their ids. */
export async function endSignInsOf(
  sql: Sql,
  userId: string,
  { except = null, method }: SignInsToEnd = {},
): Promise<string[]> {
  const ended = await sql<{ id: string }[]>`
    WITH ended AS (
      DELETE FROM sign_ins WHERE user_id = ${userId} AND id IS DISTINCT FROM ${except}::uuid
        ${method === undefined ? sql`` : sql`AND method = ${method}`}
      RETURNING id
    ), voided AS (INSERT INTO revocations (subject, at) SELECT id, clock_timestamp() FROM ended)
    SELECT id FROM ended`;
  return ended.map(({ id }) => id);
}

/** User of a device; null: no such device, or it has expired. */
export async function userOfSignIn(sql: Sql, id: string): Promise<string | null> {
  const [row] = await drizzleOn(sql)
    .select({ userId: signIns.userId })
    .from(signIns)
    .where(and(eq(signIns.id, id), gt(signIns.expiresAt, now)));
  return row?.userId ?? null;
}

export const signInColumns = {
  id: signIns.id,
  userAgent: signIns.userAgent,
  address: signIns.address,
  method: signIns.method,
  createdAt: signIns.createdAt,
  lastUsedAt: signIns.lastUsedAt,
};

export type SignInRow = Pick<typeof signIns.$inferSelect, keyof typeof signInColumns>;

/** Most recently used first. */
export function signInsOf(sql: Sql, userId: string, { countMax }: { countMax: number }): Promise<SignInRow[]> {
  return drizzleOn(sql)
    .select(signInColumns)
    .from(signIns)
    .where(and(eq(signIns.userId, userId), gt(signIns.expiresAt, now)))
    .orderBy(desc(signIns.lastUsedAt), desc(signIns.id))
    .limit(countMax);
}

/**
 * Devices of a user before this sign-in: user agents of those still in the table, and families of earlier ones from the user's last
 * `actsMax` acts in the audit log.
 */
export async function devicesBefore(
  sql: Sql,
  { userId, deviceId, actsMax }: { userId: string; deviceId: string; actsMax: number },
): Promise<{ userAgents: string[]; families: string[] }> {
  const [row] = await sql<{ userAgents: string[]; families: string[] }[]>`
    SELECT
      ARRAY(SELECT DISTINCT user_agent FROM sign_ins WHERE user_id = ${userId} AND id <> ${deviceId}) AS "userAgents",
      ARRAY(SELECT DISTINCT detail->>'device'
            FROM (SELECT act, detail FROM audit_log WHERE actor_id = ${userId} ORDER BY id DESC LIMIT ${actsMax}) acts
            WHERE act = 'sign-in.ok' AND detail->>'device' IS NOT NULL) AS families`;
  return row!;
}
