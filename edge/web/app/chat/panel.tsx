// The chat column: lines that stick to the bottom until one scrolls up, connection state, composer.

import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { blocked } from "../people/blocks.ts";
import { Done, LineMenu, lineMenu } from "../people/line-menu.tsx";
import { session } from "../session.ts";
import { ChevronIcon, CloseIcon } from "../ui/icons.tsx";
import type { Announcer } from "./announcer.ts";
import { Composer } from "./composer.tsx";
import { Line, PendingLine } from "./line.tsx";
import type { Room } from "./room.ts";
import { LINES_KEPT } from "./room.ts";

/** Closer to the end than this counts as being there. */
const AT_END_PX = 48;

interface PanelProps {
  /** Login of the channel. */
  channel: string;
  room: Room;
  announcer: Announcer;
  onClose(): void;
}

export function ChatPanel({ channel, room, announcer, onClose }: PanelProps) {
  return (
    <section class="chat" aria-label="Chat">
      <header class="chat-head">
        <h2>Chat</h2>
        <button type="button" class="icon-button chat-close" onClick={onClose} title="Hide chat" aria-label="Hide chat">
          <CloseIcon />
        </button>
      </header>
      <Lines room={room} />
      <LineMenu channel={channel} />
      <Done />
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
  /** While paused: the head at the moment of scrolling up. What came later is counted, not shown. */
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

  /** Where the box stood last. Only going up from there is the reader's doing: a flood of lines merely makes it longer. */
  const lastTop = useRef(0);
  const stick = () => {
    const element = box.current;
    if (!element || frozenSeq.peek() !== null) return;
    element.scrollTop = element.scrollHeight;
    lastTop.current = element.scrollTop;
  };
  const toEnd = () => {
    frozenSeq.value = null;
    room.paused.value = false;
    requestAnimationFrame(stick);
  };
  const scrolled = () => {
    const element = box.current;
    if (!element) return;
    lineMenu.value = null;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < AT_END_PX;
    if (atEnd && frozenSeq.value !== null && fresh.value === 0) toEnd();
    const up = element.scrollTop < lastTop.current - 1;
    lastTop.current = element.scrollTop;
    if (up && !atEnd && frozenSeq.value === null) {
      frozenSeq.value = room.entries.value.headSeq;
      room.paused.value = true;
    }
  };

  // After each rendering, before the next paint: the end stays in view.
  useSignalEffect(() => {
    shown.value;
    room.own.value;
    if (frozenSeq.value === null) requestAnimationFrame(stick);
  });
  // A column that changes its height, for an on-screen keyboard say, keeps its end too.
  useEffect(() => {
    const observer = new ResizeObserver(stick);
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, []);

  // One stop for the tab key; from there the arrows go from line to line.
  const walk = (event: KeyboardEvent) => {
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
        onKeyDown={walk}
        role="log"
        aria-live="off"
        aria-label="Messages"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard.
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
        <button type="button" class="chat-jump" onClick={toEnd}>
          <ChevronIcon />
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
      Nobody has said anything yet. Be the first.
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
  const text =
    state.phase === "closed" ? CLOSED[state.reason] : first ? "Connecting to chat…" : "Connection lost. Reconnecting…";
  return (
    <p class="chat-connection" role="status">
      {text}
    </p>
  );
}
