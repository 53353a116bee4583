// What the search box offers, and where arrow keys lead.

import { expect, test } from "bun:test";
import type { SearchView } from "#schema/api/search.ts";
import { moved, searchHref, suggestionsFor } from "./suggestions.ts";

const found = {
  channels: { items: Array.from({ length: 8 }, (_, i) => ({ id: `${i}`, login: `owl_${i}` })), nextCursor: null },
  categories: [{ slug: "chess", name: "Chess", liveChannels: 1 }],
} as unknown as SearchView;

test("channels come first, then categories, then the search itself", () => {
  expect(suggestionsFor("owl", found).map(({ href }) => href)).toEqual([
    ...[0, 1, 2, 3, 4, 5].map((i) => `/owl_${i}`),
    "/categories/chess",
    "/search?q=owl",
  ]);
  expect(suggestionsFor(" a&b ", null).map(({ href }) => href)).toEqual(["/search?q=a%26b"]);
  for (const query of ["", "  "]) expect(suggestionsFor(query, found)).toEqual([]);
  expect(searchHref("100 % #1")).toBe("/search?q=100%20%25%20%231");
});

test("arrows lead from the text through all suggestions and back to the text", () => {
  const down = [-1];
  for (let i = 0; i < 4; i++) down.push(moved(down.at(-1)!, 1, 3));
  expect(down).toEqual([-1, 0, 1, 2, -1]);
  expect([moved(-1, -1, 3), moved(0, -1, 3), moved(-1, 1, 0)]).toEqual([2, -1, -1]);
});
