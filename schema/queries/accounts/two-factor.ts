// The second step of signing in: sealed secrets, codes that were used, recovery codes, and how often somebody may guess.

import type { Sql } from "../../database.ts";
import { inTransaction } from "../../transaction.ts";

export interface TotpRow {
  /** Null: there is none, not even an unconfirmed one. */
  sealed: Uint8Array | null;
  /** Null: it does not count yet. */
  confirmedAt: Date | null;
  recoveryCodesLeft: number;
}

/** Null: there is no such user. */
export async function totpOf(sql: Sql, userId: string): Promise<TotpRow | null> {
  const [row] = await sql<TotpRow[]>`
    SELECT totp_secret AS sealed, totp_confirmed_at AS "confirmedAt",
           (SELECT count(*) FROM recovery_codes r WHERE r.user_id = u.id AND used_at IS NULL)::int AS "recoveryCodesLeft"
    FROM users u WHERE id = ${userId}`;
  return row ?? null;
}

/** Replaces one that was never confirmed. False: there is a confirmed one. */
export async function proposeTotp(sql: Sql, userId: string, sealed: Uint8Array): Promise<boolean> {
  const proposed = await sql`
    UPDATE users SET totp_secret = ${sealed}, totp_last_step = NULL WHERE id = ${userId} AND totp_confirmed_at IS NULL`;
  return proposed.count > 0;
}

/** With its first code and its recovery codes. False: another secret has taken its place, or was confirmed meanwhile. */
export async function confirmTotp(
  sql: Sql,
  userId: string,
  { sealed, step, codeHashes }: { sealed: Uint8Array; step: number; codeHashes: Uint8Array[] },
): Promise<boolean> {
  const [row] = await sql<{ confirmed: boolean }[]>`
    WITH confirmed AS (
      UPDATE users SET totp_confirmed_at = now(), totp_last_step = ${step}
      WHERE id = ${userId} AND totp_confirmed_at IS NULL AND totp_secret = ${sealed} RETURNING id
    ), gone AS (
      DELETE FROM recovery_codes WHERE user_id IN (SELECT id FROM confirmed)
    ), made AS (
      INSERT INTO recovery_codes (user_id, code_hash) SELECT id, decode(unnest(${hexOf(codeHashes)}::text[]), 'hex') FROM confirmed
    )
    SELECT EXISTS (SELECT 1 FROM confirmed) AS confirmed`;
  return row!.confirmed;
}

/** Of two at once the codes of the second are good. False: there is no second step any more. */
export async function renewRecoveryCodes(sql: Sql, userId: string, codeHashes: Uint8Array[]): Promise<boolean> {
  return inTransaction(sql, async (sql) => {
    const on = await sql`SELECT 1 FROM users WHERE id = ${userId} AND totp_confirmed_at IS NOT NULL FOR NO KEY UPDATE`;
    if (on.length === 0) return false;
    await sql`DELETE FROM recovery_codes WHERE user_id = ${userId}`;
    await sql`
      INSERT INTO recovery_codes (user_id, code_hash) SELECT ${userId}::uuid, decode(unnest(${hexOf(codeHashes)}::text[]), 'hex')`;
    return true;
  });
}

/** False: it was not on. */
export function removeTotp(sql: Sql, userId: string): Promise<boolean> {
  return inTransaction(sql, async (sql) => {
    const [was] = await sql<{ on: boolean }[]>`
      SELECT totp_confirmed_at IS NOT NULL AS on FROM users WHERE id = ${userId} FOR UPDATE`;
    await sql`UPDATE users SET totp_secret = NULL, totp_confirmed_at = NULL, totp_last_step = NULL WHERE id = ${userId}`;
    await sql`DELETE FROM recovery_codes WHERE user_id = ${userId}`;
    return was?.on ?? false;
  });
}

/** False: this step's code or a later one was used before (RFC 6238 §5.2). Of two at once one succeeds. */
export async function useTotpStep(sql: Sql, userId: string, step: number): Promise<boolean> {
  const used = await sql`
    UPDATE users SET totp_last_step = ${step}
    WHERE id = ${userId} AND totp_confirmed_at IS NOT NULL AND coalesce(totp_last_step, -1) < ${step}`;
  return used.count > 0;
}

/** False: there is none, or it was used before. Of two at once one succeeds. */
export async function useRecoveryCode(sql: Sql, userId: string, codeHash: Uint8Array): Promise<boolean> {
  const used = await sql`
    UPDATE recovery_codes SET used_at = now()
    WHERE user_id = ${userId} AND code_hash = ${codeHash} AND used_at IS NULL`;
  return used.count > 0;
}

export interface OtpTries {
  /** At once. */
  countMax: number;
  /** Until one more is allowed. */
  refillMs: number;
}

/** Counts a try before it is judged, so that a hundred at once are not a hundred guesses. Null: go on; else to wait so many ms. */
export async function takeOtpTry(sql: Sql, userId: string, { countMax, refillMs }: OtpTries): Promise<number | null> {
  const [row] = await sql<{ taken: boolean; waitMs: number }[]>`
    WITH taken AS (
      UPDATE users SET otp_tries = ${left(sql, refillMs)} + 1, otp_tried_at = clock_timestamp()
      WHERE id = ${userId} AND ${left(sql, refillMs)} + 1 <= ${countMax} RETURNING id
    )
    SELECT EXISTS (SELECT 1 FROM taken) AS taken,
           ceil((${left(sql, refillMs)} + 1 - ${countMax}) * ${refillMs})::float8 AS "waitMs"
    FROM users WHERE id = ${userId}`;
  if (!row || row.taken) return null;
  return Math.max(1, row.waitMs);
}

/** Of a right code. */
export async function giveBackOtpTry(sql: Sql, userId: string): Promise<void> {
  await sql`UPDATE users SET otp_tries = greatest(0, otp_tries - 1) WHERE id = ${userId}`;
}

/** Tries that have not drained yet. */
const left = (sql: Sql, refillMs: number) =>
  sql`greatest(0, otp_tries - greatest(0, extract(epoch FROM clock_timestamp() - otp_tried_at)::float8 * 1000 / ${refillMs}::float8))`;

/** Secrets that are not sealed by the key whose name this is (the bytes after the first), of users after `afterId`. */
export async function totpSealedByOthers(
  sql: Sql,
  { keyName, afterId, limit }: { keyName: Uint8Array; afterId: string; limit: number },
): Promise<{ userId: string; sealed: Uint8Array }[]> {
  return await sql<{ userId: string; sealed: Uint8Array }[]>`
    SELECT id AS "userId", totp_secret AS sealed FROM users
    WHERE totp_secret IS NOT NULL AND substring(totp_secret FROM 2 FOR ${keyName.length}) <> ${keyName} AND id > ${afterId}
    ORDER BY id LIMIT ${limit}`;
}

/** Only while it is still the one that was read. */
export async function replaceTotpSeal(
  sql: Sql,
  { userId, before, after }: { userId: string; before: Uint8Array; after: Uint8Array },
): Promise<void> {
  await sql`UPDATE users SET totp_secret = ${after} WHERE id = ${userId} AND totp_secret = ${before}`;
}

/** The driver takes lists of text, not of bytes. */
const hexOf = (hashes: readonly Uint8Array[]) => hashes.map((hash) => Buffer.from(hash).toString("hex"));
