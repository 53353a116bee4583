// The newest videos of all channels, on the home page. What is on air is there already. Code of its own: a watch page does not need it.

import type { Page } from "#schema/api/fields.ts";
import type { VideoView } from "#schema/api/videos.ts";
import { callApi } from "../api.ts";
import { VideoCard } from "../videos/video-card.tsx";
import { words } from "../words/videos.ts";

const SHOWN_MAX = 4;
/** Channels that are live have a recording each, which is not shown. */
const ASKED_FOR = 24;

/** What there is to show; rejects without an answer. */
export async function newestVideos(signal: AbortSignal) {
  const { items } = await callApi<Page<VideoView>>(`/videos?limit=${ASKED_FOR}`, { signal });
  return <HomeVideos videos={items} />;
}

function HomeVideos({ videos }: { videos: readonly VideoView[] }) {
  const shown = videos.filter(({ status }) => status === "ready").slice(0, SHOWN_MAX);
  if (shown.length === 0) return null;
  return (
    <section aria-labelledby="home-videos">
      <header class="browse-head">
        <h2 id="home-videos">{words.recentVideos}</h2>
      </header>
      <ul class="grid">
        {shown.map((video) => (
          <VideoCard key={video.id} video={video} withChannel />
        ))}
      </ul>
    </section>
  );
}
