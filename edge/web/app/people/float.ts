// What is open beside a line of chat: its menu, or the card of its author. One at a time.

import { signal } from "@preact/signals";
import type { ShownLine } from "../chat/entries.ts";
import type { Room } from "../chat/room.ts";

interface OpenFloat {
  kind: "menu" | "card";
  line: ShownLine;
  opener: HTMLElement;
}

/** Null: nothing is open. */
export const float = signal<OpenFloat | null>(null);

/** A second press on its opener closes it. */
export function openFloat(kind: OpenFloat["kind"], line: ShownLine, opener: HTMLElement) {
  float.value = float.peek()?.opener === opener ? null : { kind, line, opener };
}

export function closeFloat() {
  float.value = null;
}

export interface FloatProps {
  /** Login of the channel. */
  channel: string;
  room: Room;
  line: ShownLine;
  opener: HTMLElement;
}
