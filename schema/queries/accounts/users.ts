// Users: registration, look-up and display names.

import { desc, eq, inArray, or } from "drizzle-orm";
import { brokenConstraint, type Sql } from "../../database.ts";
import { drizzleOn, fragmentOf, listText } from "../../drizzle.ts";
import { users } from "../../tables/accounts.ts";
import { channels } from "../../tables/channels.ts";
import { inTransaction } from "../../transaction.ts";
import { HeldLogin, mustNotBeHeld } from "./logins.ts";

const columns = {
  id: users.id,
  login: users.login,
  displayName: users.displayName,
  pictureUrl: users.pictureUrl,
  email: users.email,
  role: users.role,
  color: users.color,
};

export type User = Pick<typeof users.$inferSelect, keyof typeof columns>;

interface NewUser {
  id: string;
  channelId: string;
  /** Lower case. */
  login: string;
  displayName: string;
  /** Lower case. */
  email: string;
  passwordHash: string;
}

export type Taken = "login_taken" | "email_taken";

/** Inserts a user and their channel in one transaction. A login that is held for another user is taken. */
export async function createUser(sql: Sql, user: NewUser): Promise<"created" | Taken> {
  try {
    const { id, channelId, login, displayName, email, passwordHash } = user;
    await inTransaction(sql, async (tx) => {
      await drizzleOn(tx).insert(users).values({ id, login, displayName, email, passwordHash });
      await drizzleOn(tx).insert(channels).values({ id: channelId, userId: id });
      await mustNotBeHeld(tx, { login, userId: null });
    });
    return "created";
  } catch (error) {
    const taken = takenBy(error);
    if (taken === null) throw error;
    return taken;
  }
}

/** Which taken name made a statement on `users` fail; null: another error. */
export function takenBy(error: unknown): Taken | null {
  if (error instanceof HeldLogin) return "login_taken";
  const constraint = brokenConstraint(error);
  return constraint === "users_login_key" ? "login_taken" : constraint === "users_email_key" ? "email_taken" : null;
}

/** An early answer before the costly password hash; the unique indexes decide. A held login is taken. `spellings`: of the e-mail address. */
export async function takenName(
  sql: Sql,
  { login, spellings }: { login: string; spellings: readonly string[] },
): Promise<Taken | null> {
  const [row] = await sql<{ byLogin: boolean; byEmail: boolean }[]>`
    SELECT EXISTS (SELECT 1 FROM users WHERE login = ${login})
             OR EXISTS (SELECT 1 FROM past_logins WHERE login = ${login} AND held_until > now()) AS "byLogin",
           EXISTS (SELECT 1 FROM users WHERE email = ANY (${[...spellings]})) AS "byEmail"`;
  return row?.byLogin ? "login_taken" : row?.byEmail ? "email_taken" : null;
}

/** `spellings`: of a login or an e-mail address, in lower case; the first of them has preference. A login has no @. */
export async function userByName(
  sql: Sql,
  spellings: readonly string[],
): Promise<(User & { passwordHash: string | null }) | null> {
  const [row] = await drizzleOn(sql)
    .select({ ...columns, passwordHash: users.passwordHash })
    .from(users)
    .where(or(inArray(users.login, [...spellings]), inArray(users.email, [...spellings])))
    .orderBy(desc(eq(users.email, spellings[0] ?? "")));
  return row ?? null;
}

const COLUMNS = fragmentOf(listText(columns));

/** Runs for each page of a signed-in user. */
export async function userById(sql: Sql, id: string): Promise<User | null> {
  const [row] = await sql<User[]>`SELECT ${sql(COLUMNS)} FROM users WHERE id = ${id}`;
  return row ?? null;
}

/** Fields that are absent stay. Null: no such user. */
export async function changeProfile(
  sql: Sql,
  id: string,
  change: { displayName?: string; color?: string | null },
): Promise<User | null> {
  const [row] = await drizzleOn(sql).update(users).set(change).where(eq(users.id, id)).returning(columns);
  return row ?? null;
}
