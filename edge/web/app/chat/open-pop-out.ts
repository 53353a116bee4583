// Opens a channel's chat in a window of its own.

import { every } from "../clock.ts";
import { poppedOut, returned } from "./pop-out.ts";

/** How soon the page notices that the window was closed. */
const LOOK_EVERY_MS = 500;
const FEATURES = "popup,width=400,height=720";

/** False: the browser did not let it open. */
export function popOut(channel: string): boolean {
  const opened = window.open(`/popout/${channel}/chat`, `chat-${channel}`, FEATURES);
  if (!opened) return false;
  poppedOut.peek()?.stopLooking();
  const stopLooking = every(LOOK_EVERY_MS, () => {
    if (opened.closed) returned();
  });
  poppedOut.value = { channel, window: opened, stopLooking };
  opened.focus();
  return true;
}
