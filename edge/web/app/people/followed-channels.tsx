// The channels a user follows, on the home page: live ones first.

import { useEffect } from "preact/hooks";
import type { ChannelView } from "#schema/api/channels.ts";
import { Avatar } from "../ui/avatar.tsx";
import { LiveBadge } from "../ui/badges.tsx";
import { Thumbnail } from "../ui/thumbnail.tsx";
import { viewersText } from "../ui/ticker.ts";
import { followedChannels, keepFollowed } from "./followed.ts";

export function FollowedChannels() {
  useEffect(keepFollowed, []);
  const channels = followedChannels.value;
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
