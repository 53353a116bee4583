// Serves schema/api/{search,categories}.ts.

import { Refusal } from "#runtime/actor/actor.ts";
import { listCategories, readCategory } from "#schema/api/categories.ts";
import { pageLimit } from "#schema/api/fields.ts";
import { search } from "#schema/api/search.ts";
import { categoryOfSlug, listedCategories } from "#schema/queries/channels/categories.ts";
import { searchedCategories, searchedChannels } from "#schema/queries/channels/search.ts";
import { searchKey } from "#schema/queries/search/words.ts";
import { SLUG_PATTERN } from "#schema/wire/ids.ts";
import type { Counts } from "../gateway/limits/counts.ts";
import { numberField, pageCursor, uuidField } from "../gateway/requests/page-cursor.ts";
import { type Served, serve } from "../gateway/serve.ts";
import type { EdgeWorld } from "../world.ts";
import { createChannelViews } from "./view.ts";
import { viewersOf } from "./viewers.ts";

const CATEGORIES_MAX = 10;

const hitsCursor = pageCursor({ place: numberField, followers: numberField, id: uuidField }, { mark: "s." });
const categoriesCursor = pageCursor(
  { liveChannels: numberField, slug: { pattern: SLUG_PATTERN, read: String } },
  { mark: "c." },
);

export function searchRoutes({ config, database }: EdgeWorld, { counts }: { counts: Counts }): Served[] {
  const { sql } = database;
  const views = createChannelViews(config);

  return [
    serve(search, async ({ query }) => {
      const limit = pageLimit(query);
      const after = hitsCursor.read(query.cursor);
      const key = await searchKey(sql, query.q ?? "");
      const [rows, categories] = await Promise.all([
        searchedChannels(sql, { key, after, limit: limit + 1 }),
        after ? [] : searchedCategories(sql, { key, limit: CATEGORIES_MAX }),
      ]);
      const shown = rows.slice(0, limit);
      const viewers = await viewersOf(
        counts,
        shown.map(({ id }) => id),
      );
      const items = shown.map((row, i) => views.channel(row, viewers[i]!));
      return {
        channels: { items, nextCursor: rows.length > limit ? hitsCursor.write(shown.at(-1)!) : null },
        categories: [...categories],
      };
    }),
    serve(listCategories, async ({ query }) => {
      const limit = pageLimit(query);
      const rows = await listedCategories(sql, { after: categoriesCursor.read(query.cursor), limit: limit + 1 });
      const items = rows.slice(0, limit);
      return { items, nextCursor: rows.length > limit ? categoriesCursor.write(items.at(-1)!) : null };
    }),
    serve(readCategory, async ({ params }) => {
      const category = await categoryOfSlug(sql, params.slug);
      if (!category) throw new Refusal("not_found");
      return category;
    }),
  ];
}
