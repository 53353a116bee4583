// The button below a list that has more pages.

import type { List } from "./list.ts";

export function LoadMore({ list }: { list: Pick<List<unknown>, "hasMore" | "more"> }) {
  if (!list.hasMore) return null;
  return (
    <button type="button" class="button" onClick={list.more}>
      Show more
    </button>
  );
}
