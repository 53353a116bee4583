// The type of a chat rule: a pure function of the line, the room and the time.

import type { Author, RoomSettings } from "#schema/api/chat.ts";
import type { RefusedCode } from "#schema/api/chat-refusals.ts";

/** A line as requested, with its body trimmed. */
export interface AskedLine {
  user: Author;
  nonce: string;
  body: string;
  replyTo?: string;
}

/** The room as the rules see it. */
export interface RuledRoom {
  settings: RoomSettings;
}

export interface LineRefusal {
  code: RefusedCode;
  /** One sentence for the sender. */
  detail: string;
  /** When the same line may be sent again. */
  retryAfterMs?: number;
}

/** Null: the rule admits the line. `nowMs`: the store's wall clock. */
export type LineRule = (line: AskedLine, room: RuledRoom, nowMs: number) => LineRefusal | null;
