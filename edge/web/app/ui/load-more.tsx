// The button below a list of which there is more.

import type { List } from "./list.ts";

export function More({ list }: { list: Pick<List<unknown>, "hasMore" | "more"> }) {
  if (!list.hasMore) return null;
  return (
    <button type="button" class="button" onClick={list.more}>
      More
    </button>
  );
}
