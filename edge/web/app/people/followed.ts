// The channels that the user follows, loaded while a part of the page shows them.

import { computed, effect, signal } from "@preact/signals";
import type { Page } from "#schema/api/fields.ts";
import type { FollowView } from "#schema/api/follows.ts";
import { call, session } from "../session.ts";
import { poll } from "../ui/poll.ts";

const EVERY_MS = 15_000;
/** Channels off air loaded at most: those followed last. */
const OFF_AIR_MAX = 12;

/** Kept between visits of a page. Null: not loaded yet. */
const loaded = signal<{ userId: string; follows: Pick<FollowView, "channel" | "lastLiveAt">[] } | null>(null);

/** False while the list is loading: content below it waits, so that it is not pushed down a moment later. */
export const followedLoaded = computed(() => {
  const now = session.value;
  return now.phase === "out" || (now.phase === "in" && loaded.value?.userId === now.user.id);
});

const follows = computed(() =>
  session.value.phase === "in" && followedLoaded.value ? (loaded.value?.follows ?? []) : [],
);

/** Live ones first. Empty while they are not known, and for visitors. */
export const followedChannels = computed(() => follows.value.map(({ channel }) => channel));

/** When the last broadcast of a followed channel ended, by its id. Null: on air, or never live. */
export const lastLiveOf = computed(
  () => new Map(follows.value.map(({ channel, lastLiveAt }) => [channel.id, lastLiveAt])),
);

/** Null while they are not known. Empty: none is live, or signed out. */
export const followedLive = computed(() =>
  followedLoaded.value ? followedChannels.value.filter(({ live }) => live !== null) : null,
);

let users = 0;
let stop = () => {};

/** Keeps the list up to date until the function that it returns is called; several parts of a page share the requests. */
export function keepFollowed(): () => void {
  if (users++ === 0) stop = effect(loadForUser);
  return () => {
    if (--users === 0) stop();
  };
}

function loadForUser() {
  const now = session.value;
  if (now.phase !== "in") return;
  const userId = now.user.id;
  return poll(EVERY_MS, async (signal) => {
    try {
      const ask = (query: string) => call<Page<FollowView>>(`/me/follows?${query}`, { signal });
      const [on, off] = await Promise.all([ask("live=true&limit=100"), ask(`live=false&limit=${OFF_AIR_MAX}`)]);
      loaded.value = { userId, follows: [...on.items, ...off.items] };
    } catch {
      // Keeps the last list; the page says that the server does not answer.
      if (!signal.aborted && loaded.peek()?.userId !== userId) loaded.value = { userId, follows: [] };
    }
  });
}
