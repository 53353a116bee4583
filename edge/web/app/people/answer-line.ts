// The next line answers this one: the composer says so and has the focus.

import type { LineEntry } from "#schema/api/chat.ts";
import type { Room } from "../chat/room.ts";

export function answerLine(room: Room, line: LineEntry) {
  room.answering.value = line;
  // After what was open has given the focus back.
  requestAnimationFrame(() => document.getElementById("composer")?.focus());
}
