// A room's lines: they follow the newest until the reader scrolls up; then those in view stay, and the rest is counted.

import { useComputed, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { blocked } from "../people/blocks.ts";
import { lineMenu } from "../people/line-menu.tsx";
import { session } from "../session.ts";
import { ChevronIcon } from "../ui/icons.tsx";
import { words } from "../words/chat.ts";
import { Line, PendingLine } from "./line.tsx";
import { moveByKey } from "./line-keys.ts";
import type { Room } from "./room.ts";

/** A distance to the end below this counts as being at the end. */
const AT_END_PX = 48;

export function Lines({ room }: { room: Room }) {
  const shown = useComputed(() => {
    const { lines, held } = room.entries.value;
    const all = held?.lines ?? lines;
    return blocked.value.size === 0 ? all : all.filter((line) => !blocked.value.has(line.user.id));
  });
  const { box, goOn, ...scrolling } = useScrolling(room, () => shown.value);
  const { held } = room.entries.value;
  const me = session.value.phase === "in" ? session.value.user : null;
  const pending = room.own.value.filter((line) => line.seenSeq === null);
  return (
    <div class="chat-scroll">
      <div
        class="chat-lines"
        ref={box}
        {...scrolling}
        onKeyDown={(event) => moveByKey(event, goOn)}
        role="log"
        aria-live="off"
        aria-label={words.messages}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard.
        tabIndex={0}
      >
        <ol>
          {shown.value.length + pending.length === 0 ? <Nobody room={room} /> : null}
          {shown.value.map((line) => (
            <Line key={line.seq} line={line} ownLogin={me?.login ?? null} />
          ))}
          {pending.map((line) => (
            <PendingLine key={line.nonce} line={line} name={me?.displayName ?? "You"} />
          ))}
        </ol>
      </div>
      {held ? (
        <button type="button" class="chat-jump" onClick={goOn}>
          <ChevronIcon size="text" />
          {held.newCount === 0 ? words.paused : words.newMessages(held.newCount)}
        </button>
      ) : null}
    </div>
  );
}

/** Stops the list when the reader scrolls up, and keeps the end in view otherwise. */
function useScrolling(room: Room, shown: () => unknown) {
  const box = useRef<HTMLDivElement>(null);
  /** Of the last look. New lines only make the box longer, and the oldest ones that go make it shorter. */
  const last = useRef({ topPx: 0, heightPx: 0 });
  const isHeld = () => room.entries.peek().held !== null;
  const note = (element: HTMLElement) => {
    last.current = { topPx: element.scrollTop, heightPx: element.scrollHeight };
  };
  const scrollToEnd = () => {
    const element = box.current;
    if (!element || isHeld()) return;
    element.scrollTop = element.scrollHeight;
    note(element);
  };
  const goOn = () => {
    room.goOn();
    requestAnimationFrame(scrollToEnd);
  };
  const onScroll = () => {
    const element = box.current;
    if (!element) return;
    lineMenu.value = null;
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < AT_END_PX;
    // What this list did itself is noted already. One that became shorter moves the position too: that is no reader.
    const isUp = element.scrollTop < last.current.topPx - 1 && element.scrollHeight >= last.current.heightPx;
    const isDown = element.scrollTop > last.current.topPx + 1;
    note(element);
    if (isAtEnd && isDown && room.entries.peek().held?.newCount === 0) goOn();
    else if (isUp && !isAtEnd) room.pause();
  };
  const onWheel = ({ deltaY }: WheelEvent) => {
    const element = box.current;
    if (deltaY < 0 && element && element.scrollHeight > element.clientHeight) room.pause();
  };

  // After each rendering, before the next paint, so that the end stays in view.
  useSignalEffect(() => {
    shown();
    room.own.value;
    if (!isHeld()) requestAnimationFrame(scrollToEnd);
  });
  // The end also stays in view when the column's height changes, for example by an on-screen keyboard.
  useEffect(() => {
    const observer = new ResizeObserver(scrollToEnd);
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return { box, goOn, onScroll, onWheel };
}

const Nobody = ({ room }: { room: Room }) =>
  room.connection.value.phase === "open" ? (
    <li class="chat-empty">
      <strong>{words.nobodyYet}</strong>
      {words.beFirst}
    </li>
  ) : null;
