// Whose a login is: the user's that has it, or for a while still the one's who gave it up for another.

import type { Sql } from "../database.ts";

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
