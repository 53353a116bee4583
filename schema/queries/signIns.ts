// Devices that are signed in: one row per refresh token family, holding the hashes of its newest token and the one before.

import type { Sql } from "../database.ts";
import type { User } from "./users.ts";

export interface SignIn {
  id: string;
  userId: string;
  tokenHash: Uint8Array;
  expiresInMs: number;
  userAgent: string;
  address: string;
}

/** Rows of this user that are long over go on the same occasion: the table needs no other broom. */
export async function openSignIn(sql: Sql, signIn: SignIn): Promise<void> {
  await sql`
    WITH swept AS (
      DELETE FROM sign_ins WHERE user_id = ${signIn.userId} AND greatest(expires_at, rotated_at) < now() - interval '30 days'
    )
    INSERT INTO sign_ins (id, user_id, token_hash, expires_at, user_agent, address)
    VALUES (${signIn.id}, ${signIn.userId}, ${signIn.tokenHash}, now() + ${signIn.expiresInMs} * interval '1 ms',
            ${signIn.userAgent}, ${signIn.address})`;
}

export interface Rotation {
  id: string;
  presentedHash: Uint8Array;
  successorHash: Uint8Array;
  /** How long the token before the newest still answers its successor. */
  graceMs: number;
  expiresInMs: number;
}

export type Rotated =
  | { outcome: "rotated"; user: User }
  /** An older token than the one before, or that one too late: the family has ended with this answer. */
  | { outcome: "reused" }
  /** No such family, or it is over. */
  | { outcome: "unknown" };

/**
 * Puts the successor in the place of the presented token. One UPDATE: of two at once the second waits for the row and then
 * judges what the first left, so that both tabs of a browser hold the same token and a family never has two heads.
 * A family ended by reuse keeps its row, with `expires_at` in 1970, and answers `reused` to whatever comes after.
 */
export async function rotateSignIn(sql: Sql, rotation: Rotation): Promise<Rotated> {
  const { id, presentedHash, successorHash, graceMs, expiresInMs } = rotation;
  const [row] = await sql<(User & { alive: boolean; current: boolean })[]>`
    UPDATE sign_ins AS s SET
      token_hash    = CASE WHEN s.token_hash = ${presentedHash} AND s.expires_at > now() THEN ${successorHash} ELSE s.token_hash END,
      previous_hash = CASE WHEN s.token_hash = ${presentedHash} AND s.expires_at > now() THEN s.token_hash ELSE s.previous_hash END,
      rotated_at    = CASE WHEN s.token_hash = ${presentedHash} AND s.expires_at > now() THEN clock_timestamp() ELSE s.rotated_at END,
      expires_at    = CASE
        WHEN s.expires_at <= now() THEN s.expires_at
        WHEN s.token_hash = ${presentedHash} THEN now() + ${expiresInMs} * interval '1 ms'
        WHEN s.previous_hash = ${presentedHash} AND s.rotated_at > now() - ${graceMs} * interval '1 ms' THEN s.expires_at
        ELSE to_timestamp(0) END
    FROM users AS u
    WHERE s.id = ${id} AND u.id = s.user_id
    RETURNING u.id, u.login, u.display_name AS "displayName", u.email, u.role,
              s.expires_at > now() AS alive, s.expires_at > to_timestamp(0) AS current`;
  if (!row) return { outcome: "unknown" };
  const { alive, current, ...user } = row;
  if (alive) return { outcome: "rotated", user };
  return { outcome: current ? "unknown" : "reused" };
}

/** Signs one device out. */
export async function endSignIn(sql: Sql, id: string): Promise<void> {
  await sql`DELETE FROM sign_ins WHERE id = ${id}`;
}

/** Signs all devices of the user out whom this living family belongs to. False: there is no such family. */
export async function endAllSignIns(sql: Sql, id: string): Promise<boolean> {
  const ended = await sql`
    DELETE FROM sign_ins WHERE user_id = (SELECT user_id FROM sign_ins WHERE id = ${id} AND expires_at > now())`;
  return ended.count > 0;
}
