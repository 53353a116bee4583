// Search for channels: by login, display name, and the title of what is live.

import type { Sql } from "../../database.ts";
import { suspendedNow } from "../people/suspensions.ts";
import {
  beginningOfWord,
  hasChannelTitle,
  hasName,
  type Key,
  partOfWord,
  titleWords,
  wordsOf,
} from "../search/words.ts";
import { type CategoryRow, categoryColumns } from "./categories.ts";
import { type ChannelRow, channelColumns, onAir } from "./channels.ts";

/** Channels that one word may find. A word that finds more, such as a single letter on a large site, does not find all. */
const HITS_MAX = 5_000;

interface ChannelSearch {
  key: Key;
  /** Sort fields of the previous page's last row. */
  after: { place: number; followers: number; id: string } | null;
  limit: number;
}

interface HitRow extends ChannelRow {
  /** See `searchedChannels`: the sort key, before the followers. */
  place: number;
}

/**
 * Channels in which each word of the key is part of a name or, while live, begins a word of the title. One and two letters must begin a
 * word of a name, too. Neither suspended nor unlisted channels are found.
 * First the channel with exactly this name, then names that begin with the key, names that contain it, and titles; among these first the
 * live ones, then those with more followers.
 */
export async function searchedChannels(sql: Sql, { key, after, limit }: ChannelSearch): Promise<HitRow[]> {
  const words = wordsOf(key);
  if (words.length === 0) return [];
  const inName = (word: string) => hasName(sql, partOfWord(word));
  const inTitle = (word: string) => hasChannelTitle(sql, beginningOfWord(word));
  const isLive = sql`EXISTS (SELECT 1 FROM broadcasts WHERE channel_id = c.id AND ended_at IS NULL AND phase IN ('live', 'lost'))`;
  const found = words.map(
    (word) => sql`AND c.id IN (
      (SELECT c.id FROM users u JOIN channels c ON c.user_id = u.id WHERE ${inName(word)} LIMIT ${HITS_MAX})
      UNION ALL (SELECT c.id FROM channels c WHERE ${inTitle(word)} AND ${isLive} LIMIT ${HITS_MAX})
      UNION ALL SELECT c.id FROM users u JOIN channels c ON c.user_id = u.id WHERE u.login = ${word})`,
  );
  return sql<HitRow[]>`
    WITH hits AS (
      SELECT c.id, c.followers, (CASE
          WHEN ${key} IN (search_key(u.login), search_key(u.display_name)) THEN 0
          WHEN starts_with(search_key(u.login), ${key}) OR starts_with(search_key(u.display_name), ${key}) THEN 2
          WHEN ${words.map(inName).reduce((all, one) => sql`${all} AND ${one}`)} THEN 4 ELSE 6
        END) + (CASE WHEN ${isLive} THEN 0 ELSE 1 END) AS place
      FROM channels c JOIN users u ON u.id = c.user_id
      WHERE NOT ${suspendedNow(sql, "c")} AND NOT ${suspendedNow(sql, "u")} AND c.visibility <> 'unlisted'
        ${found.reduce((all, one) => sql`${all} ${one}`)}
    ), page AS (
      SELECT * FROM hits
      ${after ? sql`WHERE (place, -followers, id) > (${after.place}, ${-after.followers}, ${after.id}::uuid)` : sql``}
      ORDER BY place, followers DESC, id LIMIT ${limit}
    )
    ${channelColumns(sql)}, p.place
    FROM page p JOIN channels c ON c.id = p.id JOIN users u ON u.id = c.user_id ${onAir(sql)}
    ORDER BY p.place, p.followers DESC, p.id`;
}

/** Categories in whose name each word of the key is, by name. There are few. */
export async function searchedCategories(
  sql: Sql,
  { key, limit }: { key: Key; limit: number },
): Promise<CategoryRow[]> {
  const words = titleWords(key);
  if (words === null) return [];
  return sql<CategoryRow[]>`
    ${categoryColumns(sql)} WHERE search_lexemes(search_key(g.name), false) @@ ${words}::tsquery
    ORDER BY g.name LIMIT ${limit}`;
}
