// What a rule of a room is: a pure function of the line, the room and the time.

import type { Author } from "#schema/api/chat.ts";
import type { RefusedCode, RoomSettings } from "#schema/wire/room.ts";

/** A line as it was asked for, its body trimmed. */
export interface AskedLine {
  user: Author;
  nonce: string;
  body: string;
  replyTo?: string;
}

/** What rules know of the room. */
export interface RuledRoom {
  settings: RoomSettings;
}

export interface LineRefusal {
  code: RefusedCode;
  /** For the speaker, one sentence. */
  detail: string;
  /** When the same line may be said. */
  retryAfterMs?: number;
}

/** Null: nothing against it. `nowMs`: the store's wall clock. */
export type LineRule = (line: AskedLine, room: RuledRoom, nowMs: number) => LineRefusal | null;
