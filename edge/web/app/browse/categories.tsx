// All categories, those with live channels first.

import type { CategoryView } from "#schema/api/categories.ts";
import { useTitle } from "../instance.ts";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { LoadMore } from "../ui/load-more.tsx";
import { words } from "../words/browse.ts";
import { CategoryLinks } from "./category-links.tsx";

export function Categories() {
  const list = useList<CategoryView>("/categories?limit=100");
  useTitle(words.categories);
  return (
    <main id="main" class="browse">
      <h1>{words.categories}</h1>
      <ListState list={list} />
      <CategoryLinks categories={list.items.value ?? []} />
      <LoadMore list={list} />
    </main>
  );
}
