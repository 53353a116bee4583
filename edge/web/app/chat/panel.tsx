// The chat column: lines that follow the newest until the reader scrolls up, the connection state, and the composer.

import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { blocked } from "../people/blocks.ts";
import { LineMenu, lineMenu } from "../people/line-menu.tsx";
import { isForeignOrigin, session } from "../session.ts";
import { ChevronIcon, CloseIcon } from "../ui/icons.tsx";
import type { Announcer } from "./announcer.ts";
import { Composer } from "./composer.tsx";
import { Line, PendingLine } from "./line.tsx";
import type { Room } from "./room.ts";
import { LINES_KEPT } from "./room.ts";

/** A distance to the end below this counts as being at the end. */
const AT_END_PX = 48;

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

function Lines({ room }: { room: Room }) {
  const box = useRef<HTMLDivElement>(null);
  /** While paused: the head when the reader scrolled up. Later lines are counted, not shown. */
  const frozenSeq = useSignal<number | null>(null);
  const shown = useComputed(() => {
    const { lines } = room.entries.value;
    const until = frozenSeq.value;
    const heard = blocked.value.size === 0 ? lines : lines.filter((line) => !blocked.value.has(line.user.id));
    return (until === null ? heard : heard.filter((line) => line.seq <= until)).slice(-LINES_KEPT);
  });
  const fresh = useComputed(() => {
    const until = frozenSeq.value;
    return until === null ? 0 : room.entries.value.lines.filter((line) => line.seq > until).length;
  });

  /** Last scroll position. Only a smaller one means that the reader scrolled up; new lines merely make the box longer. */
  const lastTop = useRef(0);
  const scrollToEnd = () => {
    const element = box.current;
    if (!element || frozenSeq.peek() !== null) return;
    element.scrollTop = element.scrollHeight;
    lastTop.current = element.scrollTop;
  };
  const unpause = () => {
    frozenSeq.value = null;
    room.paused.value = false;
    requestAnimationFrame(scrollToEnd);
  };
  const scrolled = () => {
    const element = box.current;
    if (!element) return;
    lineMenu.value = null;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < AT_END_PX;
    if (atEnd && frozenSeq.value !== null && fresh.value === 0) unpause();
    const up = element.scrollTop < lastTop.current - 1;
    lastTop.current = element.scrollTop;
    if (up && !atEnd && frozenSeq.value === null) {
      frozenSeq.value = room.entries.value.headSeq;
      room.paused.value = true;
    }
  };

  // After each rendering, before the next paint, so that the end stays in view.
  useSignalEffect(() => {
    shown.value;
    room.own.value;
    if (frozenSeq.value === null) requestAnimationFrame(scrollToEnd);
  });
  // The end also stays in view when the column's height changes, for example by an on-screen keyboard.
  useEffect(() => {
    const observer = new ResizeObserver(scrollToEnd);
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, []);

  // The tab key stops at the list once; from there the arrow keys move between the lines.
  const moveByKey = (event: KeyboardEvent) => {
    const element = box.current;
    if (!element || (event.key !== "ArrowUp" && event.key !== "ArrowDown" && event.key !== "Escape")) return;
    const stops = [...element.querySelectorAll<HTMLElement>(".line-more")];
    const at = stops.indexOf(document.activeElement as HTMLElement);
    if (stops.length === 0 || (event.key === "Escape" && at < 0)) return;
    event.preventDefault();
    if (event.key === "Escape") element.focus();
    else if (at < 0) stops.at(event.key === "ArrowUp" ? -1 : 0)?.focus();
    else stops[Math.max(0, Math.min(stops.length - 1, at + (event.key === "ArrowUp" ? -1 : 1)))]?.focus();
  };

  const me = session.value.phase === "in" ? session.value.user : null;
  const pending = room.own.value.filter((line) => line.seenSeq === null);
  return (
    <div class="chat-scroll">
      <div
        class="chat-lines"
        ref={box}
        onScroll={scrolled}
        onKeyDown={moveByKey}
        role="log"
        aria-live="off"
        aria-label="Messages"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard.
        tabIndex={0}
      >
        <ol>
          {shown.value.length + pending.length === 0 ? <Welcome room={room} /> : null}
          {shown.value.map((line) => (
            <Line key={line.seq} line={line} ownLogin={me?.login ?? null} />
          ))}
          {pending.map((line) => (
            <PendingLine key={line.nonce} line={line} name={me?.displayName ?? "You"} />
          ))}
        </ol>
      </div>
      {frozenSeq.value === null ? null : (
        <button type="button" class="chat-jump" onClick={unpause}>
          <ChevronIcon size="text" />
          {fresh.value === 0 ? "Chat paused" : `${fresh.value} new ${fresh.value === 1 ? "message" : "messages"}`}
        </button>
      )}
    </div>
  );
}

const Welcome = ({ room }: { room: Room }) =>
  room.connection.value.phase === "open" ? (
    <li class="chat-empty">
      <strong>Welcome to the chat</strong>
      Nobody has written anything yet. Be the first.
    </li>
  ) : null;

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
