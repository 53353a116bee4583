// Accounts elsewhere that open an account here.

import postgres from "postgres";
import type { Sql } from "../../database.ts";
import { inTransaction } from "../../transaction.ts";
import { endSignInsOf } from "./devices.ts";
import { HeldLogin, mustNotBeHeld } from "./logins.ts";

export interface IdentityRow {
  provider: string;
  name: string;
  createdAt: Date;
}

export function identitiesOf(sql: Sql, userId: string): Promise<IdentityRow[]> {
  return sql<IdentityRow[]>`
    SELECT provider, name, created_at AS "createdAt" FROM identities WHERE user_id = ${userId} ORDER BY created_at`;
}

export interface Identity {
  provider: string;
  /** The provider's own id of the person. */
  subject: string;
  name: string;
}

/** Whom an account elsewhere opens; null: nobody. What it is called there is brought up to date. */
export async function userOfIdentity(sql: Sql, { provider, subject, name }: Identity): Promise<string | null> {
  const [row] = await sql<{ userId: string }[]>`
    UPDATE identities SET name = ${name} WHERE provider = ${provider} AND subject = ${subject} RETURNING user_id AS "userId"`;
  return row?.userId ?? null;
}

/** `identity_taken`: it opens somebody else's. `identity_exists`: this user is linked to another account of the provider. */
export type Linked = "linked" | "identity_taken" | "identity_exists" | "not_signed_in";

/** Only while that sign-in of the user lives: who was signed out in between links nothing. Linking twice is linking. */
export async function linkIdentity(
  sql: Sql,
  { userId, signInId, provider, subject, name }: Identity & { userId: string; signInId: string },
): Promise<Linked> {
  try {
    const [row] = await sql<{ userId: string }[]>`
      INSERT INTO identities AS i (provider, subject, user_id, name)
      SELECT ${provider}, ${subject}, s.user_id, ${name} FROM sign_ins s
      WHERE s.id = ${signInId} AND s.user_id = ${userId} AND s.expires_at > now()
      ON CONFLICT (provider, subject) DO UPDATE SET name = excluded.name
      RETURNING i.user_id AS "userId"`;
    if (!row) return "not_signed_in";
    return row.userId === userId ? "linked" : "identity_taken";
  } catch (error) {
    if (error instanceof postgres.PostgresError && error.constraint_name === "identities_user")
      return "identity_exists";
    throw error;
  }
}

/** `ended`: devices that had come in by it. `last_way_in`: there is neither a password nor another identity. */
export type Unlinked = { outcome: "unlinked"; ended: string[] } | { outcome: "not_found" | "last_way_in" };

/** Signs out whoever came in by it, but the one who asks. */
export async function unlinkIdentity(
  sql: Sql,
  { userId, provider, keepSignInId }: { userId: string; provider: string; keepSignInId: string | null },
): Promise<Unlinked> {
  return inTransaction<Unlinked>(sql, async (tx) => {
    // Of two at once the second sees what the first has left.
    const [user] = await tx<{ hasPassword: boolean }[]>`
      SELECT password_hash IS NOT NULL AS "hasPassword" FROM users WHERE id = ${userId} FOR UPDATE`;
    const linked = await tx<{ provider: string }[]>`SELECT provider FROM identities WHERE user_id = ${userId}`;
    if (!linked.some((one) => one.provider === provider)) return { outcome: "not_found" };
    if (!user?.hasPassword && linked.length === 1) return { outcome: "last_way_in" };
    await tx`DELETE FROM identities WHERE user_id = ${userId} AND provider = ${provider}`;
    const ended = await endSignInsOf(tx, userId, { except: keepSignInId, method: `oauth:${provider}` });
    return { outcome: "unlinked", ended };
  });
}

export interface NewUserByIdentity extends Identity {
  id: string;
  channelId: string;
  /** Lower case. */
  login: string;
  displayName: string;
  /** Lower case, checked by the provider. */
  email: string;
}

/** `identity_taken`: somebody was made of it a moment ago. */
export type MadeByIdentity = "created" | "login_taken" | "email_taken" | "identity_taken";

/** A user without a password, their channel and what opens it: all or none. A login that is held for somebody is taken. */
export async function createUserByIdentity(sql: Sql, user: NewUserByIdentity): Promise<MadeByIdentity> {
  try {
    await inTransaction(sql, async (sql) => {
      await sql`
        WITH made AS (
          INSERT INTO users (id, login, display_name, email, email_verified_at)
          VALUES (${user.id}, ${user.login}, ${user.displayName}, ${user.email}, now())
          RETURNING id
        ),
        linked AS (
          INSERT INTO identities (provider, subject, user_id, name)
          SELECT ${user.provider}, ${user.subject}, id, ${user.name} FROM made
        )
        INSERT INTO channels (id, user_id) SELECT ${user.channelId}::uuid, id FROM made`;
      await mustNotBeHeld(sql, { login: user.login, userId: null });
    });
    return "created";
  } catch (error) {
    if (error instanceof HeldLogin) return "login_taken";
    if (!(error instanceof postgres.PostgresError) || error.code !== "23505") throw error;
    if (error.constraint_name === "users_login_key") return "login_taken";
    if (error.constraint_name === "users_email_key") return "email_taken";
    if (error.constraint_name === "identities_pkey") return "identity_taken";
    throw error;
  }
}
