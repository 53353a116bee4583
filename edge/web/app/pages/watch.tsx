// The watch page of a channel: player, channel info and chat. It stays open across broadcasts and reconnects.

import { useSignal } from "@preact/signals";
import type { ChannelView } from "#schema/api/channels.ts";
import { ChatPanel } from "../chat/panel.tsx";
import { WidthHandle } from "../chat/width-handle.tsx";
import { useTitle } from "../instance.ts";
import { ReportDialog } from "../people/report.tsx";
import type { HeadStart } from "../player/early/head-start.ts";
import { usePlaybackRight } from "../player/use-playback-right.ts";
import { ChannelInfo, ChannelInfoSkeleton } from "./channel-info.tsx";
import { useChannelRoom } from "./channel-room.ts";
import type { ChannelWatcher } from "./channel-watcher.ts";
import { NotFound } from "./not-found.tsx";
import { useHeadStart, useOpenChannel } from "./open-channel.ts";
import { Stage } from "./stage.tsx";

/** The key makes another channel a new page instead of the same page with other props. */
export const Watch = ({ login }: { login: string }) => <WatchedChannel key={login} login={login} />;

function WatchedChannel({ login }: { login: string }) {
  const opened = useOpenChannel(login);
  const start = useHeadStart(login, opened);
  if (opened.isMissing) return <NotFound what="channel" />;
  return <ShownChannel login={login} channel={opened.channel} watcher={opened.watcher} start={start} />;
}

interface ShownChannelProps {
  login: string;
  /** Null until it is loaded. */
  channel: ChannelView | null;
  watcher: ChannelWatcher;
  start: HeadStart;
}

function ShownChannel({ login, channel, watcher, start }: ShownChannelProps) {
  const chatOpen = useSignal(true);
  const theatre = useSignal(false);
  const { room, announcer } = useChannelRoom(login, watcher);
  const playback = usePlaybackRight(login, channel);
  const name = channel?.displayName ?? login;
  useTitle(channel?.live && channel.title ? `${name} – ${channel.title}` : name);
  const classes = ["watch", chatOpen.value ? "" : "watch-alone", theatre.value ? "watch-theatre" : ""].join(" ").trim();
  const toggleTheatre = () => {
    theatre.value = !theatre.value;
  };
  return (
    <main id="main" class={classes}>
      <div class="watch-main">
        <Stage
          channel={channel}
          watcher={watcher}
          start={start}
          playback={playback}
          theatre={{ on: theatre.value, toggle: toggleTheatre }}
          hasChat
        />
        {channel ? (
          <ChannelInfo channel={channel} room={room} chatOpen={chatOpen} onFollowed={() => void playback.right.ask()} />
        ) : (
          <ChannelInfoSkeleton />
        )}
      </div>
      <aside class="watch-chat" id="chat" tabIndex={-1}>
        <WidthHandle />
        <ChatPanel
          channel={login}
          room={room}
          announcer={announcer}
          onClose={() => {
            chatOpen.value = false;
          }}
        />
      </aside>
      <ReportDialog />
    </main>
  );
}
