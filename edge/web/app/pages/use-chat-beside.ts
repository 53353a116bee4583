// The chat beside a picture: shown or hidden, in the window and in full screen.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** Whether the chat is beside the picture: in the window, and apart from that in full screen, where it begins hidden. */
export function useChatBeside(page: { readonly current: HTMLElement | null }) {
  const inWindow = useSignal(true);
  const inFull = useSignal(false);
  const isFull = useSignal(false);
  useEffect(() => {
    const changed = () => {
      isFull.value = page.current !== null && document.fullscreenElement === page.current;
    };
    document.addEventListener("fullscreenchange", changed);
    return () => document.removeEventListener("fullscreenchange", changed);
  }, [page, isFull]);
  const shown = isFull.value ? inFull : inWindow;
  return {
    isShown: shown.value,
    toggle() {
      shown.value = !shown.value;
    },
    frame: () => page.current,
  };
}
