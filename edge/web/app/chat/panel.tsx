// The chat column: its lines, the connection state, and the composer.

import { LineMenu } from "../people/line-menu.tsx";
import { isForeignOrigin } from "../session.ts";
import { CloseIcon } from "../ui/icons.tsx";
import type { Announcer } from "./announcer.ts";
import { Composer } from "./composer.tsx";
import { Lines } from "./lines.tsx";
import type { Room } from "./room.ts";

interface PanelProps {
  /** Login of the channel. */
  channel: string;
  room: Room;
  announcer: Announcer;
  /** Null: the chat cannot be hidden. */
  onClose: (() => void) | null;
}

export function ChatPanel({ channel, room, announcer, onClose }: PanelProps) {
  return (
    <section class="chat" aria-label="Chat">
      <header class="chat-head">
        <h2>Chat</h2>
        {onClose ? (
          <button
            type="button"
            class="icon-button chat-close"
            onClick={onClose}
            title="Hide chat"
            aria-label="Hide chat"
          >
            <CloseIcon />
          </button>
        ) : null}
      </header>
      <Lines room={room} />
      <LineMenu channel={channel} />
      <ConnectionLine room={room} />
      <Composer room={room} />
      <p class="sr-only" aria-live="polite">
        {announcer.text}
      </p>
    </section>
  );
}

const CLOSED = {
  malformed: "The chat was closed. Please reload this page.",
  refused: "The chat was closed.",
};

function ConnectionLine({ room }: { room: Room }) {
  const state = room.connection.value;
  const first = room.entries.value.headSeq === null;
  if (state.phase === "open") return null;
  const text = isForeignOrigin.value
    ? "Chat cannot be opened at this address."
    : state.phase === "closed"
      ? CLOSED[state.reason]
      : first
        ? "Connecting to chat…"
        : "Connection lost. Reconnecting…";
  return (
    <p class="chat-connection" role="status">
      {text}
    </p>
  );
}
