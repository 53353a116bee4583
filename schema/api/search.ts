// Search: one query for everything that can be found (`/api/v1/search`). Further kinds are further fields.

import { type Static, t } from "elysia";
import { SEARCH_LENGTH_MAX } from "../wire/search.ts";
import { categoryAnswer } from "./categories.ts";
import { channelAnswer } from "./channels.ts";
import { page } from "./fields.ts";
import { route } from "./route.ts";
import { answer, pageOf } from "./shapes.ts";

export const searchAnswer = answer("SearchResults", {
  /** `limit` and `cursor` count here. */
  channels: pageOf(channelAnswer),
  /** At most 10, with the first page only. */
  categories: t.Array(categoryAnswer),
});
export type SearchView = Static<typeof searchAnswer>;

export const search = route("GET /api/v1/search", {
  access: "all",
  limit: "search",
  query: t.Object({
    q: t.Optional(t.String({ maxLength: SEARCH_LENGTH_MAX, description: `at most ${SEARCH_LENGTH_MAX} characters` })),
    ...page,
  }),
  answers: { 200: searchAnswer },
  summary: "Search channels by name and by the title of what is live, and categories; without a query nothing is found",
});
