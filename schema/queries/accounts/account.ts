// A person's own account: password, login, and what ends with it. Addresses are changed by their links (emailTokens.ts).

import postgres from "postgres";
import { STAFF_ACTS } from "../../api/audit.ts";
import type { Role } from "../../api/auth.ts";
import type { Sql } from "../../database.ts";
import { inTransaction } from "../../transaction.ts";
import { adminIsLeft } from "../people/platform-roles.ts";
import { suspendedNow } from "../people/suspensions.ts";
import { endSignInsOf } from "./devices.ts";
import { HeldLogin, mustNotBeHeld } from "./logins.ts";

export interface Account {
  id: string;
  channelId: string;
  login: string;
  displayName: string;
  email: string;
  role: Role;
  passwordHash: string | null;
  createdAt: Date;
  emailVerifiedAt: Date | null;
  totpConfirmedAt: Date | null;
  loginChangedAt: Date | null;
  /** The address that a letter was sent to, not confirmed yet. */
  pendingEmail: string | null;
}

export async function accountById(sql: Sql, id: string): Promise<Account | null> {
  const [row] = await sql<Account[]>`
    SELECT u.id, c.id AS "channelId", u.login, u.display_name AS "displayName", u.email, u.role, u.password_hash AS "passwordHash",
      u.created_at AS "createdAt", u.email_verified_at AS "emailVerifiedAt", u.totp_confirmed_at AS "totpConfirmedAt",
      u.login_changed_at AS "loginChangedAt",
      (SELECT t.email FROM email_tokens t WHERE t.user_id = u.id AND t.purpose = 'change' AND t.used_at IS NULL
         AND t.expires_at > now() LIMIT 1) AS "pendingEmail"
    FROM users u JOIN channels c ON c.user_id = u.id WHERE u.id = ${id}`;
  return row ?? null;
}

/** Whom an address belongs to, lower case. */
export async function userByEmail(
  sql: Sql,
  email: string,
): Promise<{ id: string; login: string; email: string } | null> {
  const [row] = await sql<{ id: string; login: string; email: string }[]>`
    SELECT id, login, email FROM users WHERE email = ${email}`;
  return row ?? null;
}

/** True when this device signed in at most so long ago: keeping signed in is not signing in. */
export async function signedInWithin(
  sql: Sql,
  { signInId, userId, ms }: { signInId: string; userId: string; ms: number },
): Promise<boolean> {
  const rows = await sql`
    SELECT 1 FROM sign_ins WHERE id = ${signInId} AND user_id = ${userId} AND expires_at > now()
      AND created_at > now() - ${ms} * interval '1 ms'`;
  return rows.length === 1;
}

export interface NewPassword {
  userId: string;
  /** Of the password that was shown to be known; null: there was none. */
  beforeHash: string | null;
  passwordHash: string;
  keepSignInId: string | null;
}

/**
 * Sets the password, voids links to set one or to change the address (who is told of a stranger's wish changes the password), and ends
 * all sign-ins but one. Answers those that ended. Null: the password is another one by now.
 */
export async function changePassword(sql: Sql, change: NewPassword): Promise<string[] | null> {
  const { userId, beforeHash, passwordHash, keepSignInId } = change;
  return inTransaction(sql, async (sql) => {
    const changed = await sql`
      UPDATE users SET password_hash = ${passwordHash}
      WHERE id = ${userId} AND password_hash IS NOT DISTINCT FROM ${beforeHash}`;
    if (changed.count === 0) return null;
    await sql`DELETE FROM email_tokens WHERE user_id = ${userId} AND purpose IN ('reset', 'change')`;
    return endSignInsOf(sql, userId, { except: keepSignInId });
  });
}

export interface NewLogin {
  userId: string;
  /** Lower case. */
  login: string;
  /** As it was typed: the displayed name, for whom that was the login too. */
  typed: string;
  onceInMs: number;
  holdMs: number;
}

export type LoginChange = "changed" | "login_taken" | "login_changed_lately" | "unknown";

/**
 * Gives the user and their channel another login, and holds the old one for them. Names held for others are taken. Going back to a held
 * name of one's own is a change like any other.
 */
export async function changeLogin(
  sql: Sql,
  { userId, login, typed, onceInMs, holdMs }: NewLogin,
): Promise<LoginChange> {
  try {
    return await inTransaction<LoginChange>(sql, async (tx) => {
      const [user] = await tx<{ login: string; lately: boolean }[]>`
        SELECT login, coalesce(login_changed_at > now() - ${onceInMs} * interval '1 ms', false) AS lately
        FROM users WHERE id = ${userId} FOR UPDATE`;
      if (!user) return "unknown";
      if (user.login === login) return "changed";
      if (user.lately) return "login_changed_lately";
      await holdLogin(tx, { login: user.login, userId, holdMs });
      await tx`UPDATE users SET login = ${login}, login_changed_at = now(),
        display_name = CASE WHEN lower(display_name) = login THEN ${typed} ELSE display_name END WHERE id = ${userId}`;
      // After the change, which waits for whoever is just giving that name up: what they hold is seen only then.
      await mustNotBeHeld(tx, { login, userId });
      await tx`DELETE FROM past_logins WHERE login = ${login}`;
      return "changed";
    });
  } catch (error) {
    if (error instanceof HeldLogin) return "login_taken";
    if (error instanceof postgres.PostgresError && error.constraint_name === "users_login_key") return "login_taken";
    throw error;
  }
}

/** On the same occasion go those that are held no more: whose they were is nobody's business then. */
async function holdLogin(tx: Sql, { login, userId, holdMs }: { login: string; userId: string | null; holdMs: number }) {
  await tx`
    DELETE FROM past_logins WHERE login IN (
      SELECT login FROM past_logins WHERE held_until < now() LIMIT ${SWEPT_AT_ONCE} FOR UPDATE SKIP LOCKED)`;
  await tx`
    INSERT INTO past_logins (login, user_id, held_until) VALUES (${login}, ${userId}, now() + ${holdMs} * interval '1 ms')
    ON CONFLICT (login) DO UPDATE SET user_id = excluded.user_id, held_until = excluded.held_until`;
}

const SWEPT_AT_ONCE = 1_000;

/**
 * Deletes the user with all that hangs on them, holds their login, and notes what erasing is left. Answers the sign-ins that ended.
 * `last_admin`: somebody must stay admin. `unknown`: they are gone.
 */
export async function deleteUser(
  sql: Sql,
  { userId, holdMs }: { userId: string; holdMs: number },
): Promise<string[] | "last_admin" | "unknown"> {
  return inTransaction(sql, async (tx) => {
    if ((await isAdmin(tx, userId)) && !(await adminIsLeft(tx, { without: userId }))) return "last_admin";
    const [user] = await tx<{ login: string; channelId: string }[]>`
      SELECT u.login, c.id AS "channelId" FROM users u JOIN channels c ON c.user_id = u.id WHERE u.id = ${userId} FOR UPDATE OF u`;
    if (!user) return "unknown";
    await holdLogin(tx, { login: user.login, userId: null, holdMs });
    await tx`
      INSERT INTO erasures (user_id, channel_id) VALUES (${userId}, ${user.channelId}) ON CONFLICT (user_id) DO NOTHING`;
    // What they did is kept for security, from where they did it is not. Nobody who was staff takes back by leaving why they did it.
    await tx`
      UPDATE audit_log SET address = '', detail = '{}' WHERE actor_id = ${userId} AND act <> ALL (${STAFF_ACTS as string[]})`;
    const ended = await endSignInsOf(tx, userId);
    await tx`DELETE FROM users WHERE id = ${userId}`;
    return ended;
  });
}

/** Their encoder may not come back while the account is taken down. */
export async function withdrawStreamKey(sql: Sql, channelId: string): Promise<void> {
  await sql`DELETE FROM stream_keys WHERE channel_id = ${channelId}`;
}

/** True when nobody else is admin, or they are suspended. For an answer in time: `deleteUser` has the last word. */
export async function isLastAdmin(sql: Sql, userId: string): Promise<boolean> {
  const rows = await sql`
    SELECT 1 FROM users u WHERE u.role = 'admin' AND u.id <> ${userId} AND NOT ${suspendedNow(sql, "u")} LIMIT 1`;
  return rows.length === 0;
}

const isAdmin = async (sql: Sql, userId: string) =>
  (await sql`SELECT 1 FROM users WHERE id = ${userId} AND role = 'admin'`).length === 1;
