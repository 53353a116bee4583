// Categories and how many channels are live in each. A channel's `category` is the name of one, or a word from an earlier release.

import type { Sql } from "../../database.ts";
import type { categories } from "../../tables/channels.ts";
import { suspendedNow } from "../people/suspensions.ts";

export interface CategoryRow extends Readonly<Omit<typeof categories.$inferSelect, "id">> {
  /** Channels on air that the list of channels shows. */
  liveChannels: number;
}

interface CategoriesQuestion {
  /** Sort fields of the previous page's last row. */
  after: { liveChannels: number; slug: string } | null;
  limit: number;
}

/** Those with the most live channels first. */
export function listedCategories(sql: Sql, { after, limit }: CategoriesQuestion): Promise<CategoryRow[]> {
  return sql<CategoryRow[]>`
    SELECT * FROM (${categoryColumns(sql)}) g
    ${after ? sql`WHERE (-"liveChannels", slug) > (${-after.liveChannels}, ${after.slug})` : sql``}
    ORDER BY "liveChannels" DESC, slug LIMIT ${limit}`;
}

/** Null: no such category. */
export async function categoryOfSlug(sql: Sql, slug: string): Promise<CategoryRow | null> {
  const [row] = await sql<CategoryRow[]>`${categoryColumns(sql)} WHERE g.slug = ${slug}`;
  return row ?? null;
}

/** Null: no such category. */
export async function categoryIdOf(sql: Sql, slug: string): Promise<string | null> {
  const [row] = await sql<{ id: string }[]>`SELECT id FROM categories WHERE slug = ${slug}`;
  return row?.id ?? null;
}

/** The name of the category with this slug, or with this name in any letter case. Null: no such category. */
export async function categoryNamed(sql: Sql, word: string): Promise<string | null> {
  const [row] = await sql<{ name: string }[]>`
    SELECT name FROM categories WHERE slug = lower(${word}) OR lower(name) = lower(${word}) LIMIT 1`;
  return row?.name ?? null;
}

export async function categorySlugs(sql: Sql): Promise<string[]> {
  return (await sql<{ slug: string }[]>`SELECT slug FROM categories`).map(({ slug }) => slug);
}

/** SELECT of a CategoryRow's columns from `categories AS g`. */
export const categoryColumns = (sql: Sql) => sql`
  SELECT g.slug, g.name, g.picture_url AS "pictureUrl", coalesce(l.live, 0)::integer AS "liveChannels" FROM categories g LEFT JOIN (
    SELECT c.category, count(DISTINCT c.id) AS live
    FROM broadcasts b JOIN channels c ON c.id = b.channel_id JOIN users u ON u.id = c.user_id
    WHERE b.ended_at IS NULL AND b.phase IN ('live', 'lost') AND c.visibility <> 'unlisted'
      AND NOT ${suspendedNow(sql, "c")} AND NOT ${suspendedNow(sql, "u")}
    GROUP BY c.category
  ) l ON l.category = g.name`;
