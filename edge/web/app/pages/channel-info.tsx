// Below the player: the channel, the title of its broadcast, viewers and time on air, and what one can do.

import type { ChannelView } from "#schema/api/channels.ts";
import type { Room } from "../chat/room.ts";
import { FollowButton, followersOf } from "../people/follow.tsx";
import { Avatar } from "../ui/avatar.tsx";
import { LiveBadge } from "../ui/badges.tsx";
import { ChatIcon, ViewersIcon } from "../ui/icons.tsx";
import { lazyPart } from "../ui/lazy.tsx";
import { countText, viewersText } from "../ui/ticker.ts";
import { words } from "../words/channel.ts";
import { OnAirFor, Tags } from "./broadcast-facts.tsx";

const ChannelActs = lazyPart(async () => (await import("./about.tsx")).ChannelActs);

interface ChannelInfoProps {
  channel: ChannelView;
  room: Room;
  /** Null: it is shown, or cannot be hidden. */
  showChat: (() => void) | null;
  onFollowed(): void;
}

export function ChannelInfo({ channel, room, showChat, onFollowed }: ChannelInfoProps) {
  const { login, displayName, pictureUrl, title, live } = channel;
  const onAir = live && live.phase !== "preview" ? live : null;
  const viewers = room.viewers.value ?? live?.viewers ?? 0;
  return (
    <section class="meta" aria-label={words.broadcast}>
      <div class="meta-row">
        <Avatar login={login} name={displayName} picture={pictureUrl} isLive={onAir !== null} size="l" />
        <div class="meta-text">
          <p class="meta-who">
            <a class="meta-name" href={`/${login}`}>
              {displayName}
            </a>
            {onAir ? <span class="sr-only">{words.liveNow}</span> : null}{" "}
            <span class="meta-followers">{words.followers(followersOf(channel))}</span>
          </p>
          <h1>{title || (onAir ? words.isLive(displayName) : displayName)}</h1>
          <Tags channel={channel} />
        </div>
        <div class="meta-acts">
          <FollowButton channel={channel} onFollowed={onFollowed} />
          <ChannelActs channel={channel} room={room} />
          {showChat ? (
            <button type="button" class="button chat-open" onClick={showChat}>
              <ChatIcon />
              {words.showChat}
            </button>
          ) : null}
        </div>
        <p class="meta-numbers">
          {onAir ? (
            onAir.phase === "lost" ? (
              <LiveBadge lost />
            ) : null
          ) : (
            <span class="badge badge-off">{live ? words.badgePreview : words.badgeOffAir}</span>
          )}
          {live ? (
            <span class="meta-number" title={viewersText(viewers)}>
              <ViewersIcon size="text" />
              <span class="meta-viewers">{countText(viewers)}</span>{" "}
              <span class="sr-only">{words.viewer(viewers)}</span>
            </span>
          ) : null}
          {onAir ? <OnAirFor startedAt={onAir.startedAt} /> : null}
        </p>
      </div>
    </section>
  );
}

export const ChannelInfoSkeleton = () => (
  <section class="meta skeleton" aria-hidden="true">
    <div class="meta-row">
      <span class="avatar avatar-l" />
      <div class="meta-text">
        <i />
        <i />
      </div>
    </div>
  </section>
);
