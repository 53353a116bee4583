// A page of what a search finds, newest first, at a price that does not grow with the site.
//
// An inverted index finds its rows in no order. What few rows have is read whole from the index and sorted. What many have is common enough to
// be met soon on a walk from the newest row on, so that as few rows are read; the index would find a large part of the table.

import type { Fragment, Sql } from "../../database.ts";

/** With more hits than this, a search walks. */
const FEW = 5_000;

interface NewestFound {
  /** SELECTs of ids, each by an index: together they find what has the words. */
  hits: readonly Fragment[];
  /** The row's id, which has the order of age. */
  id: Fragment;
  /** `FROM …`, in which `id` and the conditions have their meaning; without a word of the search. */
  from: Fragment;
  /** What a row must be besides. */
  where: Fragment;
  /** The row has the words: what `hits` finds, as a condition. */
  has: Fragment;
  limit: number;
}

/** A SELECT of `id`, in descending order. */
export function newestFound(sql: Sql, { hits, id, from, where, has, limit }: NewestFound): Fragment {
  const each = hits.map((hit) => sql`(${hit} LIMIT ${FEW + 1})`);
  // OFFSET 0 keeps the planner, which knows little of how rare a word is, from a walk in the first of the two.
  return sql`
    WITH hits AS MATERIALIZED (${each.reduce((all, one) => sql`${all} UNION ${one}`)}),
    counted AS MATERIALIZED (SELECT count(*) <= ${FEW} AS few FROM hits)
    (SELECT f.id FROM (SELECT id FROM hits WHERE (SELECT few FROM counted) ORDER BY id DESC OFFSET 0) h
      CROSS JOIN LATERAL (SELECT ${id} AS id ${from} WHERE ${id} = h.id AND ${where} OFFSET 0) f
      ORDER BY h.id DESC LIMIT ${limit})
    UNION ALL
    (SELECT ${id} AS id ${from} WHERE NOT (SELECT few FROM counted) AND ${has} AND ${where} ORDER BY ${id} DESC LIMIT ${limit})`;
}
