// What a broadcast is about, and how long it has been on air.

import type { ChannelView } from "#schema/api/channels.ts";
import { Uptime } from "../ui/badges.tsx";
import { ClockIcon } from "../ui/icons.tsx";

export const OnAirFor = ({ startedAt }: { startedAt: string }) => (
  <span class="meta-number meta-time">
    <ClockIcon size="text" />
    <Uptime startedAt={startedAt} />
  </span>
);

export function Tags({ channel: { category, categorySlug, tags } }: { channel: ChannelView }) {
  if (!category && tags.length === 0) return null;
  return (
    <p class="meta-tags">
      {category && categorySlug ? (
        <a class="chip chip-category" href={`/categories/${categorySlug}`}>
          {category}
        </a>
      ) : category ? (
        <span class="chip">{category}</span>
      ) : null}
      {tags.map((tag) => (
        <span class="chip" key={tag}>
          {tag}
        </span>
      ))}
    </p>
  );
}
