// The results of a search: channels that are live as cards, the others as rows, and categories.

import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ChannelView } from "#schema/api/channels.ts";
import type { SearchView } from "#schema/api/search.ts";
import { errorText } from "../api.ts";
import { useTitle } from "../instance.ts";
import { location } from "../router.ts";
import { call } from "../session.ts";
import { Alert } from "../ui/alert.tsx";
import { Avatar } from "../ui/avatar.tsx";
import { capitalized } from "../ui/capitalized.ts";
import { Late } from "../ui/late.tsx";
import { words } from "../words/browse.ts";
import { words as findingWords } from "../words/finding.ts";
import { CategoryLinks } from "./category-links.tsx";
import { CardSkeletons, ChannelCard } from "./channel-card.tsx";
import { SearchBox } from "./search-box.tsx";

export function SearchPage() {
  const query = (new URLSearchParams(location.value.search).get("q") ?? "").trim();
  useTitle(query ? findingWords.resultsFor(query) : words.search);
  return (
    <main id="main" class="browse">
      <h1 dir="auto">{query ? findingWords.resultsFor(query) : words.search}</h1>
      <div class="search-in-page">
        <SearchBox id="page-search" autofocus={query === ""} />
      </div>
      {query ? <Results key={query} query={query} /> : <p class="muted">{findingWords.searchEmpty}</p>}
    </main>
  );
}

function Results({ query }: { query: string }) {
  const found = useSignal<SearchView | null>(null);
  const trouble = useSignal<string | null>(null);
  useEffect(() => {
    const ending = new AbortController();
    void load({ query, found, trouble, signal: ending.signal });
    return () => ending.abort();
  }, [query, found, trouble]);
  if (found.value === null)
    return (
      <>
        <Alert text={trouble.value} />
        {trouble.value ? null : (
          <div aria-busy="true">
            <Late>{words.loadingLate}</Late>
            <CardSkeletons count={4} />
          </div>
        )}
      </>
    );
  const { channels, categories } = found.value;
  const live = channels.items.filter((channel) => channel.live !== null);
  const others = channels.items.filter((channel) => channel.live === null);
  return (
    <>
      {channels.items.length + categories.length === 0 ? (
        <div class="browse-empty">
          <p class="muted" dir="auto">
            {findingWords.nothingFor(query)}
          </p>
          <a class="button" href="/categories">
            {findingWords.browse}
          </a>
        </div>
      ) : null}
      {live.length > 0 ? (
        <section aria-labelledby="found-live">
          <header class="browse-head">
            <h2 id="found-live">{words.liveNow}</h2>
          </header>
          <ul class="grid">
            {live.map((channel) => (
              <ChannelCard key={channel.id} channel={channel} />
            ))}
          </ul>
        </section>
      ) : null}
      {categories.length > 0 ? (
        <section aria-labelledby="found-categories">
          <header class="browse-head">
            <h2 id="found-categories">{words.categories}</h2>
          </header>
          <CategoryLinks categories={categories} />
        </section>
      ) : null}
      {others.length > 0 ? (
        <section aria-labelledby="found-channels">
          <header class="browse-head">
            <h2 id="found-channels">{words.channels}</h2>
          </header>
          <ul class="off-air-rows">
            {others.map((channel) => (
              <FoundRow key={channel.id} channel={channel} />
            ))}
          </ul>
        </section>
      ) : null}
      <Alert text={trouble.value} />
      {channels.nextCursor ? (
        <button
          type="button"
          class="button browse-more"
          onClick={() => load({ query, found, trouble, cursor: channels.nextCursor })}
        >
          {words.showMore}
        </button>
      ) : null}
    </>
  );
}

function FoundRow({ channel: { login, displayName, pictureUrl, title, followers } }: { channel: ChannelView }) {
  return (
    <li class="off-air-row">
      <Avatar login={login} name={displayName} picture={pictureUrl} />
      <p>
        <a href={`/${login}`}>{displayName}</a>
        <span class="muted">{findingWords.followers(followers)}</span>
        {title ? (
          <span class="muted" dir="auto">
            {title}
          </span>
        ) : null}
      </p>
    </li>
  );
}

interface Loading {
  query: string;
  found: Signal<SearchView | null>;
  trouble: Signal<string | null>;
  /** Null: the first page. */
  cursor?: string | null;
  signal?: AbortSignal;
}

async function load({ query, found, trouble, cursor = null, signal }: Loading) {
  const from = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
  try {
    const options = signal ? { signal } : {};
    const answer = await call<SearchView>(`/search?q=${encodeURIComponent(query)}&limit=40${from}`, options);
    const old = cursor === null ? null : found.peek();
    const items = [...(old?.channels.items ?? []), ...answer.channels.items];
    found.value = { channels: { ...answer.channels, items }, categories: old?.categories ?? answer.categories };
    trouble.value = null;
  } catch (error) {
    if (!signal?.aborted) trouble.value = capitalized(errorText(error));
  }
}
