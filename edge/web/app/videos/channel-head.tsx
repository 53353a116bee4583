// The head of the pages of a channel beside its stream: its videos and its clips.

import { Avatar } from "../ui/avatar.tsx";
import { Tabs } from "../ui/tabs.tsx";
import { words } from "../words/videos.ts";

interface ChannelHeadProps {
  login: string;
  name: string;
  picture: string | null;
  current: "videos" | "clips";
}

export const ChannelHead = ({ login, name, picture, current }: ChannelHeadProps) => (
  <>
    <div class="channel-head">
      <Avatar login={login} name={name} picture={picture} />
      <h1>
        <a href={`/${login}`}>{name}</a>
      </h1>
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
