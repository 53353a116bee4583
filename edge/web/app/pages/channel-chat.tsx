// The chat of a channel where it cannot be hidden: embedded, or alone in a window.

import { ChatPanel } from "../chat/panel.tsx";
import { ReportDialog } from "../people/report.tsx";
import { useChannelRoom } from "./channel-room.ts";
import type { ChannelWatcher } from "./channel-watcher.ts";

export function ChannelChat({ login, watcher }: { login: string; watcher: ChannelWatcher }) {
  const { room, announcer } = useChannelRoom(login, watcher);
  return (
    <>
      <ChatPanel channel={login} room={room} announcer={announcer} onClose={null} />
      <ReportDialog />
    </>
  );
}
