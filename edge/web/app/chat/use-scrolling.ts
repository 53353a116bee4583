// The list of lines follows the newest one until something stops it: a reader who scrolls up, a walk through the lines by keys, a menu, the
// pointer, the Alt key.

import { useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { chatOptions } from "./options.ts";
import type { Room } from "./room.ts";

/** A distance to the end below this counts as being at the end. */
const AT_END_PX = 48;

/** What holds the list. `reader`: until they come back to the end. The others: as long as they last. */
export type Stop = "reader" | "walk" | "menu" | "pointer" | "alt";

interface ScrollingOptions {
  room: Room;
  /** The reader scrolled. */
  onMoved(): void;
}

export function useScrolling({ room, onMoved }: ScrollingOptions) {
  const box = useRef<HTMLDivElement>(null);
  const stops = useRef(new Set<Stop>());
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
  const stop = (why: Stop) => {
    stops.current.add(why);
    room.pause();
  };
  const letGo = (why: Stop) => {
    if (stops.current.delete(why) && stops.current.size === 0 && isHeld()) goOn();
  };
  const onScroll = () => {
    const element = box.current;
    if (!element) return;
    const { topPx, heightPx } = last.current;
    // What this list did itself is noted already. One that became shorter moves the position too: that is no reader.
    const isUp = element.scrollTop < topPx - 1 && element.scrollHeight >= heightPx;
    const isDown = element.scrollTop > topPx + 1;
    if (isUp || isDown) onMoved();
    note(element);
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < AT_END_PX;
    if (isAtEnd && isDown && room.entries.peek().held?.newCount === 0) goOn();
    else if (isUp && !isAtEnd) stop("reader");
  };
  const onWheel = ({ deltaY }: WheelEvent) => {
    const element = box.current;
    if (deltaY < 0 && element && element.scrollHeight > element.clientHeight) stop("reader");
  };
  const onFocusIn = ({ target }: FocusEvent) => {
    if (target !== box.current && (target as Element).matches(":focus-visible")) stop("walk");
  };
  const onFocusOut = ({ relatedTarget }: FocusEvent) => {
    if (!box.current?.contains(relatedTarget as Node | null)) letGo("walk");
  };
  const pointer = useStopByPointer(stop, letGo);

  // After each rendering of the list, in the same frame: nobody sees a new line below the edge.
  useLayoutEffect(scrollToEnd);
  useSignalEffect(() => {
    if (!room.entries.value.held) stops.current.clear(); // The author has said something, for instance.
  });
  // The end also stays in view when the column's height changes, for example by an on-screen keyboard.
  useEffect(() => {
    const observer = new ResizeObserver(scrollToEnd);
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return { box, goOn, stop, letGo, handlers: { onScroll, onWheel, onFocusIn, onFocusOut, ...pointer } };
}

/** The pointer over the lines stops them if the reader wants that, and with the Alt key always. */
function useStopByPointer(stop: (why: Stop) => void, letGo: (why: Stop) => void) {
  const isOver = useRef(false);
  const latest = useRef({ stop, letGo });
  latest.current = { stop, letGo };
  useEffect(() => {
    const ending = new AbortController();
    const listen = (kind: "keydown" | "keyup" | "blur", run: (event: Event) => void) =>
      window.addEventListener(kind, run, { signal: ending.signal });
    const isAlt = (event: Event) => (event as KeyboardEvent).key === "Alt";
    listen("keydown", (event) => {
      if (isAlt(event) && isOver.current) latest.current.stop("alt");
    });
    listen("keyup", (event) => {
      if (isAlt(event)) latest.current.letGo("alt");
    });
    listen("blur", () => latest.current.letGo("alt"));
    return () => ending.abort();
  }, []);
  return {
    onPointerEnter({ pointerType }: PointerEvent) {
      if (pointerType !== "mouse") return;
      isOver.current = true;
      if (chatOptions.peek().stopsUnderPointer) stop("pointer");
    },
    onPointerLeave() {
      isOver.current = false;
      letGo("pointer");
    },
  };
}
