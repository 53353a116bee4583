// Identities: accounts at providers, linked to ours, and sign-in by them.

import { and, asc, eq, isNotNull, type SQL } from "drizzle-orm";
import { brokenConstraint, type Sql } from "../../database.ts";
import { drizzleOn, now } from "../../drizzle.ts";
import { identities, users } from "../../tables/accounts.ts";
import { channels } from "../../tables/channels.ts";
import { inTransaction } from "../../transaction.ts";
import { endSignInsOf } from "./devices.ts";
import { mustNotBeHeld } from "./logins.ts";
import { takenBy } from "./users.ts";

type IdentityRow = Pick<typeof identities.$inferSelect, "provider" | "name" | "createdAt">;

export function identitiesOf(sql: Sql, userId: string): Promise<IdentityRow[]> {
  return drizzleOn(sql)
    .select({ provider: identities.provider, name: identities.name, createdAt: identities.createdAt })
    .from(identities)
    .where(eq(identities.userId, userId))
    .orderBy(asc(identities.createdAt));
}

export interface Identity {
  provider: string;
  /** The provider's id of the account. */
  subject: string;
  name: string;
}

/** The user linked to an identity; null: none. Also updates the identity's name. */
export async function userOfIdentity(sql: Sql, { provider, subject, name }: Identity): Promise<string | null> {
  const [row] = await drizzleOn(sql)
    .update(identities)
    .set({ name })
    .where(and(eq(identities.provider, provider), eq(identities.subject, subject)))
    .returning({ userId: identities.userId });
  return row?.userId ?? null;
}

/** `identity_taken`: linked to another user. `identity_exists`: this user is linked to another account of the provider. */
export type Linked = "linked" | "identity_taken" | "identity_exists" | "not_signed_in";

/** Links only while the device is signed in: after a sign-out in the meantime it answers `not_signed_in`. Idempotent. */
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
    if (brokenConstraint(error) === "identities_user") return "identity_exists";
    throw error;
  }
}

/** `ended`: ids of the devices signed out. `last_way_in`: the user has neither a password nor another identity. */
type Unlinked = { outcome: "unlinked"; ended: string[] } | { outcome: "not_found" | "last_way_in" };

/** Also signs out the devices that signed in by this provider, except `keepSignInId`. */
export async function unlinkIdentity(
  sql: Sql,
  { userId, provider, keepDeviceId }: { userId: string; provider: string; keepDeviceId: string | null },
): Promise<Unlinked> {
  return inTransaction<Unlinked>(sql, async (tx) => {
    // The row lock makes the second of two concurrent requests see the result of the first.
    const db = drizzleOn(tx);
    const [user] = await db
      .select({ hasPassword: isNotNull(users.passwordHash) as SQL<boolean> })
      .from(users)
      .where(eq(users.id, userId))
      .for("update");
    const linked = await identitiesOf(tx, userId);
    if (!linked.some((one) => one.provider === provider)) return { outcome: "not_found" };
    if (!user?.hasPassword && linked.length === 1) return { outcome: "last_way_in" };
    await db.delete(identities).where(and(eq(identities.userId, userId), eq(identities.provider, provider)));
    const ended = await endSignInsOf(tx, userId, { except: keepDeviceId, method: `oauth:${provider}` });
    return { outcome: "unlinked", ended };
  });
}

interface NewUserByIdentity extends Identity {
  id: string;
  channelId: string;
  /** Lower case. */
  login: string;
  displayName: string;
  /** Lower case, checked by the provider. */
  email: string;
}

/** `identity_taken`: a concurrent request has just made a user by this identity. */
type MadeByIdentity = "created" | "login_taken" | "email_taken" | "identity_taken";

/** Inserts a user without a password, the identity and the channel in one transaction. A login that is held for another user is taken. */
export async function createUserByIdentity(sql: Sql, user: NewUserByIdentity): Promise<MadeByIdentity> {
  try {
    const { id, channelId, login, displayName, email, provider, subject, name } = user;
    await inTransaction(sql, async (tx) => {
      const db = drizzleOn(tx);
      await db.insert(users).values({ id, login, displayName, email, emailVerifiedAt: now });
      await db.insert(identities).values({ provider, subject, userId: id, name });
      await db.insert(channels).values({ id: channelId, userId: id });
      await mustNotBeHeld(tx, { login, userId: null });
    });
    return "created";
  } catch (error) {
    if (brokenConstraint(error) === "identities_pkey") return "identity_taken";
    const taken = takenBy(error);
    if (taken === null) throw error;
    return taken;
  }
}
