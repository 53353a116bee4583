// Who people are: registering, finding, renaming.

import postgres from "postgres";
import type { Role } from "../../api/auth.ts";
import type { Sql } from "../../database.ts";
import { inTransaction } from "../../transaction.ts";
import { HeldLogin, mustNotBeHeld } from "./logins.ts";

export interface User {
  id: string;
  login: string;
  displayName: string;
  email: string;
  role: Role;
}

export interface NewUser {
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

/** A user and the channel that belongs to it, both or neither. A login that is held for somebody is taken. */
export async function createUser(sql: Sql, user: NewUser): Promise<"created" | Taken> {
  try {
    await inTransaction(sql, async (sql) => {
      await sql`
        WITH made AS (
          INSERT INTO users (id, login, display_name, email, password_hash)
          VALUES (${user.id}, ${user.login}, ${user.displayName}, ${user.email}, ${user.passwordHash})
          RETURNING id
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
    throw error;
  }
}

/** Asked before the costly hash; the unique indexes have the last word. A login that somebody gave up lately is taken. */
export async function takenName(sql: Sql, { login, email }: { login: string; email: string }): Promise<Taken | null> {
  const [row] = await sql<{ byLogin: boolean; byEmail: boolean }[]>`
    SELECT EXISTS (SELECT 1 FROM users WHERE login = ${login})
             OR EXISTS (SELECT 1 FROM past_logins WHERE login = ${login} AND held_until > now()) AS "byLogin",
           EXISTS (SELECT 1 FROM users WHERE email = ${email}) AS "byEmail"`;
  return row?.byLogin ? "login_taken" : row?.byEmail ? "email_taken" : null;
}

/** By login or e-mail, lower case. A login has no @, so a name means one user at most. */
export async function userByName(sql: Sql, name: string): Promise<(User & { passwordHash: string }) | null> {
  const [row] = await sql<(User & { passwordHash: string })[]>`
    SELECT id, login, display_name AS "displayName", email, role, password_hash AS "passwordHash"
    FROM users WHERE login = ${name} OR email = ${name}`;
  return row ?? null;
}

export async function userById(sql: Sql, id: string): Promise<User | null> {
  const [row] = await sql<User[]>`
    SELECT id, login, display_name AS "displayName", email, role FROM users WHERE id = ${id}`;
  return row ?? null;
}

export async function renameUser(sql: Sql, id: string, displayName: string): Promise<User | null> {
  const [row] = await sql<User[]>`
    UPDATE users SET display_name = ${displayName} WHERE id = ${id}
    RETURNING id, login, display_name AS "displayName", email, role`;
  return row ?? null;
}
