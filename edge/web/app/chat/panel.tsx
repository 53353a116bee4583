// The chat: its head, its lines, what opens beside them, and the composer.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { Floats } from "../people/floats.tsx";
import { HideChatIcon, MoreIcon } from "../ui/icons.tsx";
import { lazyPart } from "../ui/lazy.tsx";
import { words } from "../words/chat.ts";
import type { Announcer } from "./announcer.ts";
import type { ComposerProps } from "./composer.tsx";
import { EmoteButton } from "./emote-button.tsx";
import { useEmotes } from "./emotes.ts";
import { Lines } from "./lines.tsx";
import { chatOptions } from "./options.ts";
import type { OptionsCardProps } from "./options-card.tsx";
import { bringBack, poppedOut } from "./pop-out.ts";
import type { Room } from "./room.ts";

interface PanelProps {
  /** Login of the channel. */
  channel: string;
  room: Room;
  announcer: Announcer;
  /** Null: the chat cannot be hidden. */
  onClose: (() => void) | null;
  /** In the head of a window that is the chat's own. Default: `Chat`, and the head is higher. */
  title?: ComponentChildren;
}

const Composer = lazyPart<ComposerProps>(
  async () => (await import("./composer.tsx")).Composer,
  // Of the same size, so that nothing moves.
  <div class="composer" aria-hidden="true">
    <div class="composer-note" />
    <div class="composer-box composer-coming" />
  </div>,
);
const OptionsCard = lazyPart<OptionsCardProps>(async () => (await import("./options-card.tsx")).OptionsCard);

export function ChatPanel({ channel, room, announcer, onClose, title }: PanelProps) {
  const { size, isCompact } = chatOptions.value;
  useEmotes(channel);
  const isElsewhere = poppedOut.value?.channel === channel;
  const isOwnWindow = title !== undefined;
  return (
    <section class={isCompact ? "chat chat-compact" : "chat"} data-size={size} aria-label={words.chat}>
      <header class={isOwnWindow ? "chat-head chat-head-small" : "chat-head"}>
        {title ?? <h2>{words.chat}</h2>}
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
          <Lines room={room} />
          <Floats channel={channel} room={room} />
          <Composer channel={channel} room={room}>
            <EmoteButton room={room} />
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

function OptionsButton({ channel, mayPopOut, look = "" }: { channel: string; mayPopOut: boolean; look?: string }) {
  const isOpen = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={button}
        type="button"
        class={`icon-button ${look}`}
        aria-haspopup="dialog"
        // The open card changes it.
        aria-expanded="false"
        aria-label={words.options}
        title={words.options}
        onPointerEnter={OptionsCard.preload}
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        <MoreIcon />
      </button>
      {isOpen.value && button.current ? (
        <OptionsCard
          opener={button.current}
          channel={mayPopOut ? channel : null}
          onClose={() => {
            isOpen.value = false;
          }}
        />
      ) : null}
    </>
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
