// Devices that are signed in: one row per refresh token family, holding the hashes of its newest token and the one before.

import { and, desc, eq, gt } from "drizzle-orm";
import type { Role } from "../../api/user.ts";
import type { Sql } from "../../database.ts";
import { drizzleOn, now } from "../../drizzle.ts";
import { signIns } from "../../tables/accounts.ts";
import { suspendedNow } from "../people/suspensions.ts";

/** Of what a token says about a user, as the same statement saw it that says when. */
export interface SignedInUser {
  id: string;
  login: string;
  displayName: string;
  role: Role;
  isSuspended: boolean;
  /** Wall time of the database, with fractions: what is changed after it is not in here. */
  issuedAtMs: number;
}

export interface NewSignIn {
  id: string;
  userId: string;
  tokenHash: Uint8Array;
  expiresInMs: number;
  userAgent: string;
  address: string;
  /** `password`, `oauth:google`, … */
  method: string;
  /** Of the password that was shown: who changes it meanwhile keeps this sign-in out. Null: it is not by password. */
  passwordHash: string | null;
  /** Whose account elsewhere was shown, up to minutes ago: who unlinks it meanwhile keeps this sign-in out. Null: it is not by one. */
  provider: string | null;
}

/**
 * Null: there is no such user, or not by that password or provider any more; a suspended one is told, and not signed in. The user's row is shared until
 * the end, so that whoever ends all sign-ins ends this one too or is waited for. On the same occasion go: rows of this user that are
 * long over (the table needs no other broom), and of too many devices those that were used longest ago, so that a list of `countMax`
 * shows them all.
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
      SELECT id, login, display_name AS "displayName", role,
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

export interface Rotation {
  id: string;
  presentedHash: Uint8Array;
  successorHash: Uint8Array;
  /** How long the token before the newest still answers its successor. */
  graceMs: number;
  expiresInMs: number;
  userAgent: string;
  address: string;
}

export type Rotated =
  /** `tokenHash`: of the newest token of the family, which the successor may have been stored as before. */
  | { outcome: "rotated"; user: SignedInUser; tokenHash: Uint8Array }
  /** An older token than the one before, or that one too late: the family has ended with this answer. */
  | { outcome: "reused"; userId: string }
  /** No such family, or it is over. */
  | { outcome: "unknown" };

/**
 * Puts the successor in the place of the presented token. One UPDATE: of two at once the second waits for the row and then
 * judges what the first left, so that both tabs of a browser hold the same token and a family never has two heads.
 * A family ended by reuse keeps its row, with `expires_at` in 1970, and answers `reused` to whatever comes after.
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
    RETURNING u.id, u.login, u.display_name AS "displayName", u.role,
              ${suspendedNow(sql, "u")} AS "isSuspended", (extract(epoch FROM now()) * 1000)::float8 AS "issuedAtMs", s.token_hash AS "tokenHash",
              s.expires_at > now() AS alive, s.expires_at > to_timestamp(0) AS current`;
  if (!row) return { outcome: "unknown" };
  const { alive, current, tokenHash, ...user } = row;
  if (alive) return { outcome: "rotated", user, tokenHash };
  return current ? { outcome: "unknown" } : { outcome: "reused", userId: user.id };
}

/**
 * Signs one device out; `userId` as a guard where a stranger names the device. Null: there was none. Its access tokens are void by the
 * same statement, however it goes on: who is answered nothing and asks again finds no device to sign out.
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

export interface SignInsToEnd {
  /** This one stays. */
  except?: string | null;
  /** Only those of this method. */
  method?: string;
}

/** Signs the devices of a user out, as `endSignIn` does. Answers their ids. */
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

/** Whose living family this is. */
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

/** The last used first. */
export function signInsOf(sql: Sql, userId: string, { countMax }: { countMax: number }): Promise<SignInRow[]> {
  return drizzleOn(sql)
    .select(signInColumns)
    .from(signIns)
    .where(and(eq(signIns.userId, userId), gt(signIns.expiresAt, now)))
    .orderBy(desc(signIns.lastUsedAt), desc(signIns.id))
    .limit(countMax);
}

/**
 * What a user has signed in with before this sign-in: of devices that are still kept their user agents, of those that were signed out
 * since the families that the audit log has, as far as `actsMax` of their last acts go back.
 */
export async function devicesBefore(
  sql: Sql,
  { userId, signInId, actsMax }: { userId: string; signInId: string; actsMax: number },
): Promise<{ userAgents: string[]; families: string[] }> {
  const [row] = await sql<{ userAgents: string[]; families: string[] }[]>`
    SELECT
      ARRAY(SELECT DISTINCT user_agent FROM sign_ins WHERE user_id = ${userId} AND id <> ${signInId}) AS "userAgents",
      ARRAY(SELECT DISTINCT detail->>'device'
            FROM (SELECT act, detail FROM audit_log WHERE actor_id = ${userId} ORDER BY id DESC LIMIT ${actsMax}) acts
            WHERE act = 'sign-in.ok' AND detail->>'device' IS NOT NULL) AS families`;
  return row!;
}
