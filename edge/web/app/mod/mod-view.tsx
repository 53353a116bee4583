// The moderator view: what the room is like above, chat, what waits for an answer, and people below. On a phone one of them at a time.

import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { ChannelView } from "#schema/api/channels.ts";
import type { Announcer } from "../chat/announcer.ts";
import type { Room } from "../chat/room.ts";
import { ReportDialog } from "../people/report.tsx";
import { words } from "../words/mod.ts";
import { arrangement, type Column, columnsInOrder } from "./arrangement.ts";
import { BanQuestion } from "./ban-question.tsx";
import { ChatColumn } from "./chat-column.tsx";
import { Desk } from "./desk.ts";
import { HeldPanel } from "./held-panel.tsx";
import { useHeldQueue } from "./held-queue.ts";
import { LogPanel } from "./log-panel.tsx";
import { Modes } from "./modes.tsx";
import { NewcomersPanel } from "./newcomers-panel.tsx";
import { PersonPanel } from "./person-panel.tsx";
import { PhoneTabs } from "./phone-tabs.tsx";
import { Top } from "./top.tsx";
import { UnbanPanel } from "./unban-panel.tsx";

interface ModViewProps {
  channel: ChannelView;
  room: Room;
  announcer: Announcer;
}

export function ModView({ channel, room, announcer }: ModViewProps) {
  const { login } = channel;
  const desk = useMemo(() => new Desk(login, room), [login, room]);
  const queue = useHeldQueue(desk);
  const columns: Record<Column, JSX.Element> = {
    chat: <ChatColumn key="chat" desk={desk} announcer={announcer} />,
    queues: (
      <div key="queues" class="mod-column mod-queues">
        <HeldPanel desk={desk} queue={queue} />
        <UnbanPanel desk={desk} />
        <NewcomersPanel desk={desk} />
      </div>
    ),
    people: (
      <div key="people" class="mod-column mod-people">
        <PersonPanel desk={desk} />
        <LogPanel desk={desk} />
      </div>
    ),
  };
  return (
    <div class="mod" data-part={desk.part.value}>
      <Top channel={channel} desk={desk} />
      <Modes desk={desk} />
      <main id="main" class="mod-columns" aria-label={words.viewOf(channel.displayName)}>
        {desk.canAct.value ? null : (
          <p class="notice warn mod-away" role="status">
            {words.away}
          </p>
        )}
        {columnsInOrder(arrangement.value).map((column) => columns[column])}
      </main>
      <PhoneTabs desk={desk} held={(queue.items.value ?? []).filter(({ decided }) => decided === null).length} />
      <BanQuestion desk={desk} />
      <ReportDialog />
    </div>
  );
}
