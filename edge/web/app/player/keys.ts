// The player's keyboard shortcuts: space or k, m, f, t, c, j, l, Shift and l, arrows, Escape. Ignored in text fields, dialogs, and elements with
// shortcuts of their own.

import { singleKeysOn } from "../ui/single-keys.ts";

export type PlayerKey =
  | "toggle"
  | "mute"
  | "fullscreen"
  | "theatre"
  | "chat"
  | "back"
  | "forward"
  | "far-back"
  | "far-forward"
  | "live"
  | "louder"
  | "quieter"
  | "leave";

const KEYS: Record<string, PlayerKey> = {
  " ": "toggle",
  k: "toggle",
  m: "mute",
  f: "fullscreen",
  t: "theatre",
  c: "chat",
  j: "far-back",
  l: "far-forward",
  ArrowLeft: "back",
  ArrowRight: "forward",
  ArrowUp: "louder",
  ArrowDown: "quieter",
  /** Theatre mode. */
  Escape: "leave",
};

export interface Pressed {
  key: string;
  ctrlKey: boolean;
  shiftKey?: boolean;
  metaKey: boolean;
  altKey: boolean;
  defaultPrevented: boolean;
  target: EventTarget | null;
}

/** Null for a key that is not a shortcut here. */
export function playerKey(event: Pressed): PlayerKey | null {
  const key = isShiftL(event) ? "live" : KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!key || !isHeard(event)) return null;
  const element = event.target as Element | null;
  const inPlayer = isInPlayer(element);
  // Space presses a focused button; outside the player, arrow up and down scroll.
  if (event.key === " " && element?.closest?.("button, a, summary")) return null;
  if ((key === "louder" || key === "quieter") && !inPlayer) return null;
  if (element?.closest?.("[role=menu], [role=log]") && event.key.startsWith("Arrow")) return null;
  return key;
}

/** False where one writes, and for a single key that the person does not want. */
export function isHeard(event: Pressed): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  const element = event.target as Element | null;
  if (element?.closest?.("input, textarea, select, [contenteditable], dialog")) return false;
  // What holds focus may hear single keys (WCAG 2.1.4).
  return event.key.length > 1 || isInPlayer(element) || singleKeysOn.peek();
}

const isInPlayer = (element: Element | null) => element?.closest?.(".player") != null;

/** A capital L by caps lock is not meant. */
const isShiftL = ({ key, shiftKey }: Pressed) => shiftKey === true && key.toLowerCase() === "l";
