// The head of the pages of a channel beside its stream: its videos and its clips.

import type { ChannelView } from "#schema/api/channels.ts";
import { FollowButton, followersOf } from "../people/follow.tsx";
import { Avatar } from "../ui/avatar.tsx";
import { Tabs } from "../ui/tabs.tsx";
import { words as channelWords } from "../words/channel.ts";
import { words } from "../words/videos.ts";

interface ChannelHeadProps {
  login: string;
  /** Null: not known yet. */
  channel: ChannelView | null;
  current: "videos" | "clips";
}

export const ChannelHead = ({ login, channel, current }: ChannelHeadProps) => (
  <>
    <div class="channel-head">
      <Avatar
        login={login}
        name={channel?.displayName ?? login}
        picture={channel?.pictureUrl ?? null}
        isLive={Boolean(channel?.live)}
      />
      <div class="channel-head-text">
        <h1>
          <a href={`/${login}`}>{channel?.displayName ?? login}</a>
        </h1>
        <p class="channel-head-followers">{channel ? channelWords.followers(followersOf(channel)) : null}</p>
      </div>
      <div class="channel-head-acts">{channel ? <FollowButton channel={channel} /> : null}</div>
    </div>
    <Tabs
      label={words.parts}
      current={`/${login}/${current}`}
      tabs={[
        { href: `/${login}`, word: words.stream },
        { href: `/${login}/videos`, word: words.videos },
        { href: `/${login}/clips`, word: words.clips },
      ]}
    />
  </>
);
