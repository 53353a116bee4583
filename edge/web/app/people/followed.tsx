// The channels one follows, on the home page: those on air first.

import { useSignal, useSignalEffect } from "@preact/signals";
import { call, session } from "../session.ts";
import type { Channel, Page } from "../types.ts";
import { Avatar } from "../ui/avatar.tsx";
import { LiveBadge } from "../ui/badges.tsx";
import { poll } from "../ui/poll.ts";
import { viewersText } from "../ui/ticker.ts";

const EVERY_MS = 15_000;
/** Of those off air, the ones followed last. */
const OFF_AIR_MAX = 12;

export function Followed() {
  const channels = useSignal<Channel[]>([]);
  useSignalEffect(() => {
    channels.value = [];
    if (session.value.phase !== "in") return;
    return poll(EVERY_MS, async (signal) => {
      try {
        const ask = (query: string) => call<Page<{ channel: Channel }>>(`/me/follows?${query}`, { signal });
        const [on, off] = await Promise.all([ask("live=true&limit=100"), ask(`live=false&limit=${OFF_AIR_MAX}`)]);
        channels.value = [...on.items, ...off.items].map(({ channel }) => channel);
      } catch {
        // What was there stays there; the list of who is live says when the server is away.
      }
    });
  });
  if (channels.value.length === 0) return null;
  return (
    <section class="followed" aria-labelledby="followed-head">
      <h2 id="followed-head">Channels you follow</h2>
      <ul>
        {channels.value.map((channel) => (
          <Followee key={channel.id} channel={channel} />
        ))}
      </ul>
    </section>
  );
}

function Followee({ channel: { login, displayName, title, live } }: { channel: Channel }) {
  return (
    <li>
      <a href={`/${login}`} class={live ? "followee" : "followee followee-off"}>
        <Avatar login={login} name={displayName} />
        <span class="followee-text">
          <strong>{displayName}</strong>
          <span class="muted">{live ? title || viewersText(live.viewers) : "Off air"}</span>
        </span>
        {live ? <LiveBadge lost={live.phase === "lost"} /> : null}
      </a>
    </li>
  );
}
