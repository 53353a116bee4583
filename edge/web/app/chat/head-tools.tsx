// In the head of the chat: who is in it, and for moderators the way to their view.

import { moderates } from "../people/ranks.ts";
import { ShieldIcon } from "../ui/icons.tsx";
import { lazyPart } from "../ui/lazy.tsx";
import { PeopleIcon } from "../ui/tool-icons.tsx";
import { words } from "../words/head-tools.ts";
import { CardButton } from "./card-button.tsx";
import type { ChattersCardProps } from "./chatters-card.tsx";
import type { Room } from "./room.ts";

const ChattersCard = lazyPart<ChattersCardProps>(async () => (await import("./chatters-card.tsx")).ChattersCard);

export interface HeadToolsProps {
  /** Login of the channel. */
  channel: string;
  room: Room;
  /** Of the moderator view: what a press on a name does. Null: names lead to channels. */
  onPerson: ((login: string) => void) | null;
}

export const HeadTools = ({ channel, room, onPerson }: HeadToolsProps) => (
  <>
    <CardButton word={words.people} face={<PeopleIcon />} onNear={ChattersCard.preload}>
      {(parts) => <ChattersCard {...parts} channel={channel} onPerson={onPerson} />}
    </CardButton>
    {moderates(room) && onPerson === null ? (
      <a
        class="icon-button"
        href={`/mod/${channel}`}
        target="_blank"
        rel="noopener"
        aria-label={words.moderatorView}
        title={words.moderatorView}
      >
        <ShieldIcon />
      </a>
    ) : null}
  </>
);
