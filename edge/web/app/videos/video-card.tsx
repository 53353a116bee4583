// A video in a list: its picture with length and progress, title, when and how often seen. The title's link covers the card.

import { useSignal } from "@preact/signals";
import type { VideoView } from "#schema/api/videos.ts";
import { whenText } from "../ui/dates.ts";
import { Placeholder } from "../ui/placeholder.tsx";
import { uptimeText } from "../ui/ticker.ts";
import { titleOf, words } from "../words/videos.ts";

interface VideoCardProps {
  video: VideoView;
  /** In a list of more than one channel. */
  withChannel?: boolean;
}

export function VideoCard({ video, withChannel = false }: VideoCardProps) {
  const { id, channel, status, startedAt, createdAt, durationMs, positionMs, views } = video;
  const when = whenText(startedAt ?? createdAt);
  const length = uptimeText(durationMs);
  return (
    <li class="card">
      <div class="card-picture">
        <VideoPicture video={video} />
        {status === "recording" ? (
          <span class="card-live">
            <span class="badge badge-live">{words.onAirNow}</span>
          </span>
        ) : null}
        <span class="card-uptime chip over" aria-hidden="true">
          {length}
        </span>
        {positionMs !== null && durationMs > 0 ? (
          <span class="card-progress" aria-hidden="true">
            <i style={{ width: `${Math.min(1, positionMs / durationMs) * 100}%` }} />
          </span>
        ) : null}
      </div>
      <div class="card-text">
        <div>
          <h3>
            <a class="card-link" href={`/videos/${id}`} dir="auto">
              {titleOf(video)}
              <span class="sr-only">{words.cardFacts(length, words.views(views), when)}</span>
            </a>
          </h3>
          {withChannel ? (
            <p class="muted" dir="auto">
              {channel.displayName}
            </p>
          ) : null}
          <p class="muted" aria-hidden="true">
            {words.views(views)} · {when}
          </p>
        </div>
      </div>
    </li>
  );
}

/** Where there is no picture, or it does not come, a drawing in the colours of the login. */
export function VideoPicture({ video: { channel, thumbnailUrl } }: { video: VideoView }) {
  const isBroken = useSignal(false);
  return (
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
  );
}
