// How a person wants the chat to look and to behave, kept on this device for all channels.

import { signal } from "@preact/signals";
import { keep, kept } from "../storage.ts";

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
  const found = (kept(KEY) ?? {}) as Partial<Record<keyof ChatOptions, unknown>>;
  return {
    hasTimes: found.hasTimes === true,
    size: SIZES.find((one) => one === found.size) ?? "normal",
    isCompact: found.isCompact === true,
    stopsUnderPointer: found.stopsUnderPointer === true,
    showsRemoved: found.showsRemoved !== false,
    announced: ANNOUNCED.find((one) => one === found.announced) ?? "all",
  };
}

export const chatOptions = signal(keptOptions());

/** Takes effect at once, and in the other windows of this browser. Without storage it holds until the page is left. */
export function changeOptions(change: Partial<ChatOptions>) {
  chatOptions.value = { ...chatOptions.peek(), ...change };
  keep(KEY, chatOptions.peek());
}

globalThis.window?.addEventListener("storage", ({ key }) => {
  if (key === KEY) chatOptions.value = keptOptions();
});
