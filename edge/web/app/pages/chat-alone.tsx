// A channel's chat alone (`/popout/:login/chat`): a window beside the video, or a dock of OBS. Other sites may frame `/embed/:login/chat`;
// for encoders it is transparent by wish, see chat/overlay.ts.

import { overlayOf } from "../chat/overlay.ts";
import { useTitle } from "../instance.ts";
import { location } from "../router.ts";
import { LiveBadge } from "../ui/badges.tsx";
import { words } from "../words/chat.ts";
import { ChannelChat } from "./channel-chat.tsx";
import { ChatOverlay } from "./chat-overlay.tsx";
import { NotFound } from "./not-found.tsx";
import { useOpenChannel } from "./open-channel.ts";

export const ChatAlone = ({ login }: { login: string }) => <ChatOf key={login} login={login} />;

function ChatOf({ login }: { login: string }) {
  const { watcher, channel, isMissing } = useOpenChannel(login);
  const name = channel?.displayName ?? login;
  useTitle(words.chatOf(name));
  if (isMissing) return <NotFound channel={login} />;
  const overlay = overlayOf(location.value.search);
  if (overlay) return <ChatOverlay login={login} watcher={watcher} {...overlay} />;
  const title = (
    <h1>
      <a href={`/${login}`} target="_blank" rel="noopener" aria-label={words.chatOf(name)}>
        {name}
      </a>
      {channel?.live ? <LiveBadge lost={channel.live.phase === "lost"} /> : null}
      {channel && !channel.live ? <span class="muted">{words.offAir}</span> : null}
    </h1>
  );
  return (
    <main id="main" class="chat-alone">
      <ChannelChat login={login} watcher={watcher} title={title} {...(isPopOut() && { raidPath })} />
    </main>
  );
}

/** A frame of another site is about one channel. */
const isPopOut = () => location.value.pathname.startsWith("/popout/");
const raidPath = (login: string) => `/popout/${login}/chat`;
