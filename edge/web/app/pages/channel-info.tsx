// Below the player: the channel, its title, viewers and uptime, and buttons to follow, share and report.

import type { Signal } from "@preact/signals";
import type { ChannelView } from "#schema/api/channels.ts";
import type { Room } from "../chat/room.ts";
import { FollowButton } from "../people/follow.tsx";
import { openReport } from "../people/report.tsx";
import { session } from "../session.ts";
import { Avatar } from "../ui/avatar.tsx";
import { LiveBadge, Uptime } from "../ui/badges.tsx";
import { CopyButton } from "../ui/copy.tsx";
import { ChatIcon, FlagIcon, ShareIcon, ViewersIcon } from "../ui/icons.tsx";
import { viewersText } from "../ui/ticker.ts";
import { words } from "../ui/words.ts";

interface ChannelInfoProps {
  channel: ChannelView;
  room: Room;
  chatOpen: Signal<boolean>;
  onFollowed(): void;
}

export function ChannelInfo({ channel, room, chatOpen, onFollowed }: ChannelInfoProps) {
  const { login, displayName, title, category, tags, live } = channel;
  const onAir = live && live.phase !== "preview" ? live : null;
  const viewers = room.viewers.value ?? live?.viewers ?? 0;
  return (
    <section class="meta" aria-label="About this channel">
      <div class="meta-row">
        <Avatar login={login} name={displayName} isLive={onAir !== null} size="l" />
        <div class="meta-text">
          <h1>{displayName}</h1>
          <p class="meta-title">{title || (onAir ? `${displayName} is live` : "No title yet")}</p>
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
        <div class="meta-acts">
          <FollowButton channel={channel} onFollowed={onFollowed} />
          <CopyButton
            text={window.location.href}
            label="Share: copy the address of this channel"
            word="Share"
            icon={<ShareIcon />}
            said={words.addressCopied}
          />
          {session.value.phase === "in" && session.value.user.login === login ? null : (
            <button
              type="button"
              class="icon-button meta-report"
              aria-label={`Report the channel of ${displayName}`}
              title="Report this channel"
              onClick={() => openReport({ kind: "channel", target: login, name: displayName })}
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
        </div>
        <p class="meta-numbers">
          {onAir ? (
            <LiveBadge lost={onAir.phase === "lost"} />
          ) : (
            <span class="badge badge-off">{live ? "PREVIEW" : "OFF AIR"}</span>
          )}
          <span class="meta-number" title={viewersText(viewers)}>
            <ViewersIcon size="text" />
            <span class="meta-viewers">{viewers}</span>
            <span class="sr-only">{viewers === 1 ? "viewer" : "viewers"}</span>
          </span>
          {onAir ? <Uptime startedAt={onAir.startedAt} /> : null}
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
