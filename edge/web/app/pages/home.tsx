// The home page: from arriving to watching in one press.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { CategoryView } from "#schema/api/categories.ts";
import type { ChannelView } from "#schema/api/channels.ts";
import type { Page } from "#schema/api/fields.ts";
import { callApi } from "../api.ts";
import { afterOnStage, idsOf } from "../browse/arrangement.ts";
import { CategoryLinks } from "../browse/category-links.tsx";
import { CardSkeletons, ChannelCard } from "../browse/channel-card.tsx";
import { HomeStage, HomeStageSkeleton } from "../browse/home-stage.tsx";
import { isServerAway, liveChannels, loadMoreLive, useLiveChannels } from "../browse/live-channels.ts";
import { goLiveHref, NobodyLive } from "../browse/nobody-live.tsx";
import { useArrangement } from "../browse/use-arrangement.ts";
import { useTitle } from "../instance.ts";
import { followedLive, keepFollowed } from "../people/followed.ts";
import { signInHref } from "../router.ts";
import { session } from "../session.ts";
import { BroadcastIcon } from "../ui/icons.tsx";
import { Late } from "../ui/late.tsx";
import { words } from "../words/browse.ts";
import { words as homeWords } from "../words/home.ts";

const CATEGORIES_MAX = 12;

export function Home() {
  useLiveChannels();
  useEffect(keepFollowed, []);
  useTitle(words.liveNow);
  return (
    <main id="main" class="browse home">
      {isServerAway.value ? (
        <p class="away-line" role="status">
          {homeWords.serverAway}
        </p>
      ) : null}
      <Content />
    </main>
  );
}

function Content() {
  const { arrangement, rearrange } = useArrangement();
  const categories = useWaitedFor(categoriesOf, []);
  const videos = useWaitedFor(videosOf, null);
  const onStage = useSignal<string | null>(null);
  const channelOf = useKnownChannels();
  if (arrangement === null || categories === undefined || videos === undefined)
    return isServerAway.value && liveChannels.value === null ? null : <Loading />;
  if (arrangement.stage === null) return <NobodyLive videos={videos} />;

  const stageId =
    onStage.value !== null && idsOf(arrangement).includes(onStage.value) ? onStage.value : arrangement.stage;
  const isLive = new Set([...(liveChannels.value?.channels ?? []), ...(followedLive.value ?? [])].map(({ id }) => id));
  const fresh = (liveChannels.value?.channels ?? []).filter(({ id }) => !idsOf(arrangement).includes(id)).length;
  const isFollowed = (id: string) => (followedLive.value ?? []).some((one) => one.id === id);
  const stage = channelOf(stageId);
  const cards = (ids: readonly string[]) =>
    ids.map((id) => {
      const channel = channelOf(id);
      return channel ? <ChannelCard key={id} channel={channel} hasEnded={!isLive.has(id)} /> : null;
    });
  return (
    <>
      <h1 class="sr-only">{words.liveNow}</h1>
      {stage ? (
        <HomeStage
          channel={stage}
          hasEnded={!isLive.has(stageId)}
          isFollowed={isFollowed(stageId)}
          onNext={
            idsOf(arrangement).length > 1
              ? () => {
                  onStage.value = afterOnStage(arrangement, stageId);
                }
              : null
          }
        />
      ) : null}
      {arrangement.followed.length > 0 ? (
        <section aria-labelledby="home-followed">
          <header class="browse-head">
            <h2 id="home-followed">{homeWords.followedLive}</h2>
            <a href="/following">{homeWords.allFollowed}</a>
          </header>
          <ul class="grid">{cards(arrangement.followed)}</ul>
        </section>
      ) : null}
      {session.value.phase === "out" ? (
        <p class="home-follow-hint muted">
          {homeWords.followToSee} <a href={signInHref("login")}>{words.signIn}</a>
        </p>
      ) : null}
      {arrangement.others.length > 0 || fresh > 0 ? (
        <section aria-labelledby="home-live">
          <header class="browse-head">
            <h2 id="home-live">{words.liveNow}</h2>
            {fresh > 0 ? (
              <button type="button" class="link" onClick={rearrange}>
                {homeWords.freshOnes(fresh)}
              </button>
            ) : null}
          </header>
          <ul class="grid">{cards(arrangement.others)}</ul>
          {liveChannels.value?.hasMore ? (
            <button type="button" class="button browse-more" onClick={loadMoreLive}>
              {words.showMore}
            </button>
          ) : null}
        </section>
      ) : null}
      {videos}
      {categories.length > 0 ? (
        <section aria-labelledby="home-categories">
          <header class="browse-head">
            <h2 id="home-categories">{words.categories}</h2>
            <a href="/categories">{homeWords.browseAll}</a>
          </header>
          <CategoryLinks categories={categories} />
        </section>
      ) : null}
      <Invitation />
    </>
  );
}

/** The newest that is known of a channel, also of one that is not live any more. */
function useKnownChannels() {
  const known = useRef(new Map<string, ChannelView>());
  for (const channel of [...(liveChannels.value?.channels ?? []), ...(followedLive.value ?? [])])
    known.current.set(channel.id, channel);
  return (id: string) => known.current.get(id) ?? null;
}

const categoriesOf = (signal: AbortSignal) =>
  callApi<Page<CategoryView>>(`/categories?limit=${CATEGORIES_MAX}`, { signal }).then(({ items }) => items);
const videosOf = async (signal: AbortSignal): Promise<ComponentChildren> =>
  (await import("../browse/home-videos.tsx")).newestVideos(signal);

/** Undefined: not known yet. The page waits for it, so that nothing below moves when it comes. Without an answer it is `otherwise`. */
function useWaitedFor<Value>(ask: (signal: AbortSignal) => Promise<Value>, otherwise: Value): Value | undefined {
  const answer = useSignal<Value | undefined>(undefined);
  useEffect(() => {
    const ending = new AbortController();
    ask(ending.signal).then(
      (value) => {
        answer.value = value;
      },
      () => {
        answer.value = otherwise;
      },
    );
    return () => ending.abort();
  }, [answer]);
  return answer.value;
}

const Loading = () => (
  <div aria-busy="true">
    <h1 class="sr-only">{words.liveNow}</h1>
    <div class="late">
      <HomeStageSkeleton />
      <Late>{words.loadingLate}</Late>
      <CardSkeletons count={4} />
    </div>
  </div>
);

const Invitation = () => (
  <aside class="invitation">
    <div>
      <h2>{homeWords.yourTurn}</h2>
      <p class="muted">{homeWords.yourTurnHow}</p>
    </div>
    <a class="button" href={goLiveHref()}>
      <BroadcastIcon />
      {words.goLive}
    </a>
  </aside>
);
