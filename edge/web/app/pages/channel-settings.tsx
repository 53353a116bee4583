// What stands under the picture: who it is, what is on, how many watch, and what one can do about it.

import type { Signal } from "@preact/signals";
import type { ChannelView, LiveView } from "#schema/api/channels.ts";
import type { Room } from "../chat/room.ts";
import { Follow } from "../people/follow.tsx";
import { report } from "../people/report.tsx";
import { session } from "../session.ts";
import { Avatar } from "../ui/avatar.tsx";
import { LiveBadge, Uptime } from "../ui/badges.tsx";
import { CopyButton } from "../ui/copy.tsx";
import { ChatIcon, FlagIcon, ViewersIcon } from "../ui/icons.tsx";
import { viewersText } from "../ui/ticker.ts";

interface MetaProps {
  channel: ChannelView;
  live: LiveView | null;
  room: Room;
  chatOpen: Signal<boolean>;
}

export function Meta({ channel, live, room, chatOpen }: MetaProps) {
  const viewers = room.viewers.value ?? live?.viewers ?? 0;
  const { login, displayName, title, category, tags } = channel;
  return (
    <section class="meta" aria-label="About this channel">
      <Avatar login={login} name={displayName} size="l" />
      <div class="meta-text">
        <h1>{displayName}</h1>
        <p class="meta-title">{title || (live ? `${displayName} is live` : "No title yet")}</p>
        {category || tags.length > 0 ? (
          <p class="meta-tags">
            {category ? <span class="chip">{category}</span> : null}
            {tags.map((tag) => (
              <span class="chip" key={tag}>
                {tag}
              </span>
            ))}
          </p>
        ) : null}
      </div>
      <p class="meta-numbers">
        {live ? <LiveBadge lost={live.phase === "lost"} /> : <span class="badge badge-off">OFF AIR</span>}
        <span class="meta-number" title={viewersText(viewers)}>
          <ViewersIcon />
          <span class="meta-viewers">{viewers}</span>
          <span class="sr-only">{viewers === 1 ? "viewer" : "viewers"}</span>
        </span>
        {live ? <Uptime startedAt={live.startedAt} /> : null}
      </p>
      <Follow channel={channel} />
      <CopyButton text={window.location.href} label="Share: copy the address of this channel" word="Share" />
      {session.value.phase === "in" && session.value.user.login === login ? null : (
        <button
          type="button"
          class="icon-button meta-report"
          aria-label={`Report the channel of ${displayName}`}
          title="Report this channel"
          onClick={() => report({ kind: "channel", target: login, name: displayName })}
        >
          <FlagIcon />
        </button>
      )}
      {chatOpen.value ? null : (
        <button
          type="button"
          class="button chat-open"
          onClick={() => {
            chatOpen.value = true;
          }}
        >
          <ChatIcon />
          Show chat
        </button>
      )}
    </section>
  );
}

export const MetaSkeleton = () => (
  <section class="meta skeleton" aria-hidden="true">
    <span class="avatar avatar-l" />
    <div class="meta-text">
      <i />
      <i />
    </div>
  </section>
);
