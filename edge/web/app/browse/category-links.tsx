// Categories as tiles, each with its picture and the number of its live channels.

import { useSignal } from "@preact/signals";
import type { CategoryView } from "#schema/api/categories.ts";
import { pictureSet } from "#schema/wire/picture-widths.ts";
import { hueOf } from "../ui/contrast.ts";
import { words } from "../words/browse.ts";

export const CategoryLinks = ({ categories }: { categories: readonly CategoryView[] }) => (
  <ul class="category-links">
    {categories.map((category) => (
      <li key={category.slug}>
        <a href={`/categories/${category.slug}`}>
          <CategoryPicture category={category} />
          <span class="category-text">
            <strong>{category.name}</strong>
            {category.liveChannels > 0 ? <span class="muted">{words.liveChannels(category.liveChannels)}</span> : null}
          </span>
        </a>
      </li>
    ))}
  </ul>
);

/** Without a picture: the first letter of the name on a colour of its own. */
export function CategoryPicture({ category: { slug, name, pictureUrl } }: { category: CategoryView }) {
  const broken = useSignal<string | null>(null);
  return (
    <span class="category-picture" style={{ "--hue": hueOf(slug) }} aria-hidden="true">
      {pictureUrl && pictureUrl !== broken.value ? (
        <img
          src={pictureUrl}
          srcset={pictureSet(pictureUrl, [240, 480])}
          sizes="200px"
          alt=""
          loading="lazy"
          width={240}
          height={180}
          onError={() => {
            broken.value = pictureUrl;
          }}
        />
      ) : (
        [...name][0]
      )}
    </span>
  );
}
