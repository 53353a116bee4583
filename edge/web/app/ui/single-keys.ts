// Shortcuts that are one key without Ctrl or Alt. A person can turn them off on a device (WCAG 2.1.4), and they are silent where one writes.

import { signal } from "@preact/signals";

const KEY = "single-keys";

/** False: only elements that have the focus hear single keys. */
export const singleKeysOn = signal(kept());

export function turnSingleKeys(on: boolean) {
  singleKeysOn.value = on;
  try {
    if (on) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, "off");
  } catch {
    return; // Without storage it holds until the page is left.
  }
}

function kept(): boolean {
  try {
    return globalThis.localStorage?.getItem(KEY) !== "off";
  } catch {
    return true; // Storage is disabled.
  }
}

interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  defaultPrevented: boolean;
  target: EventTarget | null;
}

const WRITING = "input, textarea, select, [contenteditable], [role=menu], dialog";

/** The event is this single key, and meant as a shortcut of the page. */
export function isSingleKey(event: Pressed, key: string): boolean {
  if (!singleKeysOn.peek() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  return event.key.toLowerCase() === key && !(event.target as Element | null)?.closest?.(WRITING);
}
