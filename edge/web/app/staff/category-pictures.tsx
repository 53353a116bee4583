// The pictures of the categories, which staff chooses.

import { useSignal } from "@preact/signals";
import type { CategoryView } from "#schema/api/categories.ts";
import type { PictureView } from "#schema/api/pictures.ts";
import { CategoryPicture } from "../browse/category-links.tsx";
import { PictureField } from "../pictures/picture-field.tsx";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { LoadMore } from "../ui/load-more.tsx";
import { words } from "../words/pictures.ts";

export function CategoryPictures() {
  const list = useList<CategoryView>("/categories?limit=100");
  return (
    <>
      <p class="muted">{words.categoryAbout}</p>
      <ListState list={list} />
      {list.items.value?.map((category) => (
        <OnePicture key={category.slug} category={category} />
      ))}
      <LoadMore list={list} />
    </>
  );
}

function OnePicture({ category }: { category: CategoryView }) {
  const { slug, name } = category;
  const url = useSignal(category.pictureUrl);
  return (
    <section class="panel" aria-labelledby={`category-${slug}`}>
      <div class="panel-body">
        <h2 id={`category-${slug}`}>{name}</h2>
        <PictureField<PictureView | null>
          kind="category"
          path={`/admin/categories/${slug}/picture`}
          now={url.value}
          nowAlt={words.categoryNow(name)}
          chosenAlt={words.categoryChosen(name)}
          empty={<CategoryPicture category={{ ...category, pictureUrl: null }} />}
          isRemovable={url.value !== null}
          onChanged={(answer) => {
            url.value = answer?.url ?? null;
          }}
        />
      </div>
    </section>
  );
}
