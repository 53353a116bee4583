// The chat that this page opened in a window of its own: open-pop-out.ts.

import { signal } from "@preact/signals";

interface PoppedOut {
  /** Login. */
  channel: string;
  window: Window;
  stopLooking(): void;
}

/** Null: the chat is in this page, or a browser keeps its window from us. */
export const poppedOut = signal<PoppedOut | null>(null);

/** Closes the window; the chat is in the page again. */
export function bringBack() {
  poppedOut.peek()?.window.close();
  returned();
}

/** The window is closed. */
export function returned() {
  poppedOut.peek()?.stopLooking();
  poppedOut.value = null;
}
