// The channels a user follows, on the home page: live ones first.

import { computed, signal, useSignalEffect } from "@preact/signals";
import type { ChannelView } from "#schema/api/channels.ts";
import type { Page } from "#schema/api/fields.ts";
import { call, session } from "../session.ts";
import { Avatar } from "../ui/avatar.tsx";
import { LiveBadge } from "../ui/badges.tsx";
import { poll } from "../ui/poll.ts";
import { Thumbnail } from "../ui/thumbnail.tsx";
import { viewersText } from "../ui/ticker.ts";

const EVERY_MS = 15_000;
/** Channels off air shown at most: those followed last. */
const OFF_AIR_MAX = 12;

/** Kept between visits of the page. Null: not loaded yet. */
const loaded = signal<{ userId: string; channels: ChannelView[] } | null>(null);

/** False while the list is loading: content below it waits, so that it is not pushed down a moment later. */
export const followedLoaded = computed(() => {
  const now = session.value;
  return now.phase === "out" || (now.phase === "in" && loaded.value?.userId === now.user.id);
});

export function FollowedChannels() {
  useSignalEffect(() => {
    const now = session.value;
    if (now.phase !== "in") return;
    const userId = now.user.id;
    return poll(EVERY_MS, async (signal) => {
      try {
        const ask = (query: string) => call<Page<{ channel: ChannelView }>>(`/me/follows?${query}`, { signal });
        const [on, off] = await Promise.all([ask("live=true&limit=100"), ask(`live=false&limit=${OFF_AIR_MAX}`)]);
        loaded.value = { userId, channels: [...on.items, ...off.items].map(({ channel }) => channel) };
      } catch {
        // Keeps the last list; the home page says that the server does not answer.
        if (!signal.aborted && loaded.peek()?.userId !== userId) loaded.value = { userId, channels: [] };
      }
    });
  });
  const channels = session.value.phase === "in" && followedLoaded.value ? (loaded.value?.channels ?? []) : [];
  if (channels.length === 0) return null;
  return (
    <section class="followed" aria-labelledby="followed-head">
      <header class="followed-head">
        <h2 id="followed-head">Channels you follow</h2>
        <a href="/settings/people">Show all</a>
      </header>
      <ul>
        {channels.map((channel) => (
          <Followee key={channel.id} channel={channel} />
        ))}
      </ul>
    </section>
  );
}

function Followee({ channel }: { channel: ChannelView }) {
  const { login, displayName, title, live } = channel;
  return (
    <li>
      <a href={`/${login}`} class={live ? "followee" : "followee followee-off"}>
        {live ? (
          <span class="followee-picture">
            <Thumbnail channel={channel} />
          </span>
        ) : (
          <Avatar login={login} name={displayName} />
        )}
        <span class="followee-text">
          <strong>{displayName}</strong>
          <span class="muted">{live ? title || viewersText(live.viewers) : "Off air"}</span>
        </span>
        {live ? <LiveBadge lost={live.phase === "lost"} /> : null}
      </a>
    </li>
  );
}
