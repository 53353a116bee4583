// The types of chat rules: pure functions of the line, the room and the time.

import type { Author, RoomSettings } from "#schema/api/chat.ts";
import type { RefusedCode } from "#schema/api/chat-refusals.ts";
import type { LineTokens, RoomRequest, Speaking } from "#schema/wire/room.ts";

/** A line as requested, with its body trimmed. */
export type AskedLine = Omit<Extract<RoomRequest, { type: "room.say" }>, "type">;

/** A line as it will be stored. */
export interface AdmittedLine {
  user: Author;
  nonce: string;
  body: string;
  action: boolean;
  replyTo: string | null;
  /** Wall time in ms. */
  atMs: number;
  /** Null: the edge could not find it. */
  speaking: Speaking | null;
  tokens: LineTokens;
}

/** The room as the rules see it. */
export interface RuledRoom {
  /** At this time: a mode whose time is over does not bind, although the act that ends it may be on its way. */
  settingsAt(nowMs: number): RoomSettings;
  /** Links to these hosts are none. */
  allowedHosts: readonly string[];
  /** The ban or timeout of a person at this time; null: none. `untilMs` null: until it is lifted. */
  banOf(userId: string, nowMs: number): { untilMs: number | null } | null;
  /** The person has a warning that they have not acknowledged. */
  isWarned(userId: string): boolean;
  /** When the person's last line was admitted; null: not known. */
  lastLineAtMs(userId: string): number | null;
  /** When the person, or somebody within the room's last lines, said the same words; null: not known. */
  saidAtMs(line: AdmittedLine): number | null;
}

export interface LineRefusal {
  code: RefusedCode;
  /** One sentence for the sender. */
  detail: string;
  /** When the same line may be sent again. */
  retryAfterMs?: number;
}

/** Of form: the same in every room. Null: the rule admits the line. */
export type FormRule = (line: AskedLine) => LineRefusal | null;

/** Of this room. Null: the rule admits the line. The time is the line's own, by the store's wall clock. */
export type LineRule = (line: AdmittedLine, room: RuledRoom) => LineRefusal | null;

/** Of a mode. `settings`: of the line's time. */
export type ModeRule = (line: AdmittedLine, settings: RoomSettings, room: RuledRoom) => LineRefusal | null;
