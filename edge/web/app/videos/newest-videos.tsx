// The newest videos of a channel, as its page and the pages of its videos show them.

import type { VideoView } from "#schema/api/videos.ts";
import { useList } from "../ui/list.ts";
import { words } from "../words/videos.ts";
import { VideoCard } from "./video-card.tsx";

const SHOWN_MAX = 4;

export interface RecentVideosProps {
  login: string;
  /** Id of the one that is on the page already. */
  except?: string;
}

export function NewestVideos({ login, except }: RecentVideosProps) {
  const list = useList<VideoView>(`/videos?channel=${login}&limit=${SHOWN_MAX + 1}`);
  const items = (list.items.value ?? []).filter(({ id }) => id !== except).slice(0, SHOWN_MAX);
  if (items.length === 0) return null;
  return (
    <>
      <div class="browse-head">
        <h2>{except === undefined ? words.videos : words.moreVideos}</h2>
        <a href={`/${login}/videos`}>{words.allVideos}</a>
      </div>
      <ul class="grid">
        {items.map((video) => (
          <VideoCard key={video.id} video={video} />
        ))}
      </ul>
    </>
  );
}
