// A live channel in a list: its picture, and below it title, name, category and tags. The title's link covers the card.

import type { ChannelView } from "#schema/api/channels.ts";
import { Avatar } from "../ui/avatar.tsx";
import { LiveBadge, Uptime } from "../ui/badges.tsx";
import { ViewersIcon } from "../ui/icons.tsx";
import { Thumbnail } from "../ui/thumbnail.tsx";
import { countText, viewersText } from "../ui/ticker.ts";
import { words } from "../words/browse.ts";

const TAGS_MAX = 3;

interface ChannelCardProps {
  channel: ChannelView;
  /** It was live when the list was made, and is not any more. Default false. */
  hasEnded?: boolean;
}

export function ChannelCard({ channel, hasEnded = false }: ChannelCardProps) {
  const { login, displayName, pictureUrl, title, live } = channel;
  const viewers = live?.viewers ?? 0;
  return (
    <li class={hasEnded ? "card card-ended" : "card"}>
      <div class="card-picture">
        <Thumbnail channel={channel} alt="" />
        <span class="card-live">
          {hasEnded ? <span class="badge badge-off">{words.ended}</span> : <LiveBadge lost={live?.phase === "lost"} />}
        </span>
        {live && !hasEnded ? (
          <>
            <span class="card-viewers chip over" aria-hidden="true">
              <ViewersIcon size="text" />
              {countText(viewers)}
            </span>
            <span class="card-uptime chip over" aria-hidden="true">
              <Uptime startedAt={live.startedAt} />
            </span>
          </>
        ) : null}
      </div>
      <div class="card-text">
        <Avatar login={login} name={displayName} picture={pictureUrl} />
        <div>
          <h3>
            <a class="card-link" href={`/${login}`} dir="auto">
              {title || words.isLive(displayName)}
              <span class="sr-only">
                {hasEnded ? words.cardEnded(displayName) : words.cardFacts(displayName, viewersText(viewers))}
              </span>
            </a>
          </h3>
          <p class="muted" aria-hidden="true">
            {displayName}
          </p>
          <CategoryLink channel={channel} />
          <Tags tags={channel.tags.slice(0, TAGS_MAX)} />
        </div>
      </div>
    </li>
  );
}

/** A word from an earlier release has no page. */
export function CategoryLink({ channel: { category, categorySlug } }: { channel: ChannelView }) {
  if (!category) return null;
  return (
    <p class="muted card-category">
      {categorySlug ? <a href={`/categories/${categorySlug}`}>{category}</a> : category}
    </p>
  );
}

export const Tags = ({ tags }: { tags: readonly string[] }) =>
  tags.length === 0 ? null : (
    <ul class="card-tags">
      {tags.map((tag) => (
        <li class="card-tag" key={tag} dir="auto">
          {tag}
        </li>
      ))}
    </ul>
  );

/** Cards of the true size, while a list loads. */
export const CardSkeletons = ({ count }: { count: number }) => (
  <ul class="grid skeleton" aria-hidden="true">
    {Array.from({ length: count }, (_, i) => (
      <li class="card" key={`${i}`}>
        <div class="card-picture" />
        <div class="card-text">
          <span class="avatar avatar-m" />
          <div>
            <i />
            <i />
          </div>
        </div>
      </li>
    ))}
  </ul>
);
