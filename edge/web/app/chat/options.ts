// How a person wants the chat to look and to behave, kept on this device for all channels.

import { signal } from "@preact/signals";

export const SIZES = ["small", "normal", "large"] as const;
/** Which lines a screen reader announces. */
export const ANNOUNCED = ["off", "mentions", "all"] as const;

export interface ChatOptions {
  hasTimes: boolean;
  size: (typeof SIZES)[number];
  isCompact: boolean;
  /** The list stands still while the pointer is over it. */
  stopsUnderPointer: boolean;
  /** A removed line leaves a row that says so. */
  showsRemoved: boolean;
  announced: (typeof ANNOUNCED)[number];
}

const KEY = "chat";

/** The usual ones where nothing is kept, or nothing that makes sense. */
export function keptOptions(): ChatOptions {
  let kept: Partial<Record<keyof ChatOptions, unknown>> = {};
  try {
    kept = (JSON.parse(globalThis.localStorage?.getItem(KEY) ?? "{}") as typeof kept | null) ?? {};
  } catch {
    // Storage is disabled or holds another value.
  }
  return {
    hasTimes: kept.hasTimes === true,
    size: SIZES.find((one) => one === kept.size) ?? "normal",
    isCompact: kept.isCompact === true,
    stopsUnderPointer: kept.stopsUnderPointer === true,
    showsRemoved: kept.showsRemoved !== false,
    announced: ANNOUNCED.find((one) => one === kept.announced) ?? "all",
  };
}

export const chatOptions = signal(keptOptions());

/** Takes effect at once, and in the other windows of this browser. */
export function changeOptions(change: Partial<ChatOptions>) {
  chatOptions.value = { ...chatOptions.peek(), ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(chatOptions.peek()));
  } catch {
    return; // Without storage they hold until the page is left.
  }
}

globalThis.window?.addEventListener("storage", ({ key }) => {
  if (key === KEY) chatOptions.value = keptOptions();
});
