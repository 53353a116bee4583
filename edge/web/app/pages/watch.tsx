// The watch page of a channel: player, channel info and chat. It stays open across broadcasts and reconnects.

import { type Signal, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { ChannelView } from "#schema/api/channels.ts";
import { ChatPanel } from "../chat/panel.tsx";
import { useTitle } from "../instance.ts";
import { ReportDialog } from "../people/report.tsx";
import type { HeadStart } from "../player/early/head-start.ts";
import { usePlaybackRight } from "../player/use-playback-right.ts";
import { lazyPart } from "../ui/lazy.tsx";
import { words } from "../words/channel.ts";
import { ChannelInfo, ChannelInfoSkeleton } from "./channel-info.tsx";
import { useChannelRoom } from "./channel-room.ts";
import type { ChannelWatcher } from "./channel-watcher.ts";
import { NotFound } from "./not-found.tsx";
import { useHeadStart, useOpenChannel } from "./open-channel.ts";
import { Stage } from "./stage.tsx";
import { useChatBeside } from "./use-chat-beside.ts";
import { useVisibleHeight } from "./use-visible-height.ts";

const About = lazyPart(async () => (await import("./about.tsx")).About);
const WidthHandle = lazyPart<object>(async () => (await import("../chat/width-handle.tsx")).WidthHandle);

/** The key makes another channel a new page instead of the same page with other props. */
export const Watch = ({ login }: { login: string }) => <WatchedChannel key={login} login={login} />;

function WatchedChannel({ login }: { login: string }) {
  const opened = useOpenChannel(login);
  const start = useHeadStart(login, opened);
  if (opened.isMissing) return <NotFound channel={login} wasThere={opened.wasThere} />;
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
  const page = useRef<HTMLElement>(null);
  const theatre = useSignal(false);
  const part = useSignal<Part>("chat");
  const chat = useChatBeside(page);
  const { room, announcer } = useChannelRoom(login, watcher);
  const playback = usePlaybackRight(login, channel);
  const name = channel?.displayName ?? login;
  useVisibleHeight();
  useTitle(channel?.live && channel.title ? `${name} – ${channel.title}` : name);
  const classes = [
    "watch",
    part.value === "about" ? "watch-about" : "",
    chat.isShown ? "" : "watch-alone",
    theatre.value ? "watch-theatre" : "",
  ];
  const toggleTheatre = () => {
    theatre.value = !theatre.value;
  };
  return (
    <main id="main" class={classes.filter(Boolean).join(" ")} ref={page}>
      <div class="watch-main">
        <Stage
          channel={channel}
          watcher={watcher}
          start={start}
          playback={playback}
          theatre={{ on: theatre.value, toggle: toggleTheatre }}
          chat={chat}
          hasChat
        />
        {channel ? (
          <ChannelInfo
            channel={channel}
            room={room}
            showChat={chat.isShown ? null : chat.toggle}
            onFollowed={() => void playback.right.ask()}
          />
        ) : (
          <ChannelInfoSkeleton />
        )}
        <Parts part={part} />
        {channel ? <About channel={channel} room={room} isAway={watcher.isAway.value} /> : null}
      </div>
      <aside class="watch-chat" id="chat" tabIndex={-1} aria-label={words.chat}>
        <WidthHandle />
        <ChatPanel
          channel={login}
          room={room}
          announcer={announcer}
          onClose={chat.toggle}
          raidPath={(to) => `/${to}`}
        />
      </aside>
      <ReportDialog />
    </main>
  );
}

type Part = "chat" | "about";

/** On a phone: what is below the player. Wide windows show both. */
const Parts = ({ part }: { part: Signal<Part> }) => (
  <nav class="watch-parts" aria-label={words.parts}>
    {(["chat", "about"] as const).map((one) => (
      <a
        key={one}
        href={`#${one}`}
        aria-current={part.value === one ? "true" : undefined}
        onClick={(event) => {
          event.preventDefault();
          part.value = one;
        }}
      >
        {words[one]}
      </a>
    ))}
  </nav>
);
