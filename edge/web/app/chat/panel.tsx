// The chat: its head, its lines, what opens beside them, and the composer.

import type { ComponentChildren } from "preact";
import { Floats } from "../people/floats.tsx";
import { HideChatIcon, MoreIcon } from "../ui/icons.tsx";
import { lazyPart } from "../ui/lazy.tsx";
import { words } from "../words/chat.ts";
import type { Announcer } from "./announcer.ts";
import { CardButton } from "./card-button.tsx";
import type { ComposerProps } from "./composer.tsx";
import { useEmotes } from "./emotes.ts";
import type { HeadToolsProps } from "./head-tools.tsx";
import { type LineDesk, Lines } from "./lines.tsx";
import { chatOptions } from "./options.ts";
import type { OptionsCardProps } from "./options-card.tsx";
import { bringBack, poppedOut } from "./pop-out.ts";
import type { Room } from "./room.ts";
import type { RoomCardsProps } from "./room-cards.tsx";

interface PanelProps {
  /** Login of the channel. */
  channel: string;
  room: Room;
  announcer: Announcer;
  /** Null: the chat cannot be hidden. */
  onClose: (() => void) | null;
  /** In the head of a window that is the chat's own. Default: `Chat`, and the head is higher. */
  title?: ComponentChildren;
  /** For moderators. Default: none. */
  desk?: LineDesk;
  /** Where this window goes with a raid, by the login of the channel it goes to. Default: it stays. */
  raidPath?: (login: string) => string;
}

const Composer = lazyPart<ComposerProps>(
  async () => (await import("./composer.tsx")).Composer,
  // Of the same size, so that nothing moves.
  <div class="composer" aria-hidden="true">
    <div class="composer-note" />
    <div class="composer-box composer-coming" />
  </div>,
);
const Cards = lazyPart<RoomCardsProps>(async () => (await import("./room-cards.tsx")).RoomCards);
const HeadTools = lazyPart<HeadToolsProps>(async () => (await import("./head-tools.tsx")).HeadTools);
const OptionsCard = lazyPart<OptionsCardProps>(async () => (await import("./options-card.tsx")).OptionsCard);

export function ChatPanel({ channel, room, announcer, onClose, title, desk, raidPath }: PanelProps) {
  const { size, isCompact } = chatOptions.value;
  useEmotes(channel);
  const isElsewhere = poppedOut.value?.channel === channel;
  const isOwnWindow = title !== undefined;
  return (
    <section class={isCompact ? "chat chat-compact" : "chat"} data-size={size} aria-label={words.chat}>
      <header class={isOwnWindow ? "chat-head chat-head-small" : "chat-head"}>
        {title ?? <h2>{words.chat}</h2>}
        {isElsewhere ? null : <HeadTools channel={channel} room={room} onPerson={desk?.onPerson ?? null} />}
        {isElsewhere ? null : <OptionsButton channel={channel} mayPopOut={!isOwnWindow} />}
        {onClose ? (
          <button
            type="button"
            class="icon-button chat-close"
            onClick={onClose}
            title={words.hide}
            aria-label={words.hide}
          >
            <HideChatIcon />
          </button>
        ) : null}
      </header>
      {isElsewhere ? (
        <Elsewhere />
      ) : (
        <>
          {hasCards(room) ? <Cards channel={channel} room={room} raidPath={raidPath ?? null} /> : null}
          <Lines room={room} desk={desk ?? null} />
          <Floats channel={channel} room={room} />
          <Composer channel={channel} room={room}>
            {/* On a phone there is no head. */}
            <OptionsButton channel={channel} mayPopOut={false} look="chat-options-foot" />
          </Composer>
        </>
      )}
      <p class="sr-only" aria-live="polite">
        {announcer.text}
      </p>
    </section>
  );
}

const hasCards = ({ events: { pinned, poll, raid, coming } }: Room) =>
  [pinned, poll, raid, coming].some(({ value }) => value !== null);

function OptionsButton({ channel, mayPopOut, look = "" }: { channel: string; mayPopOut: boolean; look?: string }) {
  return (
    <CardButton word={words.options} look={look} face={<MoreIcon />} onNear={OptionsCard.preload}>
      {(parts) => <OptionsCard {...parts} channel={mayPopOut ? channel : null} />}
    </CardButton>
  );
}

const Elsewhere = () => (
  <div class="chat-elsewhere">
    <p>{words.inOtherWindow}</p>
    <button type="button" class="button" onClick={bringBack}>
      {words.bringBack}
    </button>
  </div>
);
