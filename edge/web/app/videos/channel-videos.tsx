// The videos of a channel (`/:login/videos`), the newest first.

import type { VideoView } from "#schema/api/videos.ts";
import { CardSkeletons } from "../browse/channel-card.tsx";
import { useTitle } from "../instance.ts";
import { session } from "../session.ts";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { LoadMore } from "../ui/load-more.tsx";
import { words } from "../words/videos.ts";
import { ChannelHead } from "./channel-head.tsx";
import { useChannel } from "./use-channel.ts";
import { VideoCard } from "./video-card.tsx";

const PAGE_LENGTH = 24;

export const ChannelVideos = ({ login }: { login: string }) => <Videos key={login} login={login} />;

function Videos({ login }: { login: string }) {
  const list = useList<VideoView>(`/videos?channel=${login}&limit=${PAGE_LENGTH}`);
  const items = list.items.value;
  const channel = useChannel(login);
  const name = channel?.displayName ?? login;
  const now = session.value;
  const isOwn = now.phase === "in" && now.user.login === login;
  useTitle(words.videosOf(name));
  return (
    <main id="main" class="browse">
      <ChannelHead login={login} channel={channel} current="videos" />
      <section class="channel-videos" aria-label={words.videosOf(name)} aria-busy={items === null}>
        <ListState list={list} />
        {items === null && !list.trouble ? <CardSkeletons count={8} /> : null}
        {items?.length === 0 ? (
          <div class="browse-empty">
            <p class="muted">{isOwn ? words.noneOwn : words.none}</p>
            {isOwn ? (
              <a class="button primary" href="/dashboard">
                {words.goLive}
              </a>
            ) : null}
          </div>
        ) : null}
        {items && items.length > 0 ? (
          <ul class="grid">
            {items.map((video) => (
              <VideoCard key={video.id} video={video} />
            ))}
          </ul>
        ) : null}
        <LoadMore list={list} />
      </section>
    </main>
  );
}
