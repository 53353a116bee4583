// Lines that a moderator cleared: a mark per person or room, instead of a change of each line. For queries on `chat_entries AS c`.

import type { Sql } from "../../database.ts";

/** In place of a user: the whole room. */
export const EVERYBODY = "00000000-0000-0000-0000-000000000000";

/** The marks that may concern a line. */
export const clearsOf = (sql: Sql) => sql`
  LEFT JOIN chat_clears room_clear ON room_clear.channel_id = c.channel_id AND room_clear.user_id = ${EVERYBODY}
  LEFT JOIN chat_clears own_clear ON own_clear.channel_id = c.channel_id AND own_clear.user_id = c.user_id`;

/** True for a cleared line; null or false for others. */
export const clearedLine = (sql: Sql) => sql`(c.seq <= greatest(room_clear.seq, own_clear.seq))`;
