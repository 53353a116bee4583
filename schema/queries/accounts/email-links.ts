// Links sent by e-mail: hashes of their tokens, their purpose, and what their use changes. A token works once.

import { and, eq, gt, isNull, ne } from "drizzle-orm";
import { brokenConstraint, type Sql } from "../../database.ts";
import { drizzleOn, now } from "../../drizzle.ts";
import { emailTokens, users } from "../../tables/accounts.ts";
import { inTransaction } from "../../transaction.ts";
import { endSignInsOf } from "./devices.ts";

export type EmailPurpose = (typeof emailTokens.$inferSelect)["purpose"];

interface EmailToken {
  tokenHash: Uint8Array;
  userId: string;
  purpose: EmailPurpose;
  /** Recipient of the e-mail. For a `change`: the new address. */
  email: string;
  expiresInMs: number;
}

/** Replaces older tokens of this user and purpose. */
export async function putEmailToken(sql: Sql, token: EmailToken): Promise<void> {
  await sql`
    WITH older AS (DELETE FROM email_tokens WHERE user_id = ${token.userId} AND purpose = ${token.purpose})
    INSERT INTO email_tokens (token_hash, user_id, purpose, email, expires_at)
    VALUES (${token.tokenHash}, ${token.userId}, ${token.purpose}, ${token.email}, now() + ${token.expiresInMs} * interval '1 ms')`;
}

interface ResetOf {
  userId: string;
  login: string;
  email: string;
}

/** The user whose password this token may set; null: the token does not work. Does not use the token up: the new password is checked and
 *  hashed first. */
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

interface PasswordReset {
  userId: string;
  login: string;
  email: string;
  /** Ids of the devices signed out. */
  deviceIds: string[];
}

/**
 * Uses the token up and sets the password. Signs out all devices, voids all other links, and verifies the address. If the address was not
 * verified before, a stranger may have made the account with it: every other way in, and the stream key, go too. Null: the token does
 * not work.
 */
export async function resetPassword(
  sql: Sql,
  { tokenHash, passwordHash }: { tokenHash: Uint8Array; passwordHash: string },
): Promise<PasswordReset | null> {
  return inTransaction(sql, async (sql) => {
    await lockOwner(sql, tokenHash);
    // Dependent rows go in later statements: these see a concurrent sign-in with the old password, or that sign-in sees the new password.
    const [row] = await sql<(Omit<PasswordReset, "deviceIds"> & { proved: boolean })[]>`
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
    return { ...reset, deviceIds: await endSignInsOf(sql, userId) };
  });
}

/** Locks the user's row before any token's, as all writers do: a password change deletes tokens, and another order could deadlock. */
const lockOwner = (sql: Sql, tokenHash: Uint8Array) => sql`
  SELECT 1 FROM users WHERE id = (SELECT user_id FROM email_tokens WHERE token_hash = ${tokenHash}) FOR NO KEY UPDATE`;

/** Deletes personal access tokens, identities, the stream key and the channel's roles. */
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
  /** The account's address after confirmation. */
  email: string;
  /** The previous address; null: unchanged. */
  before: string | null;
}

/**
 * Uses up a `verify` or `change` token: verifies its address and, for a `change`, makes it the account's address. `email_taken`: another
 * account has the address now; the token is not used up.
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
    -- Links sent to the old address become void.
    links AS (
      DELETE FROM email_tokens t USING used
      WHERE t.user_id = used.user_id AND t.token_hash <> ${tokenHash} AND used.purpose = 'change'
    )
    UPDATE users u SET email = used.email, email_verified_at = now() FROM used WHERE u.id = used.user_id
    RETURNING u.id AS "userId", u.login, u.email, nullif(used.before, u.email) AS before`;
  return row;
}
