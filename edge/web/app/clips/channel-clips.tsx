// The clips of a channel (`/:login/clips`), the newest first.

import type { ClipView } from "#schema/api/clips.ts";
import { CardSkeletons } from "../browse/channel-card.tsx";
import { useTitle } from "../instance.ts";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { LoadMore } from "../ui/load-more.tsx";
import { ChannelHead } from "../videos/channel-head.tsx";
import { useChannel } from "../videos/use-channel.ts";
import { words } from "../words/clips.ts";
import { ClipCard } from "./clip-card.tsx";

const PAGE_LENGTH = 24;

export const ChannelClips = ({ login }: { login: string }) => <Clips key={login} login={login} />;

function Clips({ login }: { login: string }) {
  const list = useList<ClipView>(`/channels/${login}/clips?limit=${PAGE_LENGTH}`);
  const items = list.items.value;
  const channel = useChannel(login);
  const name = channel?.displayName ?? login;
  useTitle(words.clipsOf(name));
  return (
    <main id="main" class="browse">
      <ChannelHead login={login} channel={channel} current="clips" />
      <section class="channel-videos" aria-label={words.clipsOf(name)} aria-busy={items === null}>
        <ListState list={list} />
        {items === null && !list.trouble ? <CardSkeletons count={8} /> : null}
        {items?.length === 0 ? (
          <div class="browse-empty">
            <p class="muted">{words.none}</p>
            <p class="muted">{words.noneHow}</p>
          </div>
        ) : null}
        {items && items.length > 0 ? (
          <ul class="grid">
            {items.map((clip) => (
              <ClipCard key={clip.id} clip={clip} />
            ))}
          </ul>
        ) : null}
        <LoadMore list={list} />
      </section>
    </main>
  );
}
