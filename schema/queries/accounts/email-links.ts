// Links sent by e-mail: hashes of their tokens, what each is good for, and what using one changes. A token is used once.

import { and, eq, gt, isNull, ne } from "drizzle-orm";
import { brokenConstraint, type Sql } from "../../database.ts";
import { drizzleOn, now } from "../../drizzle.ts";
import { emailTokens, users } from "../../tables/accounts.ts";
import { inTransaction } from "../../transaction.ts";
import { endSignInsOf } from "./devices.ts";

export type EmailPurpose = (typeof emailTokens.$inferSelect)["purpose"];

export interface EmailToken {
  tokenHash: Uint8Array;
  userId: string;
  purpose: EmailPurpose;
  /** Where the letter goes; of a `change`, the address to be. */
  email: string;
  expiresInMs: number;
}

/** Older ones of this user and purpose are void from now on. */
export async function putEmailToken(sql: Sql, token: EmailToken): Promise<void> {
  await sql`
    WITH older AS (DELETE FROM email_tokens WHERE user_id = ${token.userId} AND purpose = ${token.purpose})
    INSERT INTO email_tokens (token_hash, user_id, purpose, email, expires_at)
    VALUES (${token.tokenHash}, ${token.userId}, ${token.purpose}, ${token.email}, now() + ${token.expiresInMs} * interval '1 ms')`;
}

export interface ResetOf {
  userId: string;
  login: string;
  email: string;
}

/** Whose password this token may set; null when it no longer works. Uses nothing up: a password is judged and hashed first. */
export async function resetOf(sql: Sql, tokenHash: Uint8Array): Promise<ResetOf | null> {
  const isGood = and(
    eq(emailTokens.purpose, "reset"),
    isNull(emailTokens.usedAt),
    gt(emailTokens.expiresAt, now),
    eq(emailTokens.email, users.email),
  );
  const [row] = await drizzleOn(sql)
    .select({ userId: users.id, login: users.login, email: users.email })
    .from(emailTokens)
    .innerJoin(users, eq(users.id, emailTokens.userId))
    .where(and(eq(emailTokens.tokenHash, tokenHash), isGood));
  return row ?? null;
}

export interface PasswordReset {
  userId: string;
  login: string;
  email: string;
  /** Sign-ins that ended with it. */
  signInIds: string[];
}

/**
 * Uses the token up and sets the password: all sign-ins of the user end, all their links are void, and the address is proved. When it
 * was not proved before, somebody else may have made the account in its owner's name: what they could come back or publish by goes too.
 */
export async function resetPassword(
  sql: Sql,
  { tokenHash, passwordHash }: { tokenHash: Uint8Array; passwordHash: string },
): Promise<PasswordReset | null> {
  return inTransaction(sql, async (sql) => {
    await lockOwner(sql, tokenHash);
    // What hangs on the user in later statements: a sign-in by the old password either is seen by them or sees the new one.
    const [row] = await sql<(Omit<PasswordReset, "signInIds"> & { proved: boolean })[]>`
      WITH used AS (
        UPDATE email_tokens t SET used_at = now() FROM users u
        WHERE t.token_hash = ${tokenHash} AND t.purpose = 'reset' AND t.used_at IS NULL AND t.expires_at > now()
          AND u.id = t.user_id AND u.email = t.email
        RETURNING t.user_id, u.email_verified_at IS NOT NULL AS proved
      )
      UPDATE users u SET password_hash = ${passwordHash}, email_verified_at = coalesce(u.email_verified_at, now())
      FROM used WHERE u.id = used.user_id RETURNING u.id AS "userId", u.login, u.email, used.proved`;
    if (!row) return null;
    const { proved, ...reset } = row;
    const { userId } = reset;
    const others = and(eq(emailTokens.userId, userId), ne(emailTokens.tokenHash, tokenHash));
    await drizzleOn(sql).delete(emailTokens).where(others);
    if (!proved) await shutOut(sql, userId);
    return { ...reset, signInIds: await endSignInsOf(sql, userId) };
  });
}

/** The user's row before any token's, as everybody does it: a new password voids tokens, and they must not wait for each other. */
const lockOwner = (sql: Sql, tokenHash: Uint8Array) => sql`
  SELECT 1 FROM users WHERE id = (SELECT user_id FROM email_tokens WHERE token_hash = ${tokenHash}) FOR NO KEY UPDATE`;

/** Whoever used the account so far. */
async function shutOut(sql: Sql, userId: string): Promise<void> {
  await sql`
    WITH own AS (SELECT id FROM channels WHERE user_id = ${userId}),
    bots AS (DELETE FROM access_tokens WHERE user_id = ${userId}),
    linked AS (DELETE FROM identities WHERE user_id = ${userId}),
    encoders AS (DELETE FROM stream_keys k USING own WHERE k.channel_id = own.id)
    DELETE FROM channel_roles r USING own WHERE r.channel_id = own.id`;
}

export interface Confirmed {
  userId: string;
  login: string;
  /** The account's address from now on. */
  email: string;
  /** The one before, when it changed. */
  before: string | null;
}

/**
 * Uses up a `verify` or `change` token: its address is proved and, of a change, the account's from now on. `email_taken`: another account
 * has it by now, and the token is not used up.
 */
export async function confirmEmail(sql: Sql, tokenHash: Uint8Array): Promise<Confirmed | "bad_link" | "email_taken"> {
  try {
    return (await inTransaction(sql, (sql) => useToConfirm(sql, tokenHash))) ?? "bad_link";
  } catch (error) {
    if (brokenConstraint(error) === "users_email_key") return "email_taken";
    throw error;
  }
}

async function useToConfirm(sql: Sql, tokenHash: Uint8Array): Promise<Confirmed | undefined> {
  await lockOwner(sql, tokenHash);
  const [row] = await sql<Confirmed[]>`
    WITH used AS (
      UPDATE email_tokens t SET used_at = now() FROM users u
      WHERE t.token_hash = ${tokenHash} AND t.used_at IS NULL AND t.expires_at > now() AND u.id = t.user_id
        AND (t.purpose = 'change' OR (t.purpose = 'verify' AND t.email = u.email))
      RETURNING t.user_id, t.email, u.email AS before, t.purpose
    ),
    -- Letters to the old address open nothing any more.
    links AS (
      DELETE FROM email_tokens t USING used
      WHERE t.user_id = used.user_id AND t.token_hash <> ${tokenHash} AND used.purpose = 'change'
    )
    UPDATE users u SET email = used.email, email_verified_at = now() FROM used WHERE u.id = used.user_id
    RETURNING u.id AS "userId", u.login, u.email, nullif(used.before, u.email) AS before`;
  return row;
}
