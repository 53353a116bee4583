// What is on its way into a room's log: a line, or what a moderator did. With its later forms: the row, and the entry that viewers get.

import type { Refusal } from "#runtime/actor/actor.ts";
import type { ModerationEntry, Moderator, RoomSettings } from "#schema/api/chat.ts";
import { authorOf, type StoredAct } from "#schema/queries/chat/acts.ts";
import type { LineBatch } from "#schema/queries/chat/entries.ts";
import type { Act, Entry, SayAnswer } from "#schema/wire/room.ts";
import type { AdmittedLine } from "../rules/rule.ts";

export interface PendingLine {
  readonly kind: "line";
  readonly id: string;
  readonly line: AdmittedLine;
  readonly queuedMonoMs: number;
  /** Called once. */
  settle(outcome: SayAnswer | Refusal): void;
}

/** It is a batch of its own: the lines behind it are judged by what it changed. */
export interface PendingAct {
  readonly kind: "act";
  /** Of its entry. */
  readonly id: string;
  readonly act: Act;
  readonly by: Moderator;
  readonly atMs: number;
  readonly queuedMonoMs: number;
  /** Called once, when the room has the act's effect. */
  settle(outcome: SayAnswer | Refusal): void;
}

export type Pending = PendingLine | PendingAct;

/** An act as it will be stored, made from what the room is when its turn has come. */
export type MadeAct = Pick<StoredAct, "entry" | "log" | "change"> & { room: RoomSettings };

export function toRow({ id, line }: PendingLine, seq: number): LineBatch["lines"][number] {
  const { user, nonce, body, action, replyTo, atMs } = line;
  return { id, user, nonce, body, action, replyTo, at: new Date(atMs).toISOString(), seq };
}

export function lineEntry({ id, line: { user, body, action, replyTo, atMs } }: PendingLine, seq: number): Entry {
  const entry: Entry = { seq, at: new Date(atMs).toISOString(), kind: "line", id, user, body };
  if (replyTo) entry.replyTo = replyTo;
  if (action) entry.action = true;
  return entry;
}

export const actEntry = ({ atMs, by }: PendingAct, { entry }: MadeAct, seq: number) => {
  const at = new Date(atMs).toISOString();
  return { seq, at, kind: entry.kind, ...entry.event, by: authorOf({ by, entry }) } as ModerationEntry;
};
