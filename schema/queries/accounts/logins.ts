// Whose a login is: the user's that has it, or for a while still the one's who gave it up for another.

import { and, eq, sql as expression, gt } from "drizzle-orm";
import type { Sql } from "../../database.ts";
import { drizzleOn, now } from "../../drizzle.ts";
import { pastLogins } from "../../tables/accounts.ts";

/** Thrown to undo the transaction that took such a login. */
export class HeldLogin extends Error {
  override readonly name = "HeldLogin";
}

/** Throws HeldLogin when somebody else gave this login up lately; `userId` null: whoever it was. To be asked after taking it, in a later statement. */
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
 * Id of that user, as an SQL expression; null: nobody's. So addresses with an old login lead to the channel while they are held: pages left
 * open, playlists of a broadcast during which the streamer took another name.
 */
export const userOfLogin = (sql: Sql, login: string) => sql`(
  SELECT id FROM users WHERE login = ${login}
  UNION ALL
  SELECT user_id FROM past_logins WHERE login = ${login} AND held_until > now() AND user_id IS NOT NULL
  LIMIT 1
)`;
