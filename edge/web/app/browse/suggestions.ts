// What the search box offers for a text: channels, categories, and the search itself.

import type { SearchView } from "#schema/api/search.ts";

const CHANNELS_MAX = 6;
const CATEGORIES_MAX = 3;

export type Suggestion =
  | { kind: "channel"; href: string; channel: SearchView["channels"]["items"][number] }
  | { kind: "category"; href: string; category: SearchView["categories"][number] }
  | { kind: "search"; href: string };

export const searchHref = (query: string) => `/search?q=${encodeURIComponent(query.trim())}`;

/** `found` null: not known yet. */
export function suggestionsFor(query: string, found: SearchView | null): Suggestion[] {
  if (query.trim() === "") return [];
  return [
    ...(found?.channels.items ?? [])
      .slice(0, CHANNELS_MAX)
      .map((channel) => ({ kind: "channel" as const, href: `/${channel.login}`, channel })),
    ...(found?.categories ?? [])
      .slice(0, CATEGORIES_MAX)
      .map((category) => ({ kind: "category" as const, href: `/categories/${category.slug}`, category })),
    { kind: "search", href: searchHref(query) },
  ];
}

/** The place of the chosen suggestion after an arrow key; −1: the text itself. From the last one on to the text, and back. */
export const moved = (active: number, by: 1 | -1, count: number): number =>
  ((active + 1 + by + count + 1) % (count + 1)) - 1;
