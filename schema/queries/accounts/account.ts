// What users change of their own account: password, login, and account deletion. E-mail addresses change by links (email-links.ts).

import { and, desc, eq, sql as expression, gt, inArray, isNull, lt, ne, not, notInArray } from "drizzle-orm";
import { STAFF_ACTS } from "../../api/audit.ts";
import { brokenConstraint, type Sql } from "../../database.ts";
import { drizzleOn, fragmentOf, fromNow, listText, now } from "../../drizzle.ts";
import { emailTokens, erasures, pastLogins, signIns, users } from "../../tables/accounts.ts";
import { channels, streamKeys } from "../../tables/channels.ts";
import { auditLog } from "../../tables/operator.ts";
import { inTransaction } from "../../transaction.ts";
import { adminIsLeft } from "../people/platform-roles.ts";
import { isSuspended } from "../people/suspensions.ts";
import { removePicturesOf } from "../pictures/pictures.ts";
import { endSignInsOf } from "./devices.ts";
import { HeldLogin, mustNotBeHeld } from "./logins.ts";

const columns = {
  id: users.id,
  channelId: channels.id,
  login: users.login,
  displayName: users.displayName,
  email: users.email,
  role: users.role,
  passwordHash: users.passwordHash,
  createdAt: users.createdAt,
  emailVerifiedAt: users.emailVerifiedAt,
  totpConfirmedAt: users.totpConfirmedAt,
  loginChangedAt: users.loginChangedAt,
};

export interface Account extends Pick<typeof users.$inferSelect, Exclude<keyof typeof columns, "channelId">> {
  channelId: string;
  /** The new address that an e-mail was sent to and that is not confirmed yet. */
  pendingEmail: string | null;
}

const COLUMNS = fragmentOf(listText(columns));

/** Runs for each page of a signed-in user. */
export async function accountById(sql: Sql, id: string): Promise<Account | null> {
  const [row] = await sql<Account[]>`
    SELECT ${sql(COLUMNS)},
      (SELECT t.email FROM email_tokens t WHERE t.user_id = users.id AND t.purpose = 'change' AND t.used_at IS NULL
         AND t.expires_at > now() LIMIT 1) AS "pendingEmail"
    FROM users JOIN channels ON channels.user_id = users.id WHERE users.id = ${id}`;
  return row ?? null;
}

/** The user with this e-mail address, in one of its spellings; the first of them has preference. */
export async function userByEmail(
  sql: Sql,
  spellings: readonly string[],
): Promise<{ id: string; login: string; email: string } | null> {
  const { id, login } = users;
  const [row] = await drizzleOn(sql)
    .select({ id, login, email: users.email })
    .from(users)
    .where(inArray(users.email, [...spellings]))
    .orderBy(desc(eq(users.email, spellings[0] ?? "")));
  return row ?? null;
}

/** True when this device signed in within the last `ms`. Refreshing its token is not a sign-in. */
export async function signedInWithin(
  sql: Sql,
  { deviceId, userId, ms }: { deviceId: string; userId: string; ms: number },
): Promise<boolean> {
  const lately = and(gt(signIns.expiresAt, now), gt(signIns.createdAt, fromNow(-ms)));
  const rows = await drizzleOn(sql)
    .select({ id: signIns.id })
    .from(signIns)
    .where(and(eq(signIns.id, deviceId), eq(signIns.userId, userId), lately));
  return rows.length === 1;
}

interface NewPassword {
  userId: string;
  /** Hash of the password that the user has proved to know; null: the account had none. */
  beforeHash: string | null;
  passwordHash: string;
  keepDeviceId: string | null;
}

/**
 * Sets the password, voids links that set a password or change the address (a user who is warned of a stranger's request changes the
 * password), and signs out all devices except `keepSignInId`. Returns the ids of the devices signed out. Null: the password has changed
 * in the meantime.
 */
export async function changePassword(sql: Sql, change: NewPassword): Promise<string[] | null> {
  const { userId, beforeHash, passwordHash, keepDeviceId } = change;
  return inTransaction(sql, async (tx) => {
    const isStill = beforeHash === null ? isNull(users.passwordHash) : eq(users.passwordHash, beforeHash);
    const { count } = await drizzleOn(tx)
      .update(users)
      .set({ passwordHash })
      .where(and(eq(users.id, userId), isStill));
    if (count === 0) return null;
    const isVoid = inArray(emailTokens.purpose, ["reset", "change"]);
    await drizzleOn(tx)
      .delete(emailTokens)
      .where(and(eq(emailTokens.userId, userId), isVoid));
    return endSignInsOf(tx, userId, { except: keepDeviceId });
  });
}

interface NewLogin {
  userId: string;
  /** Lower case. */
  login: string;
  /** The login as typed: the new display name, if the old display name was the login. */
  typed: string;
  onceInMs: number;
  holdMs: number;
}

type LoginChange = "changed" | "login_taken" | "login_changed_lately" | "unknown";

/**
 * Changes the login of the user and their channel, and holds the old one for them. A login held for another user counts as taken. Going
 * back to one's own held login is a change like any other.
 */
export async function changeLogin(
  sql: Sql,
  { userId, login, typed, onceInMs, holdMs }: NewLogin,
): Promise<LoginChange> {
  try {
    return await inTransaction<LoginChange>(sql, async (tx) => {
      const lately = expression<boolean>`coalesce(${gt(users.loginChangedAt, fromNow(-onceInMs))}, false)`;
      const [user] = await drizzleOn(tx)
        .select({ login: users.login, lately })
        .from(users)
        .where(eq(users.id, userId))
        .for("update");
      if (!user) return "unknown";
      if (user.login === login) return "changed";
      if (user.lately) return "login_changed_lately";
      await holdLogin(tx, { login: user.login, userId, holdMs });
      const displayName = expression`
        CASE WHEN lower(${users.displayName}) = ${users.login} THEN ${typed} ELSE ${users.displayName} END`;
      await drizzleOn(tx).update(users).set({ login, loginChangedAt: now, displayName }).where(eq(users.id, userId));
      // After the update, which waits for a user who is giving up this login: only then is their hold visible.
      await mustNotBeHeld(tx, { login, userId });
      await drizzleOn(tx).delete(pastLogins).where(eq(pastLogins.login, login));
      return "changed";
    });
  } catch (error) {
    if (error instanceof HeldLogin || brokenConstraint(error) === "users_login_key") return "login_taken";
    throw error;
  }
}

/** Also deletes expired holds: the former owner of a login is personal data. */
async function holdLogin(tx: Sql, { login, userId, holdMs }: { login: string; userId: string | null; holdMs: number }) {
  const db = drizzleOn(tx);
  const over = db
    .select({ login: pastLogins.login })
    .from(pastLogins)
    .where(lt(pastLogins.heldUntil, now))
    .limit(SWEPT_AT_ONCE)
    .for("update", { skipLocked: true });
  await db.delete(pastLogins).where(inArray(pastLogins.login, over));
  const held = { userId, heldUntil: fromNow(holdMs) };
  await db
    .insert(pastLogins)
    .values({ login, ...held })
    .onConflictDoUpdate({ target: pastLogins.login, set: held });
}

const SWEPT_AT_ONCE = 1_000;

/**
 * Deletes the user with all rows that refer to them, holds their login, and queues the erasure. Returns the ids of the devices signed
 * out. `last_admin`: one admin must remain. `unknown`: no such user.
 */
export async function deleteUser(
  sql: Sql,
  { userId, holdMs }: { userId: string; holdMs: number },
): Promise<string[] | "last_admin" | "unknown"> {
  return inTransaction(sql, async (tx) => {
    if ((await isAdmin(tx, userId)) && !(await adminIsLeft(tx, { without: userId }))) return "last_admin";
    const db = drizzleOn(tx);
    const [user] = await db
      .select({ login: users.login, channelId: channels.id })
      .from(users)
      .innerJoin(channels, eq(channels.userId, users.id))
      .where(eq(users.id, userId))
      .for("update", { of: users });
    if (!user) return "unknown";
    await holdLogin(tx, { login: user.login, userId: null, holdMs });
    await removePicturesOf(tx, [userId, user.channelId]);
    await db
      .insert(erasures)
      .values({ userId, channelId: user.channelId })
      .onConflictDoNothing({ target: erasures.userId });
    // Their acts are kept for security, without address and detail. Acts as staff keep both: an account deletion must not hide the reason.
    await db
      .update(auditLog)
      .set({ address: "", detail: {} })
      .where(and(eq(auditLog.actorId, userId), notInArray(auditLog.act, [...STAFF_ACTS])));
    const ended = await endSignInsOf(tx, userId);
    await db.delete(users).where(eq(users.id, userId));
    return ended;
  });
}

/** Keeps the encoder from reconnecting during the account deletion. */
export async function withdrawStreamKey(sql: Sql, channelId: string): Promise<void> {
  await drizzleOn(sql).delete(streamKeys).where(eq(streamKeys.channelId, channelId));
}

/** True when every other admin is suspended, or there is none. An early answer only: `deleteUser` decides. */
export async function isLastAdmin(sql: Sql, userId: string): Promise<boolean> {
  const others = await drizzleOn(sql)
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.role, "admin"), ne(users.id, userId), not(isSuspended(users))))
    .limit(1);
  return others.length === 0;
}

const isAdmin = async (tx: Sql, userId: string) =>
  (
    await drizzleOn(tx)
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.id, userId), eq(users.role, "admin")))
  ).length === 1;
