// How much of the page is above an element, for what shall end with the window: banners come and go, and a state line has one line or two.

import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

/** Sets `--above` on the element: from the top of the page to its parent's, in px. Its parent begins where it does. */
export function useAbove(element: RefObject<HTMLElement | null>) {
  useLayoutEffect(() => {
    const box = element.current;
    const parent = box?.parentElement;
    if (!box || !parent) return;
    let frame = 0;
    const measure = () => {
      box.style.setProperty("--above", `${Math.round(parent.getBoundingClientRect().top + window.scrollY)}px`);
    };
    measure();
    // What comes, goes or breaks its lines above makes an element around the box, or one beside these, higher or lower. In a frame of its
    // own: the box becomes lower then, and with it what is observed.
    const observer = new ResizeObserver(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(measure);
    });
    for (let at: Element = parent; at !== document.body && at.parentElement; at = at.parentElement)
      for (const beside of at.parentElement.children) observer.observe(beside);
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frame);
    };
  }, [element]);
}
