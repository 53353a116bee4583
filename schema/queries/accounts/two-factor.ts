// The second step of signing in: sealed secrets, codes that were used, recovery codes, and how often somebody may guess.

import { and, count, eq, sql as expression, gt, isNotNull, isNull, lt, or } from "drizzle-orm";
import type { Sql } from "../../database.ts";
import { drizzleOn, now } from "../../drizzle.ts";
import { recoveryCodes, users } from "../../tables/accounts.ts";
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

/** Replaces one that was never confirmed. False: there is a confirmed one. */
export async function proposeTotp(sql: Sql, userId: string, sealed: Uint8Array): Promise<boolean> {
  const proposed = await drizzleOn(sql)
    .update(users)
    .set({ totpSecret: sealed, totpLastStep: null })
    .where(and(eq(users.id, userId), isNull(users.totpConfirmedAt)));
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

/** False: it was not on. */
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

/** False: this step's code or a later one was used before (RFC 6238 §5.2). Of two at once one succeeds. */
export async function useTotpStep(sql: Sql, userId: string, step: number): Promise<boolean> {
  const isLater = or(isNull(users.totpLastStep), lt(users.totpLastStep, step));
  const used = await drizzleOn(sql)
    .update(users)
    .set({ totpLastStep: step })
    .where(and(eq(users.id, userId), isNotNull(users.totpConfirmedAt), isLater));
  return used.count > 0;
}

/** False: there is none, or it was used before. Of two at once one succeeds. */
export async function useRecoveryCode(sql: Sql, userId: string, codeHash: Uint8Array): Promise<boolean> {
  const isIt = and(eq(recoveryCodes.userId, userId), eq(recoveryCodes.codeHash, codeHash));
  const used = await drizzleOn(sql)
    .update(recoveryCodes)
    .set({ usedAt: now })
    .where(and(isIt, isNull(recoveryCodes.usedAt)));
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
  const otpTries = expression`greatest(0, ${users.otpTries} - 1)`;
  await drizzleOn(sql).update(users).set({ otpTries }).where(eq(users.id, userId));
}

/** Tries that have not drained yet. */
const left = (sql: Sql, refillMs: number) =>
  sql`greatest(0, otp_tries - greatest(0, extract(epoch FROM clock_timestamp() - otp_tried_at)::float8 * 1000 / ${refillMs}::float8))`;

/** Secrets that are not sealed by the key whose name this is (the bytes after the first), of users after `afterId`. */
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

/** Only while it is still the one that was read. */
export async function replaceTotpSeal(
  sql: Sql,
  { userId, before, after }: { userId: string; before: Uint8Array; after: Uint8Array },
): Promise<void> {
  const isStill = and(eq(users.id, userId), eq(users.totpSecret, before));
  await drizzleOn(sql).update(users).set({ totpSecret: after }).where(isStill);
}

/** The driver takes lists of text, not of bytes. */
const hexOf = (hashes: readonly Uint8Array[]) => hashes.map((hash) => Buffer.from(hash).toString("hex"));
