// Owners of logins: the user who has the login, or the former owner while it is held.

import { and, eq, sql as expression, gt } from "drizzle-orm";
import type { Sql } from "../../database.ts";
import { drizzleOn, now } from "../../drizzle.ts";
import { pastLogins } from "../../tables/accounts.ts";

/** Thrown to roll back the transaction that took a held login. */
export class HeldLogin extends Error {
  override readonly name = "HeldLogin";
}

/** Throws HeldLogin when the login is held for a user other than `userId`; null: for any user. Must run after the statement that takes
 *  the login. */
export async function mustNotBeHeld(
  sql: Sql,
  { login, userId }: { login: string; userId: string | null },
): Promise<void> {
  const { userId: holder } = pastLogins;
  const rows = await drizzleOn(sql)
    .select({ login: pastLogins.login })
    .from(pastLogins)
    .where(
      and(
        eq(pastLogins.login, login),
        gt(pastLogins.heldUntil, now),
        userId === null ? undefined : expression`${holder} IS DISTINCT FROM ${userId}::uuid`,
      ),
    );
  if (rows.length > 0) throw new HeldLogin("this login is held for somebody");
}

/**
 * Id of the owner of a login as an SQL expression; NULL: none. Held logins count, so that addresses with an old login still work: open
 * pages, and playlists of a broadcast during which the streamer changed their login.
 */
export const userOfLogin = (sql: Sql, login: string) => sql`(
  SELECT id FROM users WHERE login = ${login}
  UNION ALL
  SELECT user_id FROM past_logins WHERE login = ${login} AND held_until > now() AND user_id IS NOT NULL
  LIMIT 1
)`;
