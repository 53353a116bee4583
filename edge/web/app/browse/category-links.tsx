// Categories as a plain list of links, each with the number of its live channels.

import type { CategoryView } from "#schema/api/categories.ts";
import { words } from "../words/browse.ts";

export const CategoryLinks = ({ categories }: { categories: readonly CategoryView[] }) => (
  <ul class="category-links">
    {categories.map(({ slug, name, liveChannels }) => (
      <li key={slug}>
        <a href={`/categories/${slug}`}>
          <strong>{name}</strong>
          {liveChannels > 0 ? <span class="muted">{words.liveChannels(liveChannels)}</span> : null}
        </a>
      </li>
    ))}
  </ul>
);
