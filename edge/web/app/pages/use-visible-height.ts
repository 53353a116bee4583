// Keeps a page that fills the window above the keyboard of a phone. Browsers that make the window lower themselves (`interactive-widget`, see
// server/page.ts) need nothing; Safari on iPhones lays the keyboard over the page.

import { useEffect } from "preact/hooks";

/** What is covered less than this is the browser's own bars. */
const KEYBOARD_PX_MIN = 120;

/** Sets `--window-height` while the keyboard covers a part of the page (CSSOM View, VisualViewport). */
export function useVisibleHeight() {
  useEffect(() => {
    const seen = window.visualViewport;
    if (!seen) return;
    const { style } = document.documentElement;
    const fit = () => {
      const coveredPx = window.innerHeight - seen.height * seen.scale; // A page that is zoomed in is not covered.
      if (coveredPx < KEYBOARD_PX_MIN) return void style.removeProperty("--window-height");
      style.setProperty("--window-height", `${Math.round(seen.height)}px`);
      window.scrollTo(0, 0); // Safari has moved the page up, to show the field where it was.
    };
    seen.addEventListener("resize", fit);
    seen.addEventListener("scroll", fit);
    return () => {
      seen.removeEventListener("resize", fit);
      seen.removeEventListener("scroll", fit);
      style.removeProperty("--window-height");
    };
  }, []);
}
