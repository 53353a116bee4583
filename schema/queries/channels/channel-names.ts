// Resolves names of channels in bulk, for callers that need little of each: media, chat, and link previews.

import type { Sql } from "../../database.ts";
import type { channels } from "../../tables/channels.ts";
import { isLogin, isUuid } from "../../wire/ids.ts";
import { suspendedNow } from "../people/suspensions.ts";

export type Visibility = (typeof channels.$inferSelect)["visibility"];

interface NamedChannel {
  /** As given in `names`. */
  name: string;
  id: string;
  ownerUserId: string;
  visibility: Visibility;
  /** Playback tokens of another version do not count. */
  playbackVersion: number;
  displayName: string;
  title: string;
  /** A broadcast is on air, and no preview. */
  live: boolean;
}

/** `names`: logins (current or held) or ids, in lower case. Unknown and suspended channels are left out. */
export async function channelsOfNames(sql: Sql, names: readonly string[]): Promise<NamedChannel[]> {
  const logins = names.filter((name) => isLogin(name));
  const ids = names.filter((name) => isUuid(name));
  if (logins.length + ids.length === 0) return [];
  return sql<NamedChannel[]>`
    SELECT DISTINCT ON (named.name) named.name, c.id, c.user_id AS "ownerUserId", c.visibility,
           c.playback_version AS "playbackVersion", u.display_name AS "displayName", c.title,
           COALESCE((SELECT b.phase = 'live' FROM broadcasts b WHERE b.channel_id = c.id ORDER BY b.started_at DESC LIMIT 1), false)
             AS live
    FROM (
      SELECT 0 AS rank, login AS name, id AS user_id FROM users WHERE login = ANY(${logins})
      UNION ALL
      SELECT 1, login, user_id FROM past_logins WHERE login = ANY(${logins}) AND held_until > now()
      UNION ALL
      SELECT 2, id::text, user_id FROM channels WHERE id = ANY(${ids}::uuid[])
    ) named JOIN channels c ON c.user_id = named.user_id JOIN users u ON u.id = c.user_id
    WHERE NOT ${suspendedNow(sql, "c")} AND NOT ${suspendedNow(sql, "u")}
    ORDER BY named.name, named.rank`;
}
