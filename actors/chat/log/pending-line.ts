// A line on its way into the store, and its two later forms: the row of a batch, and the entry that viewers get.

import type { Refusal } from "#runtime/actor/actor.ts";
import type { LineBatch } from "#schema/queries/chat/entries.ts";
import type { Entry, SayAnswer } from "#schema/wire/room.ts";
import type { AdmittedLine } from "../rules/admit.ts";

export interface PendingLine {
  readonly id: string;
  readonly line: AdmittedLine;
  readonly queuedMonoMs: number;
  /** Called once. */
  settle(outcome: SayAnswer | Refusal): void;
}

export function toRow({ id, line }: PendingLine, seq: number): LineBatch["lines"][number] {
  const { atMs, ...kept } = line;
  return { ...kept, id, at: new Date(atMs).toISOString(), seq };
}

export function toEntry({ id, line: { user, body, action, replyTo, atMs } }: PendingLine, seq: number): Entry {
  const entry: Entry = { seq, at: new Date(atMs).toISOString(), kind: "line", id, user, body };
  if (replyTo) entry.replyTo = replyTo;
  if (action) entry.action = true;
  return entry;
}
