// Two-factor: sealed TOTP secrets, used codes, recovery codes, and the rate limit of wrong codes.

import { and, count, eq, sql as expression, gt, isNotNull, isNull, lt, or } from "drizzle-orm";
import type { Sql } from "../../database.ts";
import { drizzleOn, now } from "../../drizzle.ts";
import { recoveryCodes, users } from "../../tables/accounts.ts";
import { inTransaction } from "../../transaction.ts";

interface TotpRow {
  /** Sealed secret, confirmed or not; null: none. */
  sealed: Uint8Array | null;
  /** Null: two-factor is off. */
  confirmedAt: Date | null;
  recoveryCodesLeft: number;
}

/** Null: there is no such user. */
export async function totpOf(sql: Sql, userId: string): Promise<TotpRow | null> {
  const isLeft = and(eq(recoveryCodes.userId, users.id), isNull(recoveryCodes.usedAt));
  const [row] = await drizzleOn(sql)
    .select({
      sealed: users.totpSecret,
      confirmedAt: users.totpConfirmedAt,
      recoveryCodesLeft: count(recoveryCodes.userId),
    })
    .from(users)
    .leftJoin(recoveryCodes, isLeft)
    .where(eq(users.id, userId))
    .groupBy(users.id);
  return row ?? null;
}

/** Stores a secret to be confirmed, in place of an earlier unconfirmed one. False: two-factor is on. */
export async function proposeTotp(sql: Sql, userId: string, sealed: Uint8Array): Promise<boolean> {
  const proposed = await drizzleOn(sql)
    .update(users)
    .set({ totpSecret: sealed, totpLastStep: null })
    .where(and(eq(users.id, userId), isNull(users.totpConfirmedAt)));
  return proposed.count > 0;
}

/** Turns two-factor on. `step`: time step of the first code. False: the secret was replaced or confirmed in the meantime. */
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

/** Replaces all recovery codes; of two concurrent requests the codes of the second are valid. False: two-factor is off. */
export async function renewRecoveryCodes(sql: Sql, userId: string, codeHashes: Uint8Array[]): Promise<boolean> {
  return inTransaction(sql, async (tx) => {
    const db = drizzleOn(tx);
    const on = await db
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.id, userId), isNotNull(users.totpConfirmedAt)))
      .for("no key update");
    if (on.length === 0) return false;
    await db.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
    await db.insert(recoveryCodes).values(codeHashes.map((codeHash) => ({ userId, codeHash })));
    return true;
  });
}

/** Turns two-factor off. False: it was off. */
export function removeTotp(sql: Sql, userId: string): Promise<boolean> {
  return inTransaction(sql, async (tx) => {
    const db = drizzleOn(tx);
    const [was] = await db
      .select({ confirmedAt: users.totpConfirmedAt })
      .from(users)
      .where(eq(users.id, userId))
      .for("update");
    await db
      .update(users)
      .set({ totpSecret: null, totpConfirmedAt: null, totpLastStep: null })
      .where(eq(users.id, userId));
    await db.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
    return was !== undefined && was.confirmedAt !== null;
  });
}

/** False: a code of this time step or a later one was used before (RFC 6238 §5.2). Of two concurrent requests one succeeds. */
export async function useTotpStep(sql: Sql, userId: string, step: number): Promise<boolean> {
  const isLater = or(isNull(users.totpLastStep), lt(users.totpLastStep, step));
  const used = await drizzleOn(sql)
    .update(users)
    .set({ totpLastStep: step })
    .where(and(eq(users.id, userId), isNotNull(users.totpConfirmedAt), isLater));
  return used.count > 0;
}

/** False: no such code, or it was used before. Of two concurrent requests one succeeds. */
export async function useRecoveryCode(sql: Sql, userId: string, codeHash: Uint8Array): Promise<boolean> {
  const isIt = and(eq(recoveryCodes.userId, userId), eq(recoveryCodes.codeHash, codeHash));
  const used = await drizzleOn(sql)
    .update(recoveryCodes)
    .set({ usedAt: now })
    .where(and(isIt, isNull(recoveryCodes.usedAt)));
  return used.count > 0;
}

interface OtpTries {
  /** Size of the burst. */
  countMax: number;
  /** Time until one more try is allowed. */
  refillMs: number;
}

/** Counts a try before its code is checked, so that concurrent requests cannot exceed the limit. Null: allowed; else the wait in ms. */
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

/** Undoes `takeOtpTry` after a correct code. */
export async function giveBackOtpTry(sql: Sql, userId: string): Promise<void> {
  const otpTries = expression`greatest(0, ${users.otpTries} - 1)`;
  await drizzleOn(sql).update(users).set({ otpTries }).where(eq(users.id, userId));
}

/** Tries that still count now. */
const left = (sql: Sql, refillMs: number) =>
  sql`greatest(0, otp_tries - greatest(0, extract(epoch FROM clock_timestamp() - otp_tried_at)::float8 * 1000 / ${refillMs}::float8))`;

/** Secrets sealed by another key than `keyName` (the bytes after the first byte), of users after `afterId`. */
export function totpSealedByOthers(
  sql: Sql,
  { keyName, afterId, limit }: { keyName: Uint8Array; afterId: string; limit: number },
): Promise<{ userId: string; sealed: Uint8Array }[]> {
  const isByOthers = expression`substring(${users.totpSecret} FROM 2 FOR ${keyName.length}) <> ${keyName}`;
  return drizzleOn(sql)
    .select({ userId: users.id, sealed: expression<Uint8Array>`${users.totpSecret}` })
    .from(users)
    .where(and(isNotNull(users.totpSecret), isByOthers, gt(users.id, afterId)))
    .orderBy(users.id)
    .limit(limit);
}

/** Replaces the sealed secret, if it is still `before`. */
export async function replaceTotpSeal(
  sql: Sql,
  { userId, before, after }: { userId: string; before: Uint8Array; after: Uint8Array },
): Promise<void> {
  const isStill = and(eq(users.id, userId), eq(users.totpSecret, before));
  await drizzleOn(sql).update(users).set({ totpSecret: after }).where(isStill);
}

/** Hex, since the driver cannot send arrays of bytes. */
const hexOf = (hashes: readonly Uint8Array[]) => hashes.map((hash) => Buffer.from(hash).toString("hex"));
