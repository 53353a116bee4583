// What a menu and a card have in common: they float beside their opener, over all else, until something else is wanted.

import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { type FloatSide, floatPlace } from "./float-place.ts";

interface FloatOptions {
  opener: HTMLElement;
  /** Default: below. */
  side?: FloatSide | undefined;
  /** A press elsewhere, focus that goes elsewhere, or a window of another size. Focus stays where the person put it. */
  onAway(): void;
}

/** The box has `popover="manual"`: in the top layer nothing cuts it off or covers it, also in full screen. */
export function useFloat(box: RefObject<HTMLElement | null>, { opener, side, onAway }: FloatOptions) {
  const away = useRef(onAway);
  away.current = onAway;
  useLayoutEffect(() => {
    const floating = box.current;
    if (!floating) return;
    floating.showPopover?.(); // Without it (Firefox before 125) the box is only fixed.
    const { width, height } = floating.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    const place = floatPlace(
      opener.getBoundingClientRect(),
      { width, height },
      { width: clientWidth, height: clientHeight },
      side,
    );
    floating.style.left = `${place.left}px`;
    floating.style.top = `${place.top}px`;
    floating.style.maxHeight = `${place.heightMax}px`;
    opener.setAttribute("aria-expanded", "true");
    return () => opener.setAttribute("aria-expanded", "false");
  }, [opener, side]);
  useEffect(() => {
    const isOutside = (target: EventTarget | null) =>
      target instanceof Node && !box.current?.contains(target) && !opener.contains(target);
    const pressed = (event: Event) => {
      if (isOutside(event.target)) away.current();
    };
    const resized = () => away.current();
    document.addEventListener("pointerdown", pressed);
    document.addEventListener("focusin", pressed);
    window.addEventListener("resize", resized);
    return () => {
      document.removeEventListener("pointerdown", pressed);
      document.removeEventListener("focusin", pressed);
      window.removeEventListener("resize", resized);
    };
  }, [opener]);
}
