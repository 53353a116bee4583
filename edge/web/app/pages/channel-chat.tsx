// The chat of a channel where it cannot be hidden: embedded, or alone in a window.

import type { ComponentChildren } from "preact";
import { ChatPanel } from "../chat/panel.tsx";
import { ReportDialog } from "../people/report.tsx";
import { useChannelRoom } from "./channel-room.ts";
import type { ChannelWatcher } from "./channel-watcher.ts";

interface ChannelChatProps {
  login: string;
  watcher: ChannelWatcher;
  /** Of a window that is the chat's own. */
  title?: ComponentChildren;
  /** As the chat's. Default: it stays, as a frame of another site does. */
  raidPath?: (login: string) => string;
}

export function ChannelChat({ login, watcher, title, raidPath }: ChannelChatProps) {
  const { room, announcer } = useChannelRoom(login, watcher);
  return (
    <>
      <ChatPanel
        channel={login}
        room={room}
        announcer={announcer}
        onClose={null}
        title={title}
        {...(raidPath && { raidPath })}
      />
      <ReportDialog />
    </>
  );
}
