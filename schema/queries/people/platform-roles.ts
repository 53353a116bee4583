// Roles on the whole platform: user, staff, admin.

import { asc, eq } from "drizzle-orm";
import type { Role } from "../../api/user.ts";
import type { Sql } from "../../database.ts";
import { drizzleOn } from "../../drizzle.ts";
import { users } from "../../tables/accounts.ts";
import { isSuspended, suspendedNow } from "./suspensions.ts";

type RoleChange =
  | { outcome: "changed"; userId: string; was: Role }
  | { outcome: "same"; userId: string }
  /** The user is the only admin who is not suspended. */
  | { outcome: "last_admin" }
  | { outcome: "unknown" };

interface NewRole {
  login: string;
  role: Role;
  /** Demotes even the last admin: for an operator at the console, who can grant the role again. Default: false. */
  evenLastAdmin?: boolean;
}

/**
 * Changes a user's role. The admins' rows are locked, so that of two admins who demote each other one remains. Access tokens issued so
 * far are revoked, so the new role counts after the next refresh.
 */
export async function changeRole(sql: Sql, { login, role, evenLastAdmin = false }: NewRole): Promise<RoleChange> {
  const [row] = await sql<{ userId: string; was: Role; changed: boolean }[]>`
    WITH admins AS (
      SELECT u.id, ${suspendedNow(sql, "u")} AS suspended FROM users u WHERE u.role = 'admin' ORDER BY u.id FOR UPDATE
    ), target AS (SELECT id, role FROM users WHERE login = ${login.toLowerCase()}),
    changed AS (
      UPDATE users SET role = ${role} FROM target
      WHERE users.id = target.id AND users.role <> ${role}
        AND (${evenLastAdmin} OR users.role <> 'admin' OR EXISTS (SELECT 1 FROM admins WHERE admins.id <> target.id AND NOT suspended))
      RETURNING users.id
    ), voided AS (INSERT INTO revocations (subject, at) SELECT id, clock_timestamp() FROM changed)
    SELECT target.id AS "userId", target.role AS was, EXISTS (SELECT 1 FROM changed) AS changed FROM target`;
  if (!row) return { outcome: "unknown" };
  if (row.changed) return { outcome: "changed", userId: row.userId, was: row.was };
  return row.was === role ? { outcome: "same", userId: row.userId } : { outcome: "last_admin" };
}

/**
 * True when an admin other than `without` is not suspended now. Needs a transaction: the admins' rows stay locked until its end, so that
 * concurrent transactions cannot remove the last two admins.
 */
export async function adminIsLeft(sql: Sql, { without }: { without: string }): Promise<boolean> {
  const admins = await drizzleOn(sql)
    .select({ id: users.id, suspended: isSuspended(users) })
    .from(users)
    .where(eq(users.role, "admin"))
    .orderBy(asc(users.id))
    .for("update");
  return admins.some(({ id, suspended }) => id !== without && !suspended);
}
