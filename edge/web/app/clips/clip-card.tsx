// A clip in a list: its picture with the length, title, maker, when and how often seen. The title's link covers the card.

import { useSignal } from "@preact/signals";
import type { ClipView } from "#schema/api/clips.ts";
import { whenText } from "../ui/dates.ts";
import { Placeholder } from "../ui/placeholder.tsx";
import { uptimeText } from "../ui/ticker.ts";
import { makerOf, words } from "../words/clips.ts";

export function ClipCard({ clip }: { clip: ClipView }) {
  const { id, title, createdAt, durationMs, views, thumbnailUrl, channel } = clip;
  const isBroken = useSignal(false);
  const when = whenText(createdAt);
  const length = uptimeText(durationMs);
  return (
    <li class="card">
      <div class="card-picture">
        <span class="thumbnail">
          {thumbnailUrl === null || isBroken.value ? (
            <Placeholder login={channel.login} name={channel.displayName} />
          ) : (
            <img
              src={thumbnailUrl}
              alt=""
              width={320}
              height={180}
              loading="lazy"
              decoding="async"
              onError={() => {
                isBroken.value = true;
              }}
            />
          )}
        </span>
        <span class="card-uptime chip over" aria-hidden="true">
          {length}
        </span>
      </div>
      <div class="card-text">
        <div>
          <h3>
            <a class="card-link" href={`/clips/${id}`} dir="auto">
              {title}
              <span class="sr-only">{words.cardFacts(length, words.views(views), when)}</span>
            </a>
          </h3>
          <p class="muted">{makerOf(clip)}</p>
          <p class="muted" aria-hidden="true">
            {words.views(views)} · {when}
          </p>
        </div>
      </div>
    </li>
  );
}
