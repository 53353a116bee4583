// The head of the pages of a channel beside its stream: its videos and its clips.

import { Avatar } from "../ui/avatar.tsx";
import { Tabs } from "../ui/tabs.tsx";
import { words } from "../words/videos.ts";

interface ChannelHeadProps {
  login: string;
  name: string;
  current: "videos" | "clips";
}

export const ChannelHead = ({ login, name, current }: ChannelHeadProps) => (
  <>
    <div class="channel-head">
      <Avatar login={login} name={name} />
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
