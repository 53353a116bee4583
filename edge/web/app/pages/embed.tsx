// The player for pages of other sites (`/embed/:login`), without sound at first. `?chat=on` adds the chat, beside the picture or below it;
// `?latency=` asks for a latency (latency-mode.ts).

import { instanceName, useTitle } from "../instance.ts";
import { usePlaybackRight } from "../player/use-playback-right.ts";
import { location } from "../router.ts";
import { words } from "../words/channel.ts";
import { words as missingWords } from "../words/missing.ts";
import { ChannelChat } from "./channel-chat.tsx";
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
  if (opened.isMissing)
    return (
      <main id="main" class="embed embed-missing">
        <h1>{opened.wasThere ? missingWords.channelGone(login) : missingWords.noSuchChannel(login)}</h1>
        <a href="/" target="_blank" rel="noopener">
          {instanceName}
        </a>
      </main>
    );
  return (
    <main id="main" class={hasChat ? "embed embed-chat" : "embed"}>
      <div class="embed-picture">
        <h1 class="sr-only">{name}</h1>
        <Stage
          channel={channel}
          watcher={watcher}
          start={start}
          playback={playback}
          startsMuted
          theatre={null}
          chat={null}
          hasChat={hasChat}
        />
        <a class="embed-link" href={`/${login}`} target="_blank" rel="noopener">
          <span class="embed-name">{name}</span>
          {channel?.live && channel.title ? <span class="embed-title">{channel.title}</span> : null}
          <span class="sr-only"> {words.onSite(instanceName)}</span>
        </a>
      </div>
      {hasChat ? (
        <aside class="watch-chat" aria-label={words.chat}>
          <ChannelChat login={login} watcher={watcher} />
        </aside>
      ) : null}
    </main>
  );
}
