// The stage of the home page: one live channel, large, with what it is about and what its chat says. One press leads to it.

import type { ChannelView } from "#schema/api/channels.ts";
import { serverMs } from "../server-clock.ts";
import { Avatar } from "../ui/avatar.tsx";
import { LiveBadge } from "../ui/badges.tsx";
import { spanText } from "../ui/dates.ts";
import { HeartIcon, PlayIcon, ViewersIcon } from "../ui/icons.tsx";
import { Thumbnail } from "../ui/thumbnail.tsx";
import { countText, nowMs, viewersText } from "../ui/ticker.ts";
import { words } from "../words/browse.ts";
import { words as homeWords } from "../words/home.ts";
import { CategoryLink, Tags } from "./channel-card.tsx";
import { ChatExcerpt } from "./chat-excerpt.tsx";
import { SilentPreview } from "./silent-preview.tsx";

const TAGS_MAX = 5;

interface HomeStageProps {
  channel: ChannelView;
  hasEnded: boolean;
  isFollowed: boolean;
  /** Shows another channel. Null: there is no other. */
  onNext: (() => void) | null;
}

export function HomeStage({ channel, hasEnded, isFollowed, onNext }: HomeStageProps) {
  const { login, displayName, pictureUrl, title, live } = channel;
  const name = title || words.isLive(displayName);
  const viewers = live?.viewers ?? 0;
  return (
    <section class="home-stage" aria-labelledby="home-stage">
      <a class="home-stage-picture card-picture" href={`/${login}`}>
        <span class="sr-only">{homeWords.stagePicture(name, displayName)}</span>
        <Thumbnail channel={channel} size="large" alt="" />
        {hasEnded ? null : <SilentPreview key={channel.id} channel={channel} />}
        <span class="card-live">
          {hasEnded ? <span class="badge badge-off">{words.ended}</span> : <LiveBadge lost={live?.phase === "lost"} />}
        </span>
        <span class="card-viewers chip over">
          <ViewersIcon size="text" />
          <span aria-hidden="true">{countText(viewers)}</span>
          <span class="sr-only">{viewersText(viewers)}</span>
        </span>
      </a>
      <div class="home-stage-text">
        <p class="home-stage-why">
          {isFollowed ? <HeartIcon full size="text" /> : <ViewersIcon size="text" />}
          {isFollowed ? homeWords.mostWatchedFollowed : homeWords.mostWatched}
        </p>
        <div class="home-stage-title">
          <Avatar login={login} name={displayName} picture={pictureUrl} size="l" isLive={!hasEnded} />
          <div>
            <h2 id="home-stage" dir="auto">
              {name}
            </h2>
            <p class="home-stage-facts">
              <a href={`/${login}`}>{displayName}</a>
              {live ? (
                <span class="muted">
                  {homeWords.liveFor(spanText(Math.max(0, serverMs(nowMs.value) - Date.parse(live.startedAt))))}
                </span>
              ) : null}
            </p>
            <CategoryLink channel={channel} />
          </div>
        </div>
        <Tags tags={channel.tags.slice(0, TAGS_MAX)} />
        <ChatExcerpt key={login} login={login} />
        <p class="home-stage-acts">
          <a class="button primary" href={`/${login}`}>
            <PlayIcon />
            {homeWords.watch}
          </a>
          {onNext ? (
            <button type="button" class="button quiet" onClick={onNext}>
              {homeWords.another}
            </button>
          ) : null}
        </p>
      </div>
    </section>
  );
}

/** Of the true size, while the page loads. */
export const HomeStageSkeleton = () => (
  <div class="home-stage skeleton" aria-hidden="true">
    <div class="home-stage-picture card-picture" />
    <div class="home-stage-text">
      <div class="home-stage-title">
        <span class="avatar avatar-l" />
        <div>
          <i />
          <i />
        </div>
      </div>
    </div>
  </div>
);
