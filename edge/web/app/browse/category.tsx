// The live channels of one category.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { CategoryView } from "#schema/api/categories.ts";
import type { ChannelView } from "#schema/api/channels.ts";
import { ApiError, callApi } from "../api.ts";
import { useTitle } from "../instance.ts";
import { NotFound } from "../pages/not-found.tsx";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { LoadMore } from "../ui/load-more.tsx";
import { words } from "../words/browse.ts";
import { words as findingWords } from "../words/finding.ts";
import { CardSkeletons, ChannelCard } from "./channel-card.tsx";

/** The key makes another category a new page instead of the same page with other props. */
export const Category = ({ slug }: { slug: string }) => <OneCategory key={slug} slug={slug} />;

function OneCategory({ slug }: { slug: string }) {
  const category = useSignal<CategoryView | "missing" | null>(null);
  const list = useList<ChannelView>(`/channels?live=true&category=${slug}&limit=50`);
  useEffect(() => {
    const ending = new AbortController();
    callApi<CategoryView>(`/categories/${slug}`, { signal: ending.signal }).then(
      (found) => {
        category.value = found;
      },
      (error) => {
        if (error instanceof ApiError && error.status === 404) category.value = "missing";
      },
    );
    return () => ending.abort();
  }, [slug, category]);
  const known = category.value === "missing" ? null : category.value;
  useTitle(known?.name ?? findingWords.category);
  if (category.value === "missing") return <NotFound />;
  const channels = list.items.value;
  return (
    <main id="main" class="browse">
      <p class="browse-way">
        <a href="/categories">{words.categories}</a>
      </p>
      <h1>{known?.name ?? "\u00a0"}</h1>
      <ListState list={list} />
      {channels === null ? (
        <CardSkeletons count={4} />
      ) : channels.length === 0 ? (
        <p class="muted">{findingWords.nobodyLiveIn(known?.name ?? slug)}</p>
      ) : (
        <ul class="grid">
          {channels.map((channel) => (
            <ChannelCard key={channel.id} channel={channel} />
          ))}
        </ul>
      )}
      <LoadMore list={list} />
    </main>
  );
}
