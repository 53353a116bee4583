// The player for pages of other sites (`/embed/:login`). `?chat=on` adds the chat, beside the picture or below it; `?latency=` asks for a
// latency (latency-mode.ts).

import { instanceName, useTitle } from "../instance.ts";
import { usePlaybackRight } from "../player/use-playback-right.ts";
import { location } from "../router.ts";
import { ChannelChat } from "./channel-chat.tsx";
import { NotFound } from "./not-found.tsx";
import { useHeadStart, useOpenChannel } from "./open-channel.ts";
import { Stage } from "./stage.tsx";

export const Embed = ({ login }: { login: string }) => <EmbeddedChannel key={login} login={login} />;

function EmbeddedChannel({ login }: { login: string }) {
  const opened = useOpenChannel(login);
  const start = useHeadStart(login, opened);
  const { channel, watcher } = opened;
  const playback = usePlaybackRight(login, channel);
  const hasChat = new URLSearchParams(location.value.search).get("chat") === "on";
  const name = channel?.displayName ?? login;
  useTitle(name);
  if (opened.isMissing) return <NotFound channel={login} />;
  return (
    <main id="main" class={hasChat ? "embed embed-chat" : "embed"}>
      <div class="embed-picture">
        <Stage
          channel={channel}
          watcher={watcher}
          start={start}
          playback={playback}
          theatre={null}
          chat={null}
          hasChat={hasChat}
        />
        <a class="embed-link" href={`/${login}`} target="_blank" rel="noopener">
          {name} <span class="sr-only">on {instanceName}, in a new window</span>
        </a>
      </div>
      {hasChat ? (
        <aside class="watch-chat">
          <ChannelChat login={login} watcher={watcher} />
        </aside>
      ) : null}
    </main>
  );
}
